"""Adds to the site what is not below docs/, and what the program describes itself.

Pages stay where they are in the repository; here is the list of them. A relative link is that of the repository: it becomes a
link to a page of the site, or else to the file in the repository. A link to what does not exist fails the build.
"""

import html
import json
import os
import posixpath
import re
import subprocess
from pathlib import Path

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

ROOT = Path(__file__).parent.parent.parent
# Pages from outside of docs/: the page, and its file in the repository.
ELSEWHERE = {
    "commands.md": "README.md",
    "store.md": "store-sqlite/README.md",
    "python.md": "python/README.md",
    "contributing.md": "CONTRIBUTING.md",
    "security.md": "SECURITY.md",
    "changelog.md": "CHANGELOG.md",
}
SEVERITIES = ["error", "warning", "info"]
LINK = re.compile(r"(!?\[[^\]\n]*\])\(([^()\s]+)\)")


def answer(*arguments):
    program = os.environ.get("DATA_REVIEW_PROGRAM", "data-review")
    return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout


def cell(text):
    return html.escape(text, quote=False).replace("|", "\\|").replace("\n", " ")


def on_files(files, config):
    repository = {page: source for page, source in ELSEWHERE.items()}
    handlers = [json.loads(line) for line in answer("handlers", "--json").splitlines()]
    generated = {"formats/index.md": formats(handlers), "codes.md": codes(handlers)}
    for handler in handlers:
        source = f"handlers/{handler['id']}/README.md"
        generated[f"formats/{handler['id']}.md"] = (ROOT / source).read_text() + checks(handler)
        repository[f"formats/{handler['id']}.md"] = source
    for page, source in ELSEWHERE.items():
        files.append(File.generated(config, page, abs_src_path=str(ROOT / source)))
    for page, content in generated.items():
        files.append(File.generated(config, page, content=content))
    for file in files:
        repository.setdefault(file.src_uri, f"docs/{file.src_uri}")
    config["extra"]["repository"] = repository
    return files


def on_page_markdown(markdown, page, config, files):
    repository = config["extra"]["repository"]
    pages = {source: uri for uri, source in repository.items()}
    here = repository[page.file.src_uri]

    def link(found):
        text, target = found.groups()
        path, _, anchor = target.partition("#")
        if not path or ":" in path:
            return found.group()
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(here), path))
        if wanted in pages:
            path = posixpath.relpath(pages[wanted], posixpath.dirname(page.file.src_uri))
        elif (ROOT / wanted).exists():
            path = f"{config['repo_url']}/blob/main/{wanted}"
        else:
            raise PluginError(f"{here}: {target} does not exist")
        return f"{text}({path}{'#' if anchor else ''}{anchor})"

    if page.file.src_uri in ("codes.md", "formats/index.md"):
        return markdown
    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.M | re.S)
    return "".join(part if part.startswith("```") else LINK.sub(link, part) for part in parts)


def formats(handlers):
    """The page of all formats."""
    rows = [
        f"| [{cell(handler['title'])}]({handler['id']}.md) | {cell(', '.join(handler['extensions']))} "
        f"| {len(handler['codes'])} | {cell(handler['observations'])} |"
        for handler in handlers
    ]
    return "\n".join([
        "# Formats",
        "",
        "A file is identified by its content; an extension is a hint that decides nothing alone. "
        "`data-review handlers` prints this table.",
        "",
        "| format | usual names | checks | what its observations are |",
        "|---|---|---|---|",
        *rows,
        "",
    ])


def checks(handler):
    """What a handler checks, below its own page."""
    lines = ["", "## What it checks", "", "| code | severity | what it says |", "|---|---|---|"]
    for code in sorted(handler["codes"], key=lambda code: (SEVERITIES.index(code["severity"]), code["code"])):
        lines.append(f"| [`{code['code']}`](../codes.md#{code['code']}) | {code['severity']} | {cell(code['title'])} |")
    # Links of a page are those of its file in the repository; these are of the site.
    return "\n".join(lines).replace("](../codes.md", "](../../docs/codes.md") + "\n"


def codes(handlers):
    """The page of all finding codes, by name."""
    known = {}
    for handler in handlers:
        for code in handler["codes"]:
            known.setdefault(code["code"], (code, []))[1].append(handler["id"])
    lines = [
        "# Finding codes",
        "",
        "Every finding has one of these codes. `data-review explain CODE` prints the same in a terminal. "
        "A `data-review.toml` changes severities and leaves codes out.",
        "",
    ]
    names = [line.split()[0] for line in answer("explain").splitlines()[1:] if line and not line[0].isspace()]
    for name in names:
        lines += [f"## {name} {{ #{name} }}", ""]
        if name not in known:
            lines += ["```text", answer("explain", name).rstrip(), "```", ""]
            continue
        code, reporters = known[name]
        lines += [f"**{code['severity']}** · {cell(code['title'])} · reported by " + ", ".join(
            f"[{reporter}](formats/{reporter}.md)" for reporter in reporters
        ), ""]
        for label, field in [("What it means", "meaning"), ("What to do", "remedy"), ("Clause", "clause")]:
            if code.get(field):
                lines += [f"*{label}*: {cell(code[field])}", ""]
        examples = code.get("examples") or {}
        for label, field in [("Passes", "passes"), ("Fails", "fails")]:
            if examples.get(field):
                lines += [f"*{label}*:", "", "```text", examples[field].strip(), "```", ""]
    return "\n".join(lines)
