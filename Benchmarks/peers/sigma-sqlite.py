#!/usr/bin/env python3
"""Asks the same Sigma rules of the same audit events, once by Tallyman and once by pySigma's SQLite back end.

    pip install pysigma pysigma-backend-sqlite
    Benchmarks/peers/sigma-sqlite.py --tallyman .build/release/tallyman [--rules FOLDER] AUDIT.jsonl[.gz]...

For every rule the audit IDs that each of the two found are compared; for correlations the groups, and of each finding the
time and the value. Rules of this file cover every modifier; --rules adds others. Differences that are meant are listed in
EXPLAINED, one reason each (docs/sigma.md has them as a table); any other difference makes the exit status 1.

How the events go into SQLite: one table, a column for each field that a rule names, NOCASE as Zircolite makes them; a field
with several values (a list, or something below one) makes a row for each of them; numbers in columns of numbers.
"""
import argparse, base64, gzip, itertools, json, os, re, sqlite3, subprocess, sys, tempfile
from datetime import datetime

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.processing.pipeline import ProcessingItem, ProcessingPipeline
from sigma.processing.transformations import ValueListPlaceholderTransformation

NAMES = ["alice", "bob", "system:admin*"]

# Name and detection; every modifier, wildcards, escapes, lists, null, keywords, conditions.
RULES = [
    ("exact", "sel: {verb: create}", "sel"),
    ("case", "sel: {verb: CREATE}", "sel"),
    ("list", "sel: {verb: [create, patch, delete]}", "sel"),
    ("long-list", "sel: {verb: [a, b, c, d, e, f, g, create, list]}", "sel"),
    ("two-fields", "sel: {verb: create, objectRef.resource: pods}", "sel"),
    ("star", "sel: {objectRef.resource: 'p*s'}", "sel"),
    ("star-alone", "sel: {objectRef.name: '*'}", "sel"),
    ("question-mark", "sel: {objectRef.resource: 'pod?'}", "sel"),
    ("escaped-star", "sel: {userAgent: 'odd\\*agent'}", "sel"),
    ("escaped-question-mark", "sel: {userAgent|contains: 'why\\?'}", "sel"),
    ("backslash", "sel: {userAgent|contains: 'c:\\win'}", "sel"),
    ("backslash-star", "sel: {userAgent: 'c:\\\\*'}", "sel"),
    ("percent", "sel: {userAgent|contains: '50%'}", "sel"),
    ("underscore", "sel: {userAgent|contains: 'a_b'}", "sel"),
    ("quote", "sel: {userAgent|contains: \"it's\"}", "sel"),
    ("brackets", "sel: {userAgent|contains|cased: '[x]'}", "sel"),
    ("contains", "sel: {userAgent|contains: kubectl}", "sel"),
    ("startswith", "sel: {user.username|startswith: 'system:'}", "sel"),
    ("endswith", "sel: {user.username|endswith: '-controller'}", "sel"),
    ("contains-list", "sel: {requestURI|contains: [/exec, /attach, /log]}", "sel"),
    ("contains-all", "sel: {requestURI|contains|all: [/namespaces/, /pods]}", "sel"),
    ("contains-star-inside", "sel: {requestURI|contains: 'namespaces/*/pods'}", "sel"),
    ("cased", "sel: {userAgent|cased: 'Mixed Case'}", "sel"),
    ("cased-contains", "sel: {userAgent|contains|cased: 'Mixed'}", "sel"),
    ("cased-startswith", "sel: {userAgent|startswith|cased: 'mixed'}", "sel"),
    ("neq", "sel: {verb|neq: get}", "sel"),
    ("neq-missing", "sel: {objectRef.namespace|neq: shop}", "sel"),
    ("neq-list", "sel: {verb|neq: [get, list, watch]}", "sel"),
    ("re", "sel: {requestURI|re: '/pods/[a-z0-9-]+$'}", "sel"),
    ("re-i", "sel: {userAgent|re|i: '^MIXED'}", "sel"),
    ("re-m", "sel: {userAgent|re|m: '^second$'}", "sel"),
    ("re-s", "sel: {userAgent|re|s: 'first.second'}", "sel"),
    ("re-list", "sel: {userAgent|re: ['^curl', 'Go-http']}", "sel"),
    ("re-alternatives", "sel: {verb|re: '^(get|list)$'}", "sel"),
    ("cidr-v4", "sel: {sourceIPs|cidr: 10.0.0.0/8}", "sel"),
    ("cidr-v4-odd", "sel: {sourceIPs|cidr: 192.0.2.64/26}", "sel"),
    ("cidr-list", "sel: {sourceIPs|cidr: [127.0.0.0/8, 10.1.0.0/16]}", "sel"),
    ("exists", "sel: {objectRef.subresource|exists: true}", "sel"),
    ("exists-not", "sel: {objectRef.subresource|exists: false}", "sel"),
    ("null", "sel: {objectRef.namespace: null}", "sel"),
    ("empty", "sel: {userAgent: ''}", "sel"),
    ("null-or-empty", "sel: {userAgent: [null, '']}", "sel"),
    ("fieldref", "sel: {objectRef.name|fieldref: objectRef.namespace}", "sel"),
    ("fieldref-contains", "sel: {requestURI|fieldref|contains: objectRef.name}", "sel"),
    ("fieldref-endswith", "sel: {requestURI|fieldref|endswith: objectRef.name}", "sel"),
    ("fieldref-startswith", "sel: {objectRef.name|fieldref|startswith: objectRef.namespace}", "sel"),
    ("number", "sel: {responseStatus.code: 403}", "sel"),
    ("number-list", "sel: {responseStatus.code: [401, 403, 404]}", "sel"),
    ("number-text", "sel: {responseStatus.code: '201'}", "sel"),
    ("lt", "sel: {responseStatus.code|lt: 201}", "sel"),
    ("lte", "sel: {responseStatus.code|lte: 201}", "sel"),
    ("gt", "sel: {responseStatus.code|gt: 399}", "sel"),
    ("gte", "sel: {responseStatus.code|gte: 400}", "sel"),
    ("range", "sel: {responseStatus.code|gte: 400, responseStatus.code|lt: 500}", "sel"),
    ("bool", "sel: {requestObject.spec.hostNetwork: true}", "sel"),
    ("bool-in-list", "sel: {requestObject.spec.containers.securityContext.privileged: true}", "sel"),
    ("nested-list", "sel: {requestObject.spec.containers.image|contains: alpine}", "sel"),
    ("nested-list-deep", "sel: {requestObject.spec.template.spec.containers.securityContext.capabilities.add: SYS_ADMIN}", "sel"),
    ("list-of-texts", "sel: {user.groups: 'system:masters'}", "sel"),
    ("base64", "sel: {annotations.payload|base64: 'hello world'}", "sel"),
    ("base64offset", "sel: {annotations.payload|base64offset|contains: 'needle'}", "sel"),
    ("wide-base64offset", "sel: {annotations.payload|wide|base64offset|contains: 'wide'}", "sel"),
    ("utf16be-base64", "sel: {annotations.payload|utf16be|base64: 'be'}", "sel"),
    ("utf16-base64", "sel: {annotations.payload|utf16|base64: 'bom'}", "sel"),
    ("windash", "sel: {userAgent|windash|contains: ' -enc'}", "sel"),
    ("windash-all", "sel: {userAgent|windash|contains|all: [' -enc', ' -nop']}", "sel"),
    ("expand", "sel: {user.username|expand: '%names%'}", "sel"),
    ("expand-inside", "sel: {userAgent|contains|expand: 'by %names%!'}", "sel"),
    ("minute", "sel: {requestReceivedTimestamp|minute: 35}", "sel"),
    ("hour", "sel: {requestReceivedTimestamp|hour: 13}", "sel"),
    ("day", "sel: {requestReceivedTimestamp|day: 23}", "sel"),
    ("month", "sel: {requestReceivedTimestamp|month: 11}", "sel"),
    ("year", "sel: {requestReceivedTimestamp|year: 2026}", "sel"),
    ("week", "sel: {requestReceivedTimestamp|week: 48}", "sel"),
    ("keywords", "words: [needle-in-body, 'odd*agent']", "words"),
    ("keywords-all", "words: {'|all': [alpine, hostPath]}", "words"),
    ("maps", "sel: [{verb: create, objectRef.resource: pods}, {verb: delete}]", "sel"),
    ("and-not", "sel: {verb: create}\n  system: {user.username|startswith: 'system:'}", "sel and not system"),
    ("and-not-missing", "sel: {verb: create}\n  filter: {objectRef.subresource: status}", "sel and not filter"),
    ("or", "a: {verb: delete}\n  b: {responseStatus.code: 403}", "a or b"),
    ("one-of", "sel_a: {verb: delete}\n  sel_b: {objectRef.resource: secrets}", "1 of sel_*"),
    ("all-of", "sel_a: {verb: list}\n  sel_b: {objectRef.resource: secrets}", "all of sel_*"),
    ("them", "a: {verb: delete}\n  b: {objectRef.resource: secrets}", "1 of them"),
    ("all-of-them", "a: {verb: get}\n  b: {objectRef.resource: secrets}", "all of them"),
    ("nested", "a: {verb: get}\n  b: {verb: list}\n  c: {objectRef.resource: pods}", "(a or b) and not (c and not b)"),
    ("precedence", "a: {verb: get}\n  b: {verb: list}\n  c: {objectRef.resource: pods}", "a or b and c"),
    ("not-one-of", "sel_a: {verb: get}\n  sel_b: {verb: watch}", "not 1 of sel_*"),
    ("stage-only", "sel: {stage: ResponseComplete, level: Request*}", "sel"),
]

