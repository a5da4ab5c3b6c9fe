"""Runs a command to its end; prints wall, user and system seconds and the peak memory of its largest process.

What the command prints goes to the file that MEASURE_OUT names, or nowhere.
"""

import json
import os
import resource
import sys
import time

begin = time.perf_counter()
child = os.fork()
if child == 0:
    sink = os.open(os.devnull, os.O_WRONLY)
    out = os.environ.pop("MEASURE_OUT", os.devnull)
    os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), 1)
    os.dup2(sink, 2)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status = os.waitpid(child, 0)
wall = time.perf_counter() - begin
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak": peak}))
