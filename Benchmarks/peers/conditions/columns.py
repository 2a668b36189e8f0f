"""The columns that the conditions read, and what several of them use, computed once a record.

Types name exactly the fields that are read; everything else of a record is skipped. What typed columns cannot say is not asked: a
JSON patch (a list of operations where an object stands), whether an empty list was written or left out, the answer that a patch
made. The log of the benchmark has none of these.
"""

EXEC = "Tuple(exec Tuple(command Array(String)))"
PROFILES = "seccompProfile Tuple(type String), appArmorProfile Tuple(type String), seLinuxOptions Tuple(type String), windowsOptions Tuple(hostProcess Bool)"
CONTAINERS = (
    "Array(Tuple(name String, image String, command Array(String), args Array(String), env Array(Tuple(name String, value String)), "
    f"securityContext Tuple(privileged Bool, procMount String, capabilities Tuple(add Array(String)), {PROFILES}), "
    "ports Array(Tuple(hostPort Int32, containerPort Int32, hostIP String)), "
    "volumeMounts Array(Tuple(name String, mountPath String, readOnly Bool)), volumeDevices Array(Tuple(devicePath String)), "
    f"livenessProbe {EXEC}, readinessProbe {EXEC}, startupProbe {EXEC}, lifecycle Tuple(postStart {EXEC}, preStop {EXEC})))"
)
TERMS = "nodeSelectorTerms Array(Tuple(matchExpressions Array(Tuple(key String))))"
POD = (
    f"containers {CONTAINERS}, initContainers {CONTAINERS}, "
    "volumes Array(Tuple(name String, hostPath Tuple(path String))), hostNetwork Bool, hostPID Bool, hostIPC Bool, nodeName String, "
    "serviceAccountName String, automountServiceAccountToken Nullable(Bool), nodeSelector Map(String, String), "
    "tolerations Array(Tuple(key String)), "
    f"affinity Tuple(nodeAffinity Tuple(requiredDuringSchedulingIgnoredDuringExecution Tuple({TERMS}))), securityContext Tuple({PROFILES})"
)
TEMPLATE = f"template Tuple(metadata Tuple(labels Map(String, String)), spec Tuple({POD}))"
# What other kinds have in their spec: Service, Ingress, PersistentVolume, CertificateSigningRequest, Job, CronJob, policies.
SPEC = (
    f"{POD}, ephemeralContainers {CONTAINERS}, {TEMPLATE}, jobTemplate Tuple(spec Tuple({TEMPLATE})), type String, externalIPs Array(String), tls String, "
    "hostPath Tuple(path String), local Tuple(path String), signerName String, ttlSecondsAfterFinished Nullable(Int64), "
    "activeDeadlineSeconds Nullable(Int64), successfulJobsHistoryLimit Nullable(Int64), failurePolicy String, validationActions Array(String), "
    "matchConditions String, matchResources String, matchConstraints String, validations String, match String, exclude String, "
    "validationFailureAction String, enforcementAction String, mode String, rules Array(Tuple(validate Tuple(failureAction String)))"
)
OBJECT = (
    f"Tuple(kind String, metadata Tuple(labels Map(String, String), annotations Map(String, String)), spec Tuple({SPEC}), data String, "
    "roleRef Tuple(name String), subjects Array(Tuple(name String)), "
    "rules Array(Tuple(verbs Array(String), resources Array(String), apiGroups Array(String))), "
    "webhooks Array(Tuple(failurePolicy String, namespaceSelector String, objectSelector String, matchConditions String, "
    "rules Array(Tuple(resources Array(String))), clientConfig Tuple(url String, service String))))"
)
COLUMNS = {
    **dict.fromkeys(["auditID", "level", "stage", "verb", "requestURI", "userAgent", "hostPath", "capabilities", "apiGroup"], "String"),
    "user": "Tuple(username String, groups Array(String))",
    "impersonatedUser": "Tuple(username String, groups Array(String))",
    "objectRef": "Tuple(resource String, subresource String, namespace String, name String, apiGroup String)",
    "responseStatus": "Tuple(code Int32)",
    "annotations": "Map(String, String)",
    "requestObject": OBJECT,
    "responseObject": "Tuple(spec Tuple(signerName String))",
}

PLACES = ["requestObject.spec", "requestObject.spec.template.spec", "requestObject.spec.jobTemplate.spec.template.spec"]
# Of a record at most one place is filled. A list of containers is read as an array a field, which costs nothing where it is empty.
MAINS = [f"{place}.containers" for place in PLACES]
LASTING = MAINS + [f"{place}.initContainers" for place in PLACES]
EPHEMERAL = "requestObject.spec.ephemeralContainers"


def some(condition):
    """True where it is of some list of containers; a request about ephemeral containers is about no others."""
    return "(whole AND (" + " OR ".join(condition.format(L=one) for one in LASTING) + ") OR " + condition.format(L=EPHEMERAL) + ")"


def every(expression, concatenation="arrayConcat"):
    """What stands in all lists of containers, behind each other."""
    return f"{concatenation}({', '.join(expression.format(L=one) for one in [*LASTING, EPHEMERAL])})"


