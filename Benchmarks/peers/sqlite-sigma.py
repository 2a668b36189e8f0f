"""Sigma rules over an audit log in the way that Zircolite goes: events flattened into a table of SQLite, a query a rule.

usage: sqlite-sigma.py RULES LOG LINES; prints the CPU seconds that it took, the events, and then a line for each hit: the rule's
title and the audit ID. Zircolite itself is not to be had from pip; the queries are those of pySigma's back end, which it uses.
"""
import json
import pathlib
import sqlite3
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / ".build" / "peers"))
from sigma.backends.sqlite import sqliteBackend  # noqa: E402
from sigma.collection import SigmaCollection  # noqa: E402

try:
    from orjson import loads
except ImportError:
    loads = json.loads


def flatten(value, prefix, row):
    """Nested names joined by dots; lists as their text, as Zircolite keeps them."""
    for key, inner in value.items():
        name = f"{prefix}.{key}" if prefix else key
        if isinstance(inner, dict):
            flatten(inner, name, row)
        else:
            row[name] = str(inner) if isinstance(inner, list) else inner


rules, log, lines = sys.argv[1], sys.argv[2], int(sys.argv[3])
texts = [path.read_text() for path in sorted(pathlib.Path(rules).glob("*.yml"))]
backend = sqliteBackend(collate_nocase="true")
queries = []
for rule in SigmaCollection.from_yaml("\n---\n".join(texts)).rules:
    queries += [(rule.title, query) for query in backend.convert_rule(rule)]

begin = time.process_time()
rows, columns = [], {}
with open(log, "rb") as source:
    for number, line in enumerate(source):
        if number == lines:
            break
        row = {}
        flatten(loads(line), "", row)
        rows.append(row)
        columns.update(dict.fromkeys(name.lower() for name in row))
db = sqlite3.connect(":memory:")
# SQLite takes 2,000 columns; fields that no query names are left out first.
named = [name for name in columns if any(f"`{name}`" in query.lower() or name in query.lower() for _, query in queries)]
kept = list(dict.fromkeys(["auditid"] + named))[:1900]
db.execute("CREATE TABLE logs (" + ", ".join(f"`{name}` TEXT COLLATE NOCASE" for name in kept) + ")")
marks = ",".join("?" * len(kept))
db.executemany(
    f"INSERT INTO logs VALUES ({marks})",
    ([{name.lower(): value for name, value in row.items()}.get(name) for name in kept] for row in rows),
)
hits = set()
for title, query in queries:
    try:
        for (identifier,) in db.execute(query.replace("SELECT *", "SELECT `auditid`", 1)):
            hits.add((title, identifier))
    except sqlite3.OperationalError as error:
        # A column that no event of the log has: the rule cannot be true.
        if "no such column" not in str(error):
            raise
print(time.process_time() - begin, len(rows))
for title, identifier in sorted(hits):
    print(title + "\t" + str(identifier))
