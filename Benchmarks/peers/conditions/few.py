"""Fourteen plain conditions of fields of the request: what ClickHouse does best."""

CONDITIONS = {
    "admission": "g='admissionregistration.k8s.io' AND verb IN ('create','delete','patch','update')",
    "jobs": "g='batch' AND r IN ('cronjobs','jobs') AND verb IN ('create','delete','patch','update')",
    "deployment deleted": "verb='delete' AND r='deployments'",
    "events deleted": "verb='delete' AND r='events'",
    "exec": "r='pods' AND s='exec' AND verb IN ('create','get')",
    "pod in kube-system": "verb='create' AND r='pods' AND n='kube-system'",
    "rights listed": "verb='create' AND r='selfsubjectrulesreviews'",
    "binding": "g='rbac.authorization.k8s.io' AND r IN ('clusterrolebindings','rolebindings') AND verb IN ('create','patch','update')",
    "secrets listed": "verb='list' AND r='secrets'",
    "secrets changed": "r='secrets' AND verb IN ('create','delete','patch','update')",
    "account made": "verb='create' AND r='serviceaccounts'",
    "deployment patched": "verb='patch' AND g='apps' AND r='deployments'",
    "refused": "code IN (401,403)",
    "shell or curl": "userAgent LIKE '%curl%' OR requestURI LIKE '%/bin/sh%'",
}

COLUMNS = (
    "verb String, requestURI String, userAgent String, objectRef Tuple(resource String, subresource String, "
    "namespace String, apiGroup String), responseStatus Tuple(code Int32)"
)

NAMES = (
    "verb, requestURI, userAgent, tupleElement(objectRef,'resource') r, tupleElement(objectRef,'subresource') s, "
    "tupleElement(objectRef,'namespace') n, tupleElement(objectRef,'apiGroup') g, "
    "tupleElement(responseStatus,'code') code"
)