def anywhere(field):
    """A list of a pod's, from each of the places where kinds keep their pods."""
    return "arrayConcat(" + ", ".join(f"{place}.{field}" for place in PLACES) + ")"


def flag(field):
    return "(" + " OR ".join(f"{place}.{field}" for place in PLACES) + ")"


def text(field):
    return "concat(" + ", ".join(f"{place}.{field}" for place in PLACES) + ")"


def filled(lists):
    return "(" + " OR ".join(f"notEmpty({one}.name)" for one in lists) + ")"


KEEPS_BOOKS = "(r IN ('leases','events','bindings','endpoints','tokenreviews','endpointslices','controllerrevisions') OR endsWith(r,'accessreviews') OR endsWith(r,'rulesreviews') OR endsWith(r,'subjectreviews'))"
SYSTEM_NAMESPACE = "({0} IN ('kube-system','kube-public','kube-node-lease','openshift-apiserver','openshift-controller-manager','openshift-etcd') OR startsWith({0},'openshift-kube-') OR startsWith({0},'openshift-machine-') OR startsWith({0},'gke-managed-') OR startsWith({0},'aks-'))"
CONTROLLERS = ",".join(
    f"'system:serviceaccount:kube-system:{name}'"
    for name in (
        "attachdetach-controller bootstrap-signer certificate-controller clusterrole-aggregation-controller cronjob-controller "
        "daemon-set-controller deployment-controller device-taint-eviction-controller disruption-controller endpoint-controller "
        "endpointslice-controller endpointslicemirroring-controller ephemeral-volume-controller expand-controller "
        "generic-garbage-collector horizontal-pod-autoscaler job-controller legacy-service-account-token-cleaner namespace-controller "
        "node-controller persistent-volume-binder pod-garbage-collector podcertificaterequestcleaner-controller pv-protection-controller "
        "pvc-protection-controller replicaset-controller replication-controller resource-claim-controller resourcequota-controller "
        "root-ca-cert-publisher route-controller selinux-warning-controller service-account-controller service-cidrs-controller "
        "service-controller statefulset-controller storage-version-migrator-controller taint-eviction-controller token-cleaner "
        "ttl-after-finished-controller ttl-controller validatingadmissionpolicy-status-controller volumeattributesclass-protection-controller"
    ).split()
)
KINDS = "r IN ('pods','jobs','cronjobs','daemonsets','deployments','replicasets','statefulsets','scheduledjobs','replicationcontrollers') AND g IN ('','apps','batch','extensions')"
CUSTOM = "position(g,'.')>0 AND NOT endsWith(g,'.k8s.io') AND hasContainers"

COMPONENTS = "('node-exporter','node_exporter','prometheus-node-exporter','kube-state-metrics','cadvisor','kube-proxy','kube-apiserver','kube-scheduler','kube-controller-manager','etcd','coredns','kube-dns','metrics-server','istio-proxy','istiod','linkerd-proxy','calico-node','cilium-agent','kube-flannel','kube-rbac-proxy','fluent-bit','fluentd','cert-manager')"
COMMANDS = (
    "arrayStringConcat(arrayMap((c, a, l, r, s, p, q) -> concat(arrayStringConcat(arrayConcat(c, a, l, r, s, p, q), ' '), '\\n'), {L}.command, {L}.args, {L}.livenessProbe.exec.command, "
    "{L}.readinessProbe.exec.command, {L}.startupProbe.exec.command, {L}.lifecycle.postStart.exec.command, {L}.lifecycle.preStop.exec.command))"
)
VALUES = "arrayStringConcat(arrayFlatten({L}.env.value), '\\n')"

# Records of which no condition can be true: what parts of the system read, and the books that they keep. Most of a log is that.
WORTH_ASKING = (
    "NOT startsWith(user.username,'system:') OR user.username='system:anonymous' OR has(user.groups,'system:unauthenticated') "
    "OR responseStatus.code IN (401,403) OR verb IN ('delete','deletecollection') OR objectRef.resource='secrets' "
    "OR objectRef.subresource IN ('exec','attach','portforward','proxy','log') "
    "OR verb NOT IN ('get','list','watch') AND objectRef.resource NOT IN ('leases','events','endpoints','endpointslices') "
    "AND NOT (objectRef.subresource='status' AND objectRef.resource IN ('pods','nodes'))"
)

