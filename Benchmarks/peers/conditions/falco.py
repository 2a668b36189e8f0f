"""Falco's rules for the audit log (k8s_audit_rules.yaml), by their names in lower case, in our words."""

COMPLETE = "stage='ResponseComplete'"
POD_MADE = f"{COMPLETE} AND r='pods' AND s='' AND verb='create'"
ROLE = "r IN ('roles','clusterroles')"
MODIFIES = "verb IN ('create','update','patch')"
SUCCEEDS = "intDiv(code,100)=2"
KUBE = "ns IN ('kube-system','kube-public')"
NOT_SYSTEM = "NOT startsWith(u,'system:')"


def repositories_not_in(*names):
    """`not repository in (…)`: false only where there are images and all are of these."""
    listed = ",".join(f"'{name}'" for name in names)
    return f"NOT (notEmpty(repositories) AND hasAll([{listed}], repositories))"


def activity(resource, verb):
    return f"{COMPLETE} AND verb='{verb}' AND r='{resource}' AND {SUCCEEDS}"


MOUNTERS = repositories_not_in(
    "falcosecurity/falco", "docker.io/falcosecurity/falco", "public.ecr.aws/falcosecurity/falco", "docker.io/sysdig/sysdig", "sysdig/sysdig",
    "gcr.io/google_containers/hyperkube", "gcr.io/google_containers/kube-proxy", "docker.io/calico/node", "docker.io/rook/toolbox",
    "docker.io/cloudnativelabs/kube-router", "docker.io/consul", "docker.io/datadog/docker-dd-agent", "docker.io/datadog/agent",
    "docker.io/docker/ucp-agent", "docker.io/gliderlabs/logspout", "docker.io/netdata/netdata", "docker.io/google/cadvisor",
    "docker.io/prom/node-exporter", "amazon/amazon-ecs-agent", "prom/node-exporter", "amazon/cloudwatch-agent",
)
PRIVILEGED = repositories_not_in(
    "falcosecurity/falco", "docker.io/falcosecurity/falco", "public.ecr.aws/falcosecurity/falco", "docker.io/calico/node", "calico/node",
    "docker.io/cloudnativelabs/kube-router", "docker.io/docker/ucp-agent", "docker.io/mesosphere/mesos-slave", "docker.io/rook/toolbox",
    "docker.io/sysdig/sysdig", "gcr.io/google_containers/kube-proxy", "gcr.io/google-containers/startup-script", "gcr.io/projectcalico-org/node",
    "gke.gcr.io/kube-proxy", "gke.gcr.io/gke-metadata-server", "gke.gcr.io/netd-amd64", "gke.gcr.io/watcher-daemonset",
    "gcr.io/google-containers/prometheus-to-sd", "registry.k8s.io/ip-masq-agent-amd64", "registry.k8s.io/kube-proxy",
    "registry.k8s.io/prometheus-to-sd", "quay.io/calico/node", "sysdig/sysdig", "registry.k8s.io/dns/k8s-dns-node-cache",
    "mcr.microsoft.com/oss/kubernetes/kube-proxy",
)
NETWORKED = repositories_not_in(
    "gcr.io/google-containers/prometheus-to-sd", "gcr.io/projectcalico-org/typha", "gcr.io/projectcalico-org/node", "gke.gcr.io/gke-metadata-server",
    "gke.gcr.io/kube-proxy", "gke.gcr.io/netd-amd64", "registry.k8s.io/ip-masq-agent-amd64", "registry.k8s.io/prometheus-to-sd",
)
KUBE_IMAGES = repositories_not_in(
    "gcr.io/google-containers/prometheus-to-sd", "gcr.io/projectcalico-org/node", "gke.gcr.io/addon-resizer", "gke.gcr.io/heapster",
    "gke.gcr.io/gke-metadata-server", "registry.k8s.io/ip-masq-agent-amd64", "registry.k8s.io/kube-apiserver", "gke.gcr.io/kube-proxy",
    "gke.gcr.io/netd-amd64", "gke.gcr.io/watcher-daemonset", "registry.k8s.io/addon-resizer", "registry.k8s.io/prometheus-to-sd",
    "registry.k8s.io/k8s-dns-dnsmasq-nanny-amd64", "registry.k8s.io/k8s-dns-kube-dns-amd64", "registry.k8s.io/k8s-dns-sidecar-amd64",
    "registry.k8s.io/metrics-server-amd64", "kope/kube-apiserver-healthcheck",
)

