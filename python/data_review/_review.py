"""Reviews files, and yields their documents."""

import json
import os
import subprocess
import tempfile
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from ._documents import Document
from ._program import error_of, find_program

StrPath = str | os.PathLike[str]

# Codes of a run that came to its end: every file has a review, or some have none.
_DONE = (0, 1)


def review(
    paths: StrPath | Iterable[StrPath],
    *,
    db: StrPath | None = None,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    jobs: int | None = None,
    force: bool = False,
    verify: bool = False,
    no_ignore: bool = False,
    config: StrPath | None = None,
    program: StrPath | None = None,
) -> Generator[Document, None, None]:
    """Reviews files and everything below directories, and yields a document for each file as it finishes.

    The command reads each file in a worker process with limits on memory and time. The order of the documents is that
    in which files finish. If the generator is closed early, the run is interrupted, and finished outcomes are kept.

    Args:
        paths: a path, or several.
        db: the store, which is created if it does not exist. Files that did not change since the last run are not read
            again, and their documents are those of the store. Without it, a temporary store is used.
        include: globs of files to review; one with ``/`` is compared with the path, one without with the name.
        exclude: globs of files to skip, and of directories.
        jobs: number of files to review at once; by default one per processor.
        force: review unchanged files, too.
        verify: compare the content of files that seem unchanged.
        no_ignore: review what ``.datareviewignore`` and the defaults skip.
        config: a ``data-review.toml``; by default that of the working directory or above it.
        program: the command; by default that of :func:`find_program`.

    Raises:
        DataReviewError: a path does not exist, an argument is invalid, or the store cannot be used.
    """
    listed = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    command = [os.fspath(program) if program is not None else find_program(), "review", "--json", "--quiet"]
    command += ["--color", "never"]
    for option, globs in (("--include", include), ("--exclude", exclude)):
        for glob in globs:
            command += [f"{option}={glob}"]
    if jobs is not None:
        command.append(f"--jobs={jobs}")
    flags = {"--force": force, "--verify": verify, "--no-ignore": no_ignore}
    command += [flag for flag, is_set in flags.items() if is_set]
    if config is not None:
        command.append(f"--config={os.fspath(config)}")
    return _documents(command, [os.fspath(path) for path in listed], db)


def _documents(command: list[str], paths: list[str], db: StrPath | None) -> Generator[Document, None, None]:
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="data-review-")))
        store = os.fspath(db) if db is not None else str(work / "review.db")
        messages = stack.enter_context((work / "messages").open("w+", encoding="utf-8", errors="replace"))
        process = subprocess.Popen(
            [*command, f"--db={store}", "--", *paths],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=messages,
        )
        assert process.stdout is not None
        try:
            for line in process.stdout:
                document: Document = json.loads(line)
                yield document
            code = process.wait()
        finally:
            # A generator that is closed early interrupts the run.
            if process.poll() is None:
                process.terminate()
            process.stdout.close()
            process.wait()
        if code not in _DONE:
            messages.seek(0)
            raise error_of(messages.read(), code)
