// Falco's rules for the audit log, as conditions/falco.py has them.
#pragma once
#include "facts.hpp"
#include "hits.hpp"

namespace Falco {
enum Rule : size_t {
  disallowed_k8s_user, create_privileged_pod, create_sensitive_mount_pod, create_hostnetwork_pod, create_hostpid_pod, create_hostipc_pod,
  create_nodeport_service, create_modify_configmap_with_private_credentials, anonymous_request_allowed, attach_exec_pod, port_forward,
  ephemeralcontainers_created, create_disallowed_namespace, pod_created_in_kube_namespace, service_account_created_in_kube_namespace,
  system_clusterrole_modified_deleted, attach_to_cluster_admin_role, clusterrole_with_wildcard_created,
  clusterrole_with_write_privileges_created, clusterrole_with_pod_exec_created, k8s_deployment_created, k8s_deployment_deleted,
  k8s_service_created, k8s_service_deleted, k8s_configmap_created, k8s_configmap_deleted, k8s_namespace_created, k8s_namespace_deleted,
  k8s_serviceaccount_created, k8s_serviceaccount_deleted, k8s_role_created, k8s_role_deleted, k8s_clusterrole_created, k8s_clusterrole_deleted,
  k8s_rolebinding_created, k8s_rolebinding_deleted, k8s_clusterrolebinding_created, k8s_clusterrolebinding_deleted, k8s_secret_created,
  k8s_secret_deleted, k8s_secret_get_successfully, k8s_secret_get_unsuccessfully_tried, ingress_object_without_tls_certificate_created, rules
};
inline const char *const names[rules] = {
    "disallowed-k8s-user", "create-privileged-pod", "create-sensitive-mount-pod", "create-hostnetwork-pod", "create-hostpid-pod", "create-hostipc-pod",
    "create-nodeport-service", "create-modify-configmap-with-private-credentials", "anonymous-request-allowed", "attach-exec-pod", "port-forward",
    "ephemeralcontainers-created", "create-disallowed-namespace", "pod-created-in-kube-namespace", "service-account-created-in-kube-namespace",
    "system-clusterrole-modified-deleted", "attach-to-cluster-admin-role", "clusterrole-with-wildcard-created",
    "clusterrole-with-write-privileges-created", "clusterrole-with-pod-exec-created", "k8s-deployment-created", "k8s-deployment-deleted",
    "k8s-service-created", "k8s-service-deleted", "k8s-configmap-created", "k8s-configmap-deleted", "k8s-namespace-created", "k8s-namespace-deleted",
    "k8s-serviceaccount-created", "k8s-serviceaccount-deleted", "k8s-role-created", "k8s-role-deleted", "k8s-clusterrole-created",
    "k8s-clusterrole-deleted", "k8s-rolebinding-created", "k8s-rolebinding-deleted", "k8s-clusterrolebinding-created",
    "k8s-clusterrolebinding-deleted", "k8s-secret-created", "k8s-secret-deleted", "k8s-secret-get-successfully",
    "k8s-secret-get-unsuccessfully-tried", "ingress-object-without-tls-certificate-created"};

// Falco's repository of an image: without tag.
inline Text repository(Text image) {
  size_t slash = image.rfind('/');
  size_t colon = image.rfind(':');
  return slash != Text::npos && colon != Text::npos && colon > slash ? image.substr(0, colon) : image;
}

// `not repository in (…)`: false only where there are images and all are of these.
inline bool isNotOf(const Facts &f, const Words &repositories) {
  Span list = f.r.pods[0].containers;
  return list.empty() || f.someOf(list, [&](const Container &one) { return !repositories(repository(one.image)); });
}

inline void askPodMade(Facts &f, Hits<rules> &hit) {
  const Record &r = f.r;
  const Pod &pod = r.pods[0];
  static const Words mounters{
      "falcosecurity/falco", "docker.io/falcosecurity/falco", "public.ecr.aws/falcosecurity/falco", "docker.io/sysdig/sysdig", "sysdig/sysdig",
      "gcr.io/google_containers/hyperkube", "gcr.io/google_containers/kube-proxy", "docker.io/calico/node", "docker.io/rook/toolbox",
      "docker.io/cloudnativelabs/kube-router", "docker.io/consul", "docker.io/datadog/docker-dd-agent", "docker.io/datadog/agent",
      "docker.io/docker/ucp-agent", "docker.io/gliderlabs/logspout", "docker.io/netdata/netdata", "docker.io/google/cadvisor",
      "docker.io/prom/node-exporter", "amazon/amazon-ecs-agent", "prom/node-exporter", "amazon/cloudwatch-agent"};
  static const Words privileged{
      "falcosecurity/falco", "docker.io/falcosecurity/falco", "public.ecr.aws/falcosecurity/falco", "docker.io/calico/node", "calico/node",
      "docker.io/cloudnativelabs/kube-router", "docker.io/docker/ucp-agent", "docker.io/mesosphere/mesos-slave", "docker.io/rook/toolbox",
      "docker.io/sysdig/sysdig", "gcr.io/google_containers/kube-proxy", "gcr.io/google-containers/startup-script", "gcr.io/projectcalico-org/node",
      "gke.gcr.io/kube-proxy", "gke.gcr.io/gke-metadata-server", "gke.gcr.io/netd-amd64", "gke.gcr.io/watcher-daemonset",
      "gcr.io/google-containers/prometheus-to-sd", "registry.k8s.io/ip-masq-agent-amd64", "registry.k8s.io/kube-proxy",
      "registry.k8s.io/prometheus-to-sd", "quay.io/calico/node", "sysdig/sysdig", "registry.k8s.io/dns/k8s-dns-node-cache",
      "mcr.microsoft.com/oss/kubernetes/kube-proxy"};
  static const Words networked{
      "gcr.io/google-containers/prometheus-to-sd", "gcr.io/projectcalico-org/typha", "gcr.io/projectcalico-org/node", "gke.gcr.io/gke-metadata-server",
      "gke.gcr.io/kube-proxy", "gke.gcr.io/netd-amd64", "registry.k8s.io/ip-masq-agent-amd64", "registry.k8s.io/prometheus-to-sd"};
  static const Words kube{
      "gcr.io/google-containers/prometheus-to-sd", "gcr.io/projectcalico-org/node", "gke.gcr.io/addon-resizer", "gke.gcr.io/heapster",
      "gke.gcr.io/gke-metadata-server", "registry.k8s.io/ip-masq-agent-amd64", "registry.k8s.io/kube-apiserver", "gke.gcr.io/kube-proxy",
      "gke.gcr.io/netd-amd64", "gke.gcr.io/watcher-daemonset", "registry.k8s.io/addon-resizer", "registry.k8s.io/prometheus-to-sd",
      "registry.k8s.io/k8s-dns-dnsmasq-nanny-amd64", "registry.k8s.io/k8s-dns-kube-dns-amd64", "registry.k8s.io/k8s-dns-sidecar-amd64",
      "registry.k8s.io/metrics-server-amd64", "kope/kube-apiserver-healthcheck"};
  static const Words sensitive{"/proc", "/var/run/docker.sock", "/", "/etc", "/root", "/var/run/crio/crio.sock", "/run/containerd/containerd.sock", "/home/admin", "/var/lib/kubelet", "/var/lib/kubelet/pki", "/etc/kubernetes", "/etc/kubernetes/manifests"};
  auto isPrivileged = [](const Container &one) { return one.privileged; };
  auto isSensitive = [&](const Volume &one) { return sensitive(one.path); };
  hit(create_privileged_pod, (f.someOf(pod.containers, isPrivileged) || f.someOf(pod.initContainers, isPrivileged) || f.someOf(r.ephemeral, isPrivileged)) && isNotOf(f, privileged));
  hit(create_sensitive_mount_pod, std::any_of(r.volumes.begin() + pod.volumes.from, r.volumes.begin() + pod.volumes.to, isSensitive) && isNotOf(f, mounters));
  hit(create_hostnetwork_pod, pod.hostNetwork && isNotOf(f, networked));
  hit(create_hostpid_pod, pod.hostPID);
  hit(create_hostipc_pod, pod.hostIPC);
  hit(pod_created_in_kube_namespace, (r.ns == "kube-system" || r.ns == "kube-public") && isNotOf(f, kube));
}

inline void askRole(const Record &r, Hits<rules> &hit) {
  static const Words writes{"create", "update", "patch", "delete", "deletecollection"};
  auto some = [&](auto ask) { return std::any_of(r.rights.begin(), r.rights.end(), ask); };
  hit(system_clusterrole_modified_deleted, any(r.verb, Verb::create, Verb::update, Verb::patch, Verb::remove) && starts(r.name, "system:") && r.name != "system:coredns" && r.name != "system:managed-certificate-controller");
  if (r.verb != Verb::create) return;
  hit(clusterrole_with_wildcard_created, some([&](const Rights &one) { return r.hasWord(one.resources, "*") || r.hasWord(one.verbs, "*"); }));
  hit(clusterrole_with_write_privileges_created, some([&](const Rights &one) { return r.hasWord(one.verbs, writes); }));
  hit(clusterrole_with_pod_exec_created, some([&](const Rights &one) { return r.hasWord(one.resources, "pods/exec"); }));
}

inline void ask(Facts &f, Hits<rules> &hit) {
  static const Words users{"minikube", "minikube-user", "kubelet", "kops", "admin", "kube", "kube-proxy", "kube-apiserver-healthcheck", "kubernetes-admin", "vpa-recommender", "vpa-updater", "cluster-autoscaler", "system:addon-manager", "cloud-controller-manager", "system:kube-controller-manager", "eks:node-manager", "eks:certificate-controller", "eks:fargate-scheduler", "eks:k8s-metrics", "eks:authenticator", "eks:cluster-event-watcher", "eks:nodewatcher", "eks:pod-identity-mutating-webhook", "eks:cloud-controller-manager", "eks:vpc-resource-controller", "eks:addon-manager"};
  static const Words accounts{"coredns", "coredns-autoscaler", "cronjob-controller", "daemon-set-controller", "deployment-controller", "disruption-controller", "endpoint-controller", "endpointslice-controller", "endpointslicemirroring-controller", "generic-garbage-collector", "horizontal-pod-autoscaler", "job-controller", "namespace-controller", "node-controller", "persistent-volume-binder", "pod-garbage-collector", "pv-protection-controller", "pvc-protection-controller", "replicaset-controller", "resourcequota-controller", "root-ca-cert-publisher", "service-account-controller", "statefulset-controller"};
  const Record &r = f.r;
  hit(port_forward, r.sub == Sub::portforward);
  hit(attach_exec_pod, r.resource == Resource::pods && any(r.sub, Sub::exec, Sub::attach) && any(r.verb, Verb::create, Verb::get) && r.stage == "ResponseStarted");
  if (r.stage != "ResponseComplete") return;
  const bool isUsers = !starts(r.user, "system:");
  hit(disallowed_k8s_user, isUsers && !users(r.user));
  hit(anonymous_request_allowed, r.user == "system:anonymous" && r.decision == "allow" &&
      !(r.uri == "/healthz" || r.uri == "/livez" || r.uri == "/readyz" || starts(r.uri, "/healthz?") || starts(r.uri, "/livez?") || starts(r.uri, "/readyz?")));
  const bool isMade = r.verb == Verb::create, succeeds = r.code / 100 == 2;
  const bool makes = isMade && succeeds, deletes = r.verb == Verb::remove && succeeds;
  const bool modifies = any(r.verb, Verb::create, Verb::update, Verb::patch);
  switch (r.resource) {
    case Resource::pods:
      hit(ephemeralcontainers_created, r.sub == Sub::ephemeralcontainers && modifies);
      if (isMade && r.sub == Sub::none) askPodMade(f, hit);
      return;
    case Resource::deployments:
      hit(k8s_deployment_created, makes);
      return hit(k8s_deployment_deleted, deletes);
    case Resource::services:
      hit(create_nodeport_service, isMade && r.type == "NodePort");
      hit(k8s_service_created, makes);
      return hit(k8s_service_deleted, deletes);
    case Resource::configmaps:
      hit(create_modify_configmap_with_private_credentials, modifies && hasAny(r.data, {"aws_access_key_id", "aws-access-key-id", "aws_s3_access_key_id", "aws-s3-access-key-id", "password", "passphrase"}));
      hit(k8s_configmap_created, makes);
      return hit(k8s_configmap_deleted, deletes);
    case Resource::namespaces:
      hit(create_disallowed_namespace, isMade && r.name != "kube-system" && r.name != "kube-public" && r.name != "default");
      hit(k8s_namespace_created, makes);
      return hit(k8s_namespace_deleted, deletes && isUsers);
    case Resource::serviceaccounts:
      hit(service_account_created_in_kube_namespace, makes && (r.ns == "kube-system" || r.ns == "kube-public") && !accounts(r.name));
      hit(k8s_serviceaccount_created, makes);
      return hit(k8s_serviceaccount_deleted, deletes);
    case Resource::roles:
      askRole(r, hit);
      hit(k8s_role_created, makes);
      return hit(k8s_role_deleted, deletes);
    case Resource::clusterroles:
      askRole(r, hit);
      hit(k8s_clusterrole_created, makes);
      return hit(k8s_clusterrole_deleted, deletes);
    case Resource::rolebindings:
      hit(k8s_rolebinding_created, makes);
      return hit(k8s_rolebinding_deleted, deletes);
    case Resource::clusterrolebindings:
      hit(attach_to_cluster_admin_role, isMade && r.roleName == "cluster-admin");
      hit(k8s_clusterrolebinding_created, makes);
      return hit(k8s_clusterrolebinding_deleted, deletes);
    case Resource::secrets: {
      const bool isOthers = isUsers && !r.ns.empty() && r.ns != "kube-system";
      hit(k8s_secret_created, makes && isOthers);
      hit(k8s_secret_deleted, deletes && isOthers);
      hit(k8s_secret_get_successfully, r.verb == Verb::get && succeeds);
      return hit(k8s_secret_get_unsuccessfully_tried, r.verb == Verb::get && !succeeds);
    }
    case Resource::ingresses:
      return hit(ingress_object_without_tls_certificate_created, makes && r.tls.empty());
    default:
      return;
  }
}
}  // namespace Falco
