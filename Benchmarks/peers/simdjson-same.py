#!/usr/bin/env python3
"""Whether the conditions in C++ (simdjson/) and those in SQL (conditions/) are true of the same records.

usage: simdjson-same.py [--examples] LOG ...

--examples  asks of the events by which the shipped rules are tested as well, of which many more conditions are true than of a log

Both are asked in one go about all records, each by an audit ID of its own; lines that are no audit event, and JSON patches, of which
typed columns cannot say anything, are left out and counted. What differs is printed and makes exit status 1.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
PROGRAM = HERE.parent / ".build" / "peers" / "same-rules"
sys.path.insert(0, str(HERE))
from conditions import falco, shipped, sigma  # noqa: E402


def events(path):
    """The audit events of a file: a line each, or in a line's `input`."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            read = json.loads(line)
            inner = read.get("input", read) if isinstance(read, dict) else read
            yield from inner if isinstance(inner, list) else [inner]


def gather(paths, output):
    """Writes what can be asked of both; how many records that are, and how many are left out."""
    asked = left = 0
    for path in paths:
        for event in events(path):
            if not isinstance(event, dict) or "auditID" not in event or isinstance(event.get("requestObject"), list):
                left += 1
                continue
            asked += 1
            event["auditID"] = f"{asked} {path}"
            output.write(json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n")
    output.flush()
    return asked, left


def told(command):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()


def hits(command, log):
    return collections.Counter(tuple(row.split("\t")) for row in told([*command, "--hits", log]).splitlines())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--examples", action="store_true")
    parser.add_argument("logs", nargs="*")
    wanted = parser.parse_args()
    paths = [*wanted.logs, *(sorted(HERE.parent.parent.glob("rules/*/*/*.jsonl")) if wanted.examples else [])]
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as log:
        asked, left = gather(paths, log)
        native = hits([str(PROGRAM)], log.name)
        query = hits([sys.executable, str(HERE / "clickhouse.py")], log.name)
        native_few = sum(int(row.split("\t")[0]) for row in told([str(PROGRAM), "--few", log.name]).splitlines())
        query_few = int(told([sys.executable, str(HERE / "clickhouse.py"), "--few", log.name]))
    rules = [name for language in (shipped, sigma, falco) for name in language.CONDITIONS]
    print(f"{'C++':>8} {'SQL':>8} {'differ':>6}")
    for rule in rules:
        ours, theirs = ({hit: n for hit, n in one.items() if hit[0] == rule} for one in (native, query))
        differ = {hit for hit in {*ours, *theirs} if ours.get(hit) != theirs.get(hit)}
        print(f"{sum(ours.values()):8} {sum(theirs.values()):8} {len(differ):6}  {rule}")
        for _, record in sorted(differ)[:5]:
            print(f"{'C++' if (rule, record) in ours else 'SQL'} alone: {record}")
    for asked_of, few in (("C++", native_few), ("SQL", query_few)):
        print(f"the fourteen plain conditions in {asked_of}: {few}")
    differences = (native_few != query_few) + sum(((native - query) + (query - native)).values())
    silent = len(set(rules) - {rule for rule, _ in query})
    print(f"{asked} records ({left} left out), {len(rules)} rules, {silent} of them true of no record, {differences} differences")
    sys.exit(1 if differences or {rule for rule, _ in native} - set(rules) else 0)


main()