CORRELATIONS = [
    ("event-count", "type: event_count, rules: [exact], group-by: [user.username], timespan: 1m, condition: {gte: 3}"),
    ("event-count-range", "type: event_count, rules: [exact], group-by: [user.username], timespan: 1m, condition: {gt: 1}"),
    ("event-count-no-group", "type: event_count, rules: [number], timespan: 5m, condition: {gte: 2}"),
    ("event-count-lt", "type: event_count, rules: [exact], group-by: [user.username], timespan: 10s, condition: {lt: 2}"),
    ("event-count-two-keys", "type: event_count, rules: [exact], group-by: [user.username, objectRef.namespace], timespan: 30s, condition: {gte: 2}"),
    ("event-count-two-rules", "type: event_count, rules: [exact, number], group-by: [user.username], timespan: 30s, condition: {gte: 4}"),
    ("value-count", "type: value_count, rules: [list], group-by: [user.username], timespan: 1m, condition: {gte: 3, field: objectRef.resource}"),
    ("value-sum", "type: value_sum, rules: [exact], group-by: [user.username], timespan: 1m, condition: {gte: 800, field: responseStatus.code}"),
    ("value-avg", "type: value_avg, rules: [list], group-by: [user.username], timespan: 1m, condition: {gt: 200.5, field: responseStatus.code}"),
    ("value-median", "type: value_median, rules: [list], group-by: [user.username], timespan: 1m, condition: {gt: 200, field: responseStatus.code}"),
    ("value-percentile", "type: value_percentile, rules: [list], group-by: [user.username], timespan: 1m, condition: {gt: 200, field: responseStatus.code, percentile: 90}"),
    ("temporal", "type: temporal, rules: [exact, sigma-delete], group-by: [user.username], timespan: 5m"),
    ("temporal-ordered", "type: temporal_ordered, rules: [exact, sigma-delete], group-by: [user.username], timespan: 5m"),
    ("temporal-condition", "type: temporal, rules: [exact, sigma-delete, number], group-by: [user.username], timespan: 5m, condition: exact and (sigma-delete or number)".replace("sigma-delete", "sigma_delete")),
    ("aliased", "type: temporal, rules: [exact, number], group-by: [who], timespan: 5m, aliases: {who: {exact: user.username, number: user.username}}"),
]

