"""ClickHouse (chdb) over an audit log: the conditions of rules, in one pass; without a log, only the start.

usage: clickhouse.py [--few | --shipped | --sigma] [--hits] [--left-out] [LOG]

--few       fourteen plain conditions instead of the rules' own
--shipped   the conditions of the shipped rules alone; else those of Sigma's and Falco's rules for the audit log as well
--sigma     the conditions of Sigma's rules alone
--hits      `rule, tab, audit ID` of every hit instead of a number a rule
--left-out  names the rules whose conditions are not asked, and those of which a part is, with the reason

The conditions are written for this by hand (conditions/), a line a rule; the rules themselves are not needed. Command judgements are
lists of plain substrings, which say less than what they stand for.
"""
import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / ".build" / "peers"))
from conditions import columns, falco, few, shipped, sigma  # noqa: E402

WORTH = columns.WORTH_ASKING
SETTINGS = "SETTINGS max_threads=1, input_format_parallel_parsing=0, input_format_skip_unknown_fields=1"
FIELD = re.compile(r"\b(?:requestObject|responseObject|user|impersonatedUser|objectRef|responseStatus)(?:\.\w+)+")


def flat(expression):
    """Fields within an object as columns of their own: `user.groups` as `user_groups`."""
    return FIELD.sub(lambda field: field.group().replace(".", "_"), expression)


def names_in(expressions):
    """Words that stand outside of texts."""
    return set(re.findall(r"[A-Za-z]\w*", re.sub(r"'[^']*'", "", " ".join(expressions))))


def source(log, conditions, worth):
    """The log with the names that the conditions use, each computed once."""
    fields = {flat(field): field for field in FIELD.findall(" ".join([*conditions, *(e for step in columns.STEPS for e in step.values())]))}
    known = set(fields) | set(columns.COLUMNS) | {n for step in columns.STEPS for n in step}
    wanted, selects = names_in(map(flat, conditions)) & known, []
    for step in reversed(columns.STEPS):
        made = {name: flat(expression) for name, expression in step.items() if name in wanted}
        kept = wanted - set(made)
        selects.append([*sorted(kept), *(f"{expression} AS {name}" for name, expression in made.items())])
        wanted = kept | names_in(made.values()) & known
    selects.append([f"{fields[name]} AS {name}" if name in fields else name for name in sorted(wanted)])
    read = {field.split(".")[0] for name, field in fields.items() if name in wanted} | wanted & set(columns.COLUMNS) | names_in([worth]) & set(columns.COLUMNS)
    typed = ", ".join(f"{name} {kind}" for name, kind in columns.COLUMNS.items() if name in read)
    inner = f"file('{log}', 'JSONEachRow', '{typed}')"
    for position, select in enumerate(reversed(selects)):
        inner = f"SELECT {', '.join(select)} FROM {inner if position == 0 else '(' + inner + ')'}"
        if position == 0 and worth:
            inner += f" WHERE {worth}"
    return inner


def query(log, conditions, hits_alone):
    if hits_alone:
        hits = ", ".join(f"({flat(condition)})::UInt8 AS `{name}`" for name, condition in conditions.items())
        return f"SELECT auditID, {hits} FROM ({source(log, [*conditions.values(), 'auditID'], WORTH)}) {SETTINGS}"
    counts = ", ".join(f"countIf({flat(condition)}) AS `{name}`" for name, condition in conditions.items())
    return f"SELECT {counts} FROM ({source(log, conditions.values(), WORTH)}) {SETTINGS}"


def few_query(log):
    total = "+".join(f"countIf({flat(condition)})" for condition in few.CONDITIONS.values())
    return f"SELECT {total} FROM (SELECT {few.NAMES} FROM file('{log}', 'JSONEachRow', '{few.COLUMNS}')) {SETTINGS}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", action="store_true")
    parser.add_argument("--shipped", action="store_true")
    parser.add_argument("--sigma", action="store_true")
    parser.add_argument("--hits", action="store_true")
    parser.add_argument("--left-out", action="store_true")
    parser.add_argument("log", nargs="?")
    asked = parser.parse_args()
    languages = [shipped] if asked.shipped else [sigma] if asked.sigma else [shipped, sigma, falco]
    if asked.left_out:
        for language in languages:
            for name, reason in language.LEFT_OUT.items():
                print(f"{name}\tleft out: {reason}")
            for name, reason in language.STATELESS_PART.items():
                print(f"{name}\twithout memory: {reason}")
        return
    import chdb

    if not asked.log:
        return
    conditions = {name: text for language in languages for name, text in language.CONDITIONS.items()}
    text = few_query(asked.log) if asked.few else query(asked.log, conditions, asked.hits)
    answer = str(chdb.query(text, "CSV")).strip()
    if asked.few:
        print(answer)
    elif asked.hits:
        for row in answer.split("\n"):
            identifier, *hits = row.split(",")
            for name, hit in zip(conditions, hits):
                if hit == "1":
                    print(name, identifier.strip('"'), sep="\t")
    else:
        for name, hits in zip(conditions, answer.split(",")):
            print(f"{hits}\t{name}")


main()