# Names that the conditions use. A step may use what stands in steps before it; what conditions do not name is not computed.
STEPS = [
    {
        "r": "objectRef.resource",
        "s": "objectRef.subresource",
        "ns": "objectRef.namespace",
        "name": "objectRef.name",
        "g": "objectRef.apiGroup",
        "u": "user.username",
        "code": "responseStatus.code",
        "decision": "annotations['authorization.k8s.io/decision']",
        "allowedVerbs": "arrayFlatten(requestObject.rules.verbs)",
        "allowedOn": "arrayFlatten(requestObject.rules.resources)",
        "labels": "requestObject.metadata.labels",
        "hasComponentLabel": f"requestObject.metadata.labels['app.kubernetes.io/name'] IN {COMPONENTS} OR requestObject.metadata.labels['k8s-app'] IN {COMPONENTS} OR requestObject.metadata.labels['org.opencontainers.image.title'] IN {COMPONENTS} OR requestObject.spec.template.metadata.labels['app.kubernetes.io/name'] IN {COMPONENTS}",
        "mirror": "requestObject.metadata.annotations['kubernetes.io/config.mirror']!=''",
        # Falco's repository of an image: without tag and digest.
        "repositories": "arrayMap(i -> if(position(substring(i, length(i)-position(reverse(i),'/')+2),':')>0, substring(i, 1, length(i)-position(reverse(i),':')), i), requestObject.spec.containers.image)",
    },
    {
        "received": "stage='RequestReceived'",
        "denied": "code IN (401,403) OR code=0 AND decision='forbid'",
        "done": "code>0 AND code<400 OR code=0 AND decision='allow'",
        "reads": "verb IN ('get','list','watch')",
        "dry": "position(requestURI,'dryRun=All')>0",
        "isSystem": f"u IN ('system:kube-controller-manager','system:kube-scheduler','system:apiserver','system:cloud-controller-manager','system:kube-proxy','system:addon-manager','eks:addon-manager','eks:node-manager','eks:fargate-manager','eks:k8s-metrics','eks:certificate-controller','eks:cluster-event-watcher','eks:vpc-resource-controller','eks:kms-storage-migrator','eks:pod-identity-mutating-webhook','aksService') OR startsWith(u,'system:node:') OR startsWith(u,'system:serviceaccount:') AND {SYSTEM_NAMESPACE.format('splitByChar(' + chr(39) + ':' + chr(39) + ',u)[3]')}",
        "isController": f"u IN ('system:kube-controller-manager','system:kube-scheduler','system:apiserver','system:cloud-controller-manager',{CONTROLLERS})",
        "isNode": "startsWith(u,'system:node:')",
        "isAnonymous": "u='system:anonymous' OR has(user.groups,'system:unauthenticated')",
        "inSystemNamespace": SYSTEM_NAMESPACE.format("ns"),
        "creates": f"(verb='create' OR verb IN ('update','patch','apply') AND code=201) AND s='' AND NOT {KEEPS_BOOKS}",
        "modifies": f"verb IN ('update','patch','apply') AND code!=201 AND s='' AND NOT {KEEPS_BOOKS} OR verb IN ('create','update','patch') AND s IN ('ephemeralcontainers','resize','scale')",
        "deletes": "verb IN ('delete','deletecollection') AND s='' OR s='eviction' AND verb='create'",
        "hostNetwork": flag("hostNetwork"),
        "hostPID": flag("hostPID"),
        "hostIPC": flag("hostIPC"),
        "nodeName": text("nodeName"),
        "whole": "s!='ephemeralcontainers'",
        "hasMain": filled(MAINS),
        "hasLasting": f"s!='ephemeralcontainers' AND {filled(LASTING)}",
        "hasEphemeral": filled([EPHEMERAL]),
        "hasContainers": filled([*LASTING, EPHEMERAL]),
        "hostPaths": f"arrayFilter(p -> p!='', {anywhere('volumes.hostPath.path')})",
        "hostNames": f"arrayFilter((n, p) -> p!='', {anywhere('volumes.name')}, {anywhere('volumes.hostPath.path')})",
    },
    {
        "deploys": f"(creates OR modifies) AND (({KINDS} OR {CUSTOM})) AND s IN ('','ephemeralcontainers','resize') AND NOT denied AND NOT dry AND NOT received",
    },
    {
        # Source, whether read only, and target of each mount of a path of the host; the first is 1.
        "mounts": f"if(empty(hostNames), [], arrayFilter(m -> m.1!='', arrayMap((n, o, t) -> (hostPaths[indexOf(hostNames, n)], o, t), {every('arrayFlatten({L}.volumeMounts.name)')}, {every('arrayFlatten({L}.volumeMounts.readOnly)')}, {every('arrayFlatten({L}.volumeMounts.mountPath)')})))",
        "idle": f"if(empty(hostNames), [], arrayFilter((p, n) -> NOT has({every('arrayFlatten({L}.volumeMounts.name)')}, n), hostPaths, hostNames))",
        # What containers are told to run, words joined by spaces, and what their variables say.
        "commands": f"if(deploys, {every(COMMANDS, 'concat')}, '')",
        "values": f"if(deploys, {every(VALUES, 'concat')}, '')",
        "command": "if(s='exec', replaceAll(decodeURLComponent(requestURI), '&command=', ' '), '')",
        # Deploys, and is no controller's change of its own object.
        "settles": "deploys AND NOT (isController AND modifies)",
        "grantsAll": "r IN ('roles','clusterroles','rolebindings','clusterrolebindings') AND (requestObject.roleRef.name='cluster-admin' OR arrayExists(x -> has(x.verbs,'*') AND has(x.resources,'*') AND (empty(x.apiGroups) OR hasAny(x.apiGroups,['','*','apps','batch','rbac.authorization.k8s.io','admissionregistration.k8s.io'])), requestObject.rules))",
    },
]
