"""ClickHouse (chdb) over an audit log: fourteen conditions of one pass, three times; without a file, only the start."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / ".build" / "peers"))
import chdb  # noqa: E402

CONDITIONS = [
    "g='admissionregistration.k8s.io' AND verb IN ('create','delete','patch','update')",
    "g='batch' AND r IN ('cronjobs','jobs') AND verb IN ('create','delete','patch','update')",
    "verb='delete' AND r='deployments'",
    "verb='delete' AND r='events'",
    "r='pods' AND s='exec' AND verb IN ('create','get')",
    "verb='create' AND r='pods' AND n='kube-system'",
    "verb='create' AND r='selfsubjectrulesreviews'",
    "g='rbac.authorization.k8s.io' AND r IN ('clusterrolebindings','rolebindings') AND verb IN ('create','patch','update')",
    "verb='list' AND r='secrets'",
    "r='secrets' AND verb IN ('create','delete','patch','update')",
    "verb='create' AND r='serviceaccounts'",
    "verb='patch' AND g='apps' AND r='deployments'",
    "code IN (401,403)",
    "userAgent LIKE '%curl%' OR requestURI LIKE '%/bin/sh%'",
]

if len(sys.argv) > 1:
    total = "+".join(f"countIf({condition})" for condition in CONDITIONS)
    columns = (
        "verb String, requestURI String, userAgent String, objectRef Tuple(resource String, subresource String, "
        "namespace String, apiGroup String), responseStatus Tuple(code Int32)"
    )
    query = (
        f"SELECT {total} FROM (SELECT verb, requestURI, userAgent, tupleElement(objectRef,'resource') r, "
        "tupleElement(objectRef,'subresource') s, tupleElement(objectRef,'namespace') n, "
        "tupleElement(objectRef,'apiGroup') g, tupleElement(responseStatus,'code') code "
        f"FROM file('{sys.argv[1]}', 'JSONEachRow', '{columns}')) "
        "SETTINGS max_threads=1, input_format_parallel_parsing=0, input_format_skip_unknown_fields=1"
    )
    for _ in range(3):
        print(str(chdb.query(query)).strip())