# Differences that are meant: the rule, and why.
EXPLAINED = {
    "week": "SQLite counts weeks from the year's first Monday (%W), Tallyman as ISO 8601 does",
    "event-count-range": "events of one moment: SQLite counts all of them at each, a stream one after the other",
    "event-count-lt": "events of one moment: SQLite counts all of them at each, a stream one after the other",
    "value-sum": "events of one moment: SQLite counts all of them at each, a stream one after the other",
}


def documents():
    for name, detection, condition in RULES:
        yield f"title: '{name}'\nname: '{name}'\nlevel: low\nlogsource: {{product: kubernetes, service: audit}}\ndetection:\n  {detection}\n  condition: {condition}\n"
    yield "title: sigma_delete\nname: sigma_delete\nlevel: low\nlogsource: {product: kubernetes, service: audit}\ndetection:\n  sel: {verb: delete}\n  condition: sel\n"
    for name, body in CORRELATIONS:
        body = body.replace("sigma-delete", "sigma_delete")
        extra = "" if "condition:" in body else f", condition: {{gte: {body.split('rules: [')[1].split(']')[0].count(',') + 1}}}"
        yield f"title: {name}\nname: c-{name}\nlevel: low\ncorrelation: {{{body}{extra}, generate: true}}\n"


def synthetic():
    """Events with values that the recordings do not have."""
    agents = ["odd*agent", "oddxagent", "why?", "whyx", "c:\\windows", "c:xwindows", "50% off", "500 off", "a_b", "axb", "it's", "[x]", "x",
              "Mixed Case", "mixed case", "first\nsecond", "first second", "cmd -enc x", "cmd /enc x", "cmd –enc -nop", "cmd /nop /enc", "",
              "by alice!", "by system:administrator!", "by names!", "ÄÖÜ", "äöü", None]
    b64 = lambda data: base64.b64encode(data).decode()
    payloads = [b64(b"hello world"), b64(b"a needle here"), b64(b"ab needle here"), b64(b"abc needle here"), b64("x wide y".encode("utf-16le")),
                b64("be".encode("utf-16be")), b64(b"\xff\xfe" + "bom".encode("utf-16le")), "plain", None]
    ips = [["10.1.2.3"], ["192.0.2.65"], ["192.0.2.63"], ["127.0.0.1", "10.9.9.9"], [], ["2001:db8::1"], ["10"], ["100.1.1.1"]]
    codes = [200, 201, 400, 401, 403, 404, 500, None]
    users = ["alice", "bob", "Alice", "system:administrator", "eve"]
    verbs = ["create", "get", "list", "delete", "patch", "watch", "Create"]
    for n in range(400):
        pick = lambda values, by: values[(n // by + n * by) % len(values)]
        event = {
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse", "auditID": f"synthetic-{n}", "stage": "ResponseComplete",
            "requestURI": f"/api/v1/namespaces/shop/pods/p{n % 7}", "verb": pick(verbs, 1),
            "user": {"username": pick(users, 2), "groups": ["system:masters", "dev"] if n % 5 == 0 else ["dev"]},
            "sourceIPs": pick(ips, 3), "objectRef": {"resource": pick(["pods", "secrets", "podx", "deployments"], 1), "name": pick(["p0", "shop", "shop-1", "p3"], 1)},
            "requestReceivedTimestamp": f"2027-0{1 + n % 9}-{1 + n % 28:02}T{n % 24:02}:{n % 60:02}:{n % 60:02}.{n:06}Z",
        }
        event["stageTimestamp"] = event["requestReceivedTimestamp"]
        if n % 3: event["objectRef"]["namespace"] = "shop"
        if n % 4 == 0: event["objectRef"]["subresource"] = pick(["status", "exec"], 1)
        if pick(agents, 1) is not None: event["userAgent"] = pick(agents, 1)
        if pick(codes, 1) is not None: event["responseStatus"] = {"code": pick(codes, 1)}
        if pick(payloads, 1) is not None: event["annotations"] = {"payload": pick(payloads, 1)}
        if n % 6 == 0:
            event["requestObject"] = {"spec": {"hostNetwork": n % 12 == 0, "containers": [
                {"image": "web:1", "securityContext": {"privileged": n % 18 == 0}}, {"image": "alpine:3", "securityContext": {"privileged": False}}],
                "note": "needle-in-body" if n % 30 == 0 else "x"}}
        yield event


def read(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def values(event, field):
    """Every value at a field, through lists; text and numbers as they are, booleans as words."""
    found = [event]
    for step in field.split("."):
        nested = []
        for value in found:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict) and step in one:
                    nested.append(one[step])
        found = nested
    flat = []
    def flatten(value):
        if isinstance(value, list):
            for one in value: flatten(one)
        elif isinstance(value, bool): flat.append("true" if value else "false")
        elif value is not None and not isinstance(value, dict): flat.append(value)
    flatten(found)
    return flat


def leaves(value):
    if isinstance(value, dict):
        for one in value.values(): yield from leaves(one)
    elif isinstance(value, list):
        for one in value: yield from leaves(one)
    elif value is not None: yield ("true" if value else "false") if isinstance(value, bool) else str(value)


def database(events, fields, fulltext):
    """A table with a row for each combination of values of an event."""
    db = sqlite3.connect(":memory:")
    db.create_function("REGEXP", 2, lambda pattern, value: value is not None and re.search(pattern, str(value)) is not None)
    kinds = {field: "NUMERIC" if all(isinstance(v, (int, float)) for e in events for v in values(e, field)) else "TEXT COLLATE NOCASE" for field in fields}
    quoted = ", ".join(f"`{f}` {kinds[f]}" for f in fields)
    db.execute(f"CREATE TABLE logs (eid TEXT, at TEXT, text TEXT COLLATE NOCASE{', ' + quoted if quoted else ''})")
    for event in events:
        columns = [values(event, f)[:32] or [None] for f in fields]
        everything = "\n".join(leaves(event)) if fulltext else ""
        rows = [(event["auditID"], event.get("stageTimestamp"), everything) + row for row in itertools.islice(itertools.product(*columns), 256)]
        db.executemany(f"INSERT INTO logs VALUES ({','.join('?' * (3 + len(fields)))})", rows)
    return db


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--tallyman", default=".build/release/tallyman")
    arguments.add_argument("--rules", help="a folder of further Sigma rules")
    arguments.add_argument("logs", nargs="*")
    given = arguments.parse_args()
    folder = tempfile.mkdtemp()
    os.makedirs(folder + "/rules")
    os.makedirs(folder + "/lists")
    texts = {f"{n:03}.yml": text for n, text in enumerate(documents())}
    for root, _, names in os.walk(given.rules or os.devnull):
        for name in names:
            if name.endswith(".yml"): texts["given-" + name] = open(os.path.join(root, name)).read()
    for name, text in texts.items(): open(f"{folder}/rules/{name}", "w").write(text)
    json_list = json.dumps(NAMES)
    open(folder + "/lists/names.yml", "w").write(f"name: names\nkind: text\nmembers: {json_list}\n")

    events = {}
    for path in given.logs:
        for event in read(path):
            if event.get("auditID"): events[event["auditID"], event.get("stage")] = event
    for event in synthetic(): events[event["auditID"], event["stage"]] = event
    events = sorted(events.values(), key=lambda e: e.get("stageTimestamp") or "")
    log = folder + "/audit.jsonl"
    with open(log, "w") as out:
        for event in events: out.write(json.dumps(event) + "\n")

    run = subprocess.run([given.tallyman, "hunt", "--quiet", "--no-shipped-rules", "--rules", folder + "/rules", "--lists", folder + "/lists", "--level", "informational",
                          "--format", "json", log], capture_output=True, text=True)
    if run.returncode == 2:
        sys.exit("tallyman could not do the work:\n" + run.stderr)
    ours, correlated = {}, {}
    for line in run.stdout.splitlines():
        finding = json.loads(line)
        if finding.get("correlation"): correlated.setdefault(finding["title"], []).append(finding["correlation"])
        else: ours.setdefault(finding["title"], set()).add(events[finding["position"]["line"] - 1]["auditID"])

    pipeline = ProcessingPipeline(items=[ProcessingItem(transformation=ValueListPlaceholderTransformation())], vars={"names": NAMES})
    backend = sqliteBackend(pipeline, fulltext_field="text", timestamp_field="at", event_id_field="eid", collate_nocase="true")
    collection = SigmaCollection.from_yaml("\n---\n".join(texts[name] for name in sorted(texts)))
    wrong = 0
    counts = {"equal": 0, "explained": 0, "different": 0, "waiting": 0}
    fields_of = {}
    def tell(title, status, detail):
        counts[status] += 1
        print(f"{status:10} {title:45} {detail}")
    for rule in collection.rules:
        if isinstance(rule, SigmaCorrelationRule): continue
        if rule.logsource.product not in ("kubernetes", None):
            tell(rule.title, "waiting", "a log that Tallyman does not read")
            backend.convert_rule(rule)
            continue
        queries = backend.convert_rule(rule)
        fields = [f for f in backend.required_fields(rule) if f != "text"]
        fields_of[rule.name] = fields
        db = database(events, fields, fulltext="text" in backend.required_fields(rule))
        theirs = set()
        for query in queries:
            theirs |= {row[0] for row in db.execute(query.replace("SELECT *", "SELECT DISTINCT eid", 1))}
        mine = ours.get(rule.title, set())
        if mine == theirs: tell(rule.title, "equal", f"{len(mine)} hits")
        else:
            status = "explained" if rule.title in EXPLAINED else "different"
            wrong += status == "different"
            only = sorted(mine - theirs)[:3], sorted(theirs - mine)[:3]
            tell(rule.title, status, f"{len(mine)} and {len(theirs)} hits; only Tallyman {only[0]}, only SQLite {only[1]}")
    for rule in collection.rules:
        if not isinstance(rule, SigmaCorrelationRule): continue
        query = backend.convert_correlation_rule(rule)[0]
        fields = sorted({f for ref in rule.referenced_rules for f in fields_of[ref.rule.name]} | {"user.username", "objectRef.namespace", "objectRef.resource", "responseStatus.code"})
        db = database(events, fields, fulltext=False)
        theirs = {}
        for row in db.execute(query):
            theirs.setdefault(row[1].lower(), {})[round(row[4], 3)] = row[6]
        mine = {}
        for one in correlated.get(rule.title, []):
            key = json.dumps({g["name"]: g["value"].lower() for g in one["groupBy"]}, separators=(",", ":")).lower()
            mine.setdefault(key, []).append(one)
        problems = [f"groups only here {sorted(set(mine) - set(theirs))[:2]}" if set(mine) - set(theirs) else "",
                    f"groups only in SQLite {sorted(set(theirs) - set(mine))[:2]}" if set(theirs) - set(mine) else ""]
        for key, found in mine.items():
            for one in found:
                moment = re.sub(r"\.(\d+)Z", lambda m: "." + (m.group(1) + "000000")[:6] + "+00:00", one["last"])
                at = round(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp(), 3)
                near = [v for t, v in theirs.get(key, {}).items() if abs(t - at) < 0.002]
                if not near: problems.append(f"no window ends at {one['last']} for {key}")
                elif rule.type.name != "TEMPORAL" and not any(abs(v - one["value"]) < 1e-6 for v in near): problems.append(f"{one['value']} against {near[0]} for {key} at {one['last']}")
        problems = [p for p in problems if p]
        if not problems: tell(rule.title, "equal", f"{len(mine)} groups, {sum(map(len, mine.values()))} findings in {sum(map(len, theirs.values()))} windows")
        else:
            status = "explained" if rule.title in EXPLAINED else "different"
            wrong += status == "different"
            tell(rule.title, status, "; ".join(problems[:3]))
    print(f"{len(events)} events, {len(collection.rules)} rules: " + ", ".join(f"{n} {word}" for word, n in counts.items()))
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
