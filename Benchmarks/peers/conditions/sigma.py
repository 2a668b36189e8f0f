"""Sigma's rules for the audit log, by the names of their files, in our words."""

WRITES = "verb IN ('create','delete','patch','replace','update')"

CONDITIONS = {
    "kubernetes_audit_change_admission_controller": f"g='admissionregistration.k8s.io' AND r IN ('mutatingwebhookconfigurations','validatingwebhookconfigurations') AND {WRITES}",
    "kubernetes_audit_cronjob_modification": f"g='batch' AND r IN ('cronjobs','jobs') AND {WRITES}",
    "kubernetes_audit_deployment_deleted": "verb='delete' AND r='deployments'",
    "kubernetes_audit_events_deleted": "verb='delete' AND r='events'",
    "kubernetes_audit_exec_into_container": "verb='create' AND r='pods' AND s='exec'",
    "kubernetes_audit_hostpath_mount": "verb='create' AND r='pods' AND hostPath!=''",
    "kubernetes_audit_pod_in_system_namespace": "verb='create' AND r='pods' AND ns='kube-system'",
    "kubernetes_audit_potential_enumeration_activity": "toString(code)='ALLOW' AND (multiSearchAnyCaseInsensitive(requestURI, ['%2fbin%2fash','%2fbin%2fbash','%2fbin%2fbusybox','%2fbin%2fdash','%2fbin%2fsh','%2fbin%2fzsh','/bin/ash','/bin/bash','/bin/busybox','/bin/dash','/bin/sh','/bin/zsh','%2fusr%2fbin%2fcurl','%2fusr%2fbin%2fkubectl','%2fusr%2fbin%2fperl','%2fusr%2fbin%2fpython','%2fusr%2fbin%2fwget','/usr/bin/curl','/usr/bin/kubectl','/usr/bin/perl','/usr/bin/python','/usr/bin/wget']) OR multiSearchAnyCaseInsensitive(userAgent, ['access_matrix','trufflehog','azurehound','micro-scanner']))",
    "kubernetes_audit_privileged_pod_creation": "verb='create' AND r='pods' AND capabilities!=''",
    "kubernetes_audit_rbac_permisions_listing": "verb='create' AND apiGroup='authorization.k8s.io' AND r='selfsubjectrulesreviews'",
    "kubernetes_audit_rolebinding_modification": f"g='rbac.authorization.k8s.io' AND r IN ('clusterrolebindings','rolebindings') AND {WRITES}",
    "kubernetes_audit_secrets_enumeration": "verb='list' AND r='secrets'",
    "kubernetes_audit_secrets_modified_or_deleted": f"r='secrets' AND {WRITES}",
    "kubernetes_audit_serviceaccount_creation": "verb='create' AND r='serviceaccounts'",
    "kubernetes_audit_sidecar_injection": "verb='patch' AND apiGroup='apps' AND r='deployments'",
    "kubernetes_audit_unauthorized_unauthenticated_actions": "code IN (401,403)",
}

LEFT_OUT = {
    "proc_creation_lnx_susp_container_residence_discovery": "it waits for process creation",
    "proc_creation_lnx_susp_dockerenv_recon": "it waits for process creation",
}

# None of them remembers anything.
STATELESS_PART = {}
