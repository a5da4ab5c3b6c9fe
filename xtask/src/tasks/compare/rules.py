"""Runs compliance-checker over the files named as arguments and compares its findings with ours.

Arguments: table of its checks, page to write, JSON Lines of our reviews, folder of the files that were reviewed.
"""
import collections
import json
import os
import re
import sys
import traceback
import warnings

warnings.filterwarnings("ignore")
import importlib.metadata

import compliance_checker
from compliance_checker.suite import CheckSuite

OLDEST, NEWEST = 6, 11
# The end of a finding about several variables that lists only the first of them.
LISTS_SOME = re.compile(r"( and \d+ more|…)$")


def checkers(dataset):
    """The checkers for the conventions that a file declares. Without a declaration, the newest of CF."""
    conventions = dataset.Conventions if "Conventions" in dataset.ncattrs() else ""
    conventions = conventions if isinstance(conventions, str) else ""
    declared = re.search(r"CF-1\.(\d+)", conventions)
    minor = int(declared.group(1)) if declared else NEWEST
    yield f"cf:1.{min(max(minor, OLDEST), NEWEST)}"
    discovery = re.search(r"ACDD-1\.(\d)", conventions)
    if discovery and f"acdd:1.{discovery.group(1)}" in CheckSuite.checkers:
        yield f"acdd:1.{discovery.group(1)}"


def findings(path):
    """Section, name of the check, and message of each of the peer's findings about a file."""
    suite = CheckSuite()
    dataset = suite.load_dataset(path)
    for name in checkers(dataset):
        checker = suite.checkers[name]()
        checker.setup(dataset)
        none = collections.defaultdict(lambda: None)
        for method, level in suite._get_checks(checker, set(), none):
            try:
                results = suite._run_check(method, dataset, level)
            except Exception as error:
                kind = traceback.extract_tb(error.__traceback__)[-1].name
                yield name, "", method.__name__, f"CRASH {type(error).__name__} in {kind}"
                continue
            for result in results:
                title = result.name if isinstance(result.name, str) else "/".join(map(str, result.name))
                for message in result.msgs or []:
                    # The attribute's name alone is the message of some checks; its variable is in the title.
                    yield name, title, method.__name__, f"{title} {message}" if "missing the following" in title else message
    dataset.close()


def read_table(path):
    """Rows of `check, pattern, verdict, codes or clause`; the first that matches counts."""
    rows = []
    for line in open(path, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            check, pattern, verdict, text = line.rstrip("\n").split("\t")
            rows.append((check, re.compile(pattern), verdict, text))
    return rows


def mentions(finding, name):
    """Whether a finding of ours is about the variable or attribute `name`."""
    texts = [finding.get("subject") or "", finding["message"], json.dumps(finding.get("places", []))]
    if any(re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", text) for text in texts):
        return True
    return bool(LISTS_SOME.search(finding["message"]))


def main():
    table, page, documents, folder = sys.argv[1:5]
    CheckSuite.load_all_available_checkers()
    rows = read_table(table)
    ours = {}
    for line in open(documents, encoding="utf-8"):
        document = json.loads(line)
        ours[document["file"]["key"]] = document.get("findings", [])
    counts = collections.defaultdict(collections.Counter)
    texts, sections, used = collections.defaultdict(set), {}, set()
    missing, unknown = [], []
    matched = set()
    for key in sorted(ours):
        for checker, section, check, message in findings(os.path.join(folder, key)):
            row = next(
                (row for row in rows if row[0] == check and row[1].search(message)),
                None,
            )
            kind = "ACDD" if checker.startswith("acdd") else "CF"
            name = (kind, check)
            if section and not section.startswith(("variable ", "geospatial")):
                sections.setdefault(name, section)
            counts[name]["all"] += 1
            if row is None:
                unknown.append((key, check, message))
                continue
            used.add(rows.index(row))
            _, pattern, verdict, text = row
            if verdict != "ours":
                counts[name][verdict] += 1
                texts[name, verdict].add(text)
                if verdict == "open":
                    missing.append((key, check, message))
                continue
            codes = text.split()
            texts[name, "ours"].update(codes)
            found = pattern.search(message).groupdict().get("v")
            hits = [one for one in ours[key] if one["code"] in codes and (not found or mentions(one, found))]
            for one in hits:
                matched.add((key, one["code"], one.get("subject")))
            counts[name]["true"] += 1
            if hits:
                counts[name]["shared"] += 1
            else:
                missing.append((key, check, message))
    total = sum(counts.values(), collections.Counter())
    true = total["true"] + total["open"]
    share = 100 * total["shared"] / true if true else 0
    for key, check, message in unknown:
        print(f"not in the table: {key}: {check}: {message}")
    for key, check, message in missing:
        print(f"not found by us: {key}: {check}: {message}")
    for at, row in enumerate(rows):
        if at not in used:
            print(f"unused row: {row[0]}: {row[1].pattern}")
    version = importlib.metadata.version("compliance-checker")
    out = [
        "# Comparison with compliance-checker",
        "",
        "Written by `cargo xtask compare-rules`, which runs compliance-checker " + version + " and `data-review` over the same",
        "files: the sample folder `cf-checker`, and the test files of compliance-checker itself. It checks the version of CF that",
        "a file declares (1.6 to 1.11; 1.11 without a declaration), and ACDD where that is declared.",
        "",
        "A finding of the peer is *true*, *refuted* by the clause that the table names, *no finding* (a remark that something is",
        "right), or a *crash* of the peer. It is shared if we report one of the codes about the same variable of the same file.",
        "`xtask/src/tasks/compare/rules.tsv` has a row for each kind.",
        "",
        "| figure | count |",
        "|---|---:|",
        f"| files | {len(ours)} |",
        f"| findings of compliance-checker | {total['all']} |",
        f"| remarks and crashes | {total['remark'] + total['crash']} |",
        f"| refuted | {total['refuted']} |",
        f"| true | {true} |",
        f"| true and ours too | {total['shared']} ({share:.1f} %) |",
        "",
        "## By check",
        "",
        "| section | peer's check | all | refuted or remark | true | ours too | our codes | why refuted, or open |",
        "|---|---|---:|---:|---:|---:|---|---|",
    ]
    order = lambda item: (item[0][0], sections.get(item[0], "~"), item[0][1])
    for name, count in sorted(counts.items(), key=order):
        refuted = count["refuted"] + count["remark"] + count["crash"]
        why = sorted(set().union(*(texts[name, verdict] for verdict in ("refuted", "remark", "crash", "open"))))
        cells = [
            f"{name[0]} {sections.get(name, '')}".strip(),
            name[1],
            count["all"],
            refuted,
            count["true"] + count["open"],
            count["shared"],
            ", ".join(sorted(texts[name, "ours"])),
            "; ".join(why),
        ]
        out.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    alone, files = collections.Counter(), collections.defaultdict(set)
    for key, list_ in ours.items():
        for one in list_:
            if (key, one["code"], one.get("subject")) not in matched:
                alone[one["code"]] += 1
                files[one["code"]].add(key)
    out += [
        "",
        "## Findings of ours that compliance-checker does not have",
        "",
        "| code | findings | files |",
        "|---|---:|---:|",
    ]
    out += [f"| {code} | {alone[code]} | {len(files[code])} |" for code in sorted(alone)]
    open(page, "w", encoding="utf-8").write("\n".join(out) + "\n")
    print(f"{total['shared']} of {true} true findings are ours too ({share:.1f} %); {len(unknown)} are not in the table")
    sys.exit(1 if unknown or share < 95 else 0)


main()