CONDITIONS = {
    "disallowed-k8s-user": f"{COMPLETE} AND {NOT_SYSTEM} AND u NOT IN ('minikube','minikube-user','kubelet','kops','admin','kube','kube-proxy','kube-apiserver-healthcheck','kubernetes-admin','vpa-recommender','vpa-updater','cluster-autoscaler','system:addon-manager','cloud-controller-manager','system:kube-controller-manager') AND u NOT IN ('eks:node-manager','eks:certificate-controller','eks:fargate-scheduler','eks:k8s-metrics','eks:authenticator','eks:cluster-event-watcher','eks:nodewatcher','eks:pod-identity-mutating-webhook','eks:cloud-controller-manager','eks:vpc-resource-controller','eks:addon-manager')",
    "create-privileged-pod": f"{POD_MADE} AND (has(requestObject.spec.containers.securityContext.privileged, true) OR has(requestObject.spec.initContainers.securityContext.privileged, true) OR has(requestObject.spec.ephemeralContainers.securityContext.privileged, true)) AND {PRIVILEGED}",
    "create-sensitive-mount-pod": f"{POD_MADE} AND hasAny(requestObject.spec.volumes.hostPath.path, ['/proc','/var/run/docker.sock','/','/etc','/root','/var/run/crio/crio.sock','/run/containerd/containerd.sock','/home/admin','/var/lib/kubelet','/var/lib/kubelet/pki','/etc/kubernetes','/etc/kubernetes/manifests']) AND {MOUNTERS}",
    "create-hostnetwork-pod": f"{POD_MADE} AND requestObject.spec.hostNetwork AND {NETWORKED}",
    "create-hostpid-pod": f"{POD_MADE} AND requestObject.spec.hostPID",
    "create-hostipc-pod": f"{POD_MADE} AND requestObject.spec.hostIPC",
    "create-nodeport-service": f"{COMPLETE} AND r='services' AND verb='create' AND requestObject.spec.type='NodePort'",
    "create-modify-configmap-with-private-credentials": f"{COMPLETE} AND r='configmaps' AND {MODIFIES} AND multiSearchAny(requestObject.data, ['aws_access_key_id','aws-access-key-id','aws_s3_access_key_id','aws-s3-access-key-id','password','passphrase'])",
    "anonymous-request-allowed": f"{COMPLETE} AND u='system:anonymous' AND decision='allow' AND NOT (requestURI IN ('/healthz','/livez','/readyz') OR startsWith(requestURI,'/healthz?') OR startsWith(requestURI,'/livez?') OR startsWith(requestURI,'/readyz?'))",
    "attach-exec-pod": "stage='ResponseStarted' AND r='pods' AND s IN ('exec','attach') AND verb IN ('create','get')",
    "port-forward": "s='portforward'",
    "ephemeralcontainers-created": f"{COMPLETE} AND r='pods' AND s='ephemeralcontainers' AND {MODIFIES}",
    "create-disallowed-namespace": f"{COMPLETE} AND r='namespaces' AND verb='create' AND name NOT IN ('kube-system','kube-public','default')",
    "pod-created-in-kube-namespace": f"{POD_MADE} AND {KUBE} AND {KUBE_IMAGES}",
    "service-account-created-in-kube-namespace": f"{activity('serviceaccounts', 'create')} AND {KUBE} AND name NOT IN ('coredns','coredns-autoscaler','cronjob-controller','daemon-set-controller','deployment-controller','disruption-controller','endpoint-controller','endpointslice-controller','endpointslicemirroring-controller','generic-garbage-collector','horizontal-pod-autoscaler','job-controller','namespace-controller','node-controller','persistent-volume-binder','pod-garbage-collector','pv-protection-controller','pvc-protection-controller','replicaset-controller','resourcequota-controller','root-ca-cert-publisher','service-account-controller','statefulset-controller')",
    "system-clusterrole-modified-deleted": f"{COMPLETE} AND {ROLE} AND verb IN ('create','update','patch','delete') AND startsWith(name,'system:') AND name NOT IN ('system:coredns','system:managed-certificate-controller')",
    "attach-to-cluster-admin-role": f"{COMPLETE} AND r='clusterrolebindings' AND verb='create' AND requestObject.roleRef.name='cluster-admin'",
    "clusterrole-with-wildcard-created": f"{COMPLETE} AND {ROLE} AND verb='create' AND (has(allowedOn,'*') OR has(allowedVerbs,'*'))",
    "clusterrole-with-write-privileges-created": f"{COMPLETE} AND {ROLE} AND verb='create' AND hasAny(allowedVerbs, ['create','update','patch','delete','deletecollection'])",
    "clusterrole-with-pod-exec-created": f"{COMPLETE} AND {ROLE} AND verb='create' AND has(allowedOn,'pods/exec')",
    "k8s-deployment-created": activity("deployments", "create"),
    "k8s-deployment-deleted": activity("deployments", "delete"),
    "k8s-service-created": activity("services", "create"),
    "k8s-service-deleted": activity("services", "delete"),
    "k8s-configmap-created": activity("configmaps", "create"),
    "k8s-configmap-deleted": activity("configmaps", "delete"),
    "k8s-namespace-created": activity("namespaces", "create"),
    "k8s-namespace-deleted": f"{activity('namespaces', 'delete')} AND {NOT_SYSTEM}",
    "k8s-serviceaccount-created": activity("serviceaccounts", "create"),
    "k8s-serviceaccount-deleted": activity("serviceaccounts", "delete"),
    "k8s-role-created": activity("roles", "create"),
    "k8s-role-deleted": activity("roles", "delete"),
    "k8s-clusterrole-created": activity("clusterroles", "create"),
    "k8s-clusterrole-deleted": activity("clusterroles", "delete"),
    "k8s-rolebinding-created": activity("rolebindings", "create"),
    "k8s-rolebinding-deleted": activity("rolebindings", "delete"),
    "k8s-clusterrolebinding-created": activity("clusterrolebindings", "create"),
    "k8s-clusterrolebinding-deleted": activity("clusterrolebindings", "delete"),
    "k8s-secret-created": f"{activity('secrets', 'create')} AND ns NOT IN ('','kube-system') AND {NOT_SYSTEM}",
    "k8s-secret-deleted": f"{activity('secrets', 'delete')} AND ns NOT IN ('','kube-system') AND {NOT_SYSTEM}",
    "k8s-secret-get-successfully": activity("secrets", "get"),
    "k8s-secret-get-unsuccessfully-tried": f"{COMPLETE} AND verb='get' AND r='secrets' AND NOT {SUCCEEDS}",
    "ingress-object-without-tls-certificate-created": f"{activity('ingresses', 'create')} AND requestObject.spec.tls=''",
}

LEFT_OUT = {
    "all-k8s-audit-events": "its macros are never true as they are",
    "create-disallowed-pod": "its macros are never true as they are",
    "full-k8s-administrative-access": "its macros are never true as they are",
    "untrusted-node-successfully-joined-the-cluster": "its macros are never true as they are",
    "untrusted-node-unsuccessfully-tried-to-join-the-cluster": "its macros are never true as they are",
}

# None of them remembers anything.
STATELESS_PART = {}
