#!/usr/bin/env python3
"""Whether ClickHouse's conditions and Tallyman's rules are true of the same lines of an audit log.

usage: clickhouse-same.py --tallyman .build/release/tallyman [--rules PATH ...] LOG

Give Sigma's and Falco's rules with --rules as often as needed; only rules that both know are compared. Tallyman tells one fact once and
remembers, ClickHouse does neither: a line on which they differ is asked of Tallyman once more, alone. What differs then is printed and
makes exit status 1, but for the rules that the SQL asks without their memory (conditions/, STATELESS_PART): they may be true of fewer lines, not of others.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))
from conditions import falco, shipped, sigma  # noqa: E402


def hits(tallyman, rules, log):
    """(rule, line) of each finding."""
    command = [tallyman, "hunt", "--quiet", "--level", "informational", "--format", "json", *rules, log]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if told.returncode > 1:
        sys.exit(f"{tallyman} could not do the work")
    findings = map(json.loads, told.stdout.splitlines())
    return {(finding["ruleName"], finding["position"]["line"]) for finding in findings}


def alone(tallyman, rules, lines, numbers):
    """(rule, line) of each finding of lines that are asked one by one."""
    found = set()
    with tempfile.TemporaryDirectory() as folder:
        log = pathlib.Path(folder) / "line.jsonl"
        for number in sorted(numbers):
            log.write_bytes(lines[number - 1])
            found |= {(rule, number) for rule, _ in hits(tallyman, rules, str(log))}
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tallyman", required=True)
    parser.add_argument("--rules", action="append", default=[])
    parser.add_argument("log")
    asked = parser.parse_args()
    rules = [word for path in asked.rules for word in ("--rules", path)]
    told = subprocess.run([asked.tallyman, "rules", "list", "--format", "json", *rules], stdout=subprocess.PIPE, check=True)
    known = {json.loads(line)["name"] for line in told.stdout.splitlines()}
    conditions, memory, left = {}, {}, {}
    for language in (shipped, sigma, falco):
        conditions |= language.CONDITIONS
        memory |= language.STATELESS_PART
        left |= language.LEFT_OUT
    for name in sorted(known - set(conditions) - set(left)):
        print(f"{name}: ClickHouse has no condition for it")
    compared = known & set(conditions)
    peer = subprocess.run([sys.executable, str(HERE / "clickhouse.py"), "--hits", asked.log], stdout=subprocess.PIPE, check=True)
    lines = pathlib.Path(asked.log).read_bytes().splitlines(keepends=True)
    number_of = {json.loads(line).get("auditID"): number for number, line in enumerate(lines, 1)}
    if len(number_of) < len(lines):
        sys.exit("lines without an audit ID of their own cannot be told apart")
    told = [row.split("\t") for row in peer.stdout.decode().splitlines()]
    theirs = {(rule, number_of[identifier]) for rule, identifier in told if rule in compared}
    ours = {hit for hit in hits(asked.tallyman, rules, asked.log) if hit[0] in compared}
    # What a rule's stateless part is not true of, the rule cannot be true of.
    unclear = {hit for hit in ours ^ theirs if hit[0] not in memory or hit in ours}
    numbers = {number for _, number in unclear}
    asked_alone = {hit for hit in alone(asked.tallyman, rules, lines, numbers) if hit in unclear}
    rows = collections.defaultdict(collections.Counter)
    for hit in theirs | ours:
        count = rows[hit[0]]
        count["ClickHouse"] += hit in theirs
        count["Tallyman"] += hit in ours
        if hit in unclear:
            count["told earlier" if (hit in asked_alone) == (hit in theirs) else "differ"] += 1
    print(f"{'ClickHouse':>10} {'Tallyman':>8} {'alone the same':>14} {'differ':>6}")
    for rule, count in sorted(rows.items()):
        note = f" (asked without memory: {memory[rule]})" if rule in memory else ""
        print(f"{count['ClickHouse']:10} {count['Tallyman']:8} {count['told earlier']:14} {count['differ']:6}  {rule}{note}")
    differ = sorted(hit for hit in unclear if (hit in asked_alone) != (hit in theirs))
    for rule, number in differ[:20]:
        print(f"line {number}: {rule}: {'ClickHouse' if (rule, number) in theirs else 'Tallyman'} alone")
    silent = sorted(compared - set(rows))
    print(f"{len(compared)} rules compared, {len(silent)} of them true of no line in either, {len(numbers)} lines asked alone, {len(differ)} differences")
    sys.exit(1 if differ else 0)


main()
