// Tallyman's own rules, as conditions/shipped.py has them: those that ask about requests here, those about what is deployed below.
#pragma once
#include <bitset>

#include "facts.hpp"
#include "hits.hpp"
#include "images.hpp"
#include "paths.hpp"

namespace Shipped {
enum Rule : size_t {
  admission_weakened, anonymous_deploy, anonymous_read, body_missing, client_certificate_approved, cluster_admin_granted, component_impostor,
  container_added, control_plane_pod, dangerous_capability, dangerous_rights_granted, direct_node_access, download_and_run, encoded_command,
  encoded_environment, ephemeral_container, exec_into_others_workload, exec_unknown_deployer, fetched_code_run, host_device_access,
  host_ipc_namespace, host_network_namespace, host_path_volume, host_persistence, host_pid_namespace, host_root_mount_read_only,
  host_root_mount_writable, host_takeover_command, image_changed, impersonated_deployment, in_memory_execution, malicious_exec,
  many_short_lived_look_alikes, miner_command, mutable_image_tag, namespace_exempted, node_picked_by_name, pod_bound_by_hand, policy_engine_weakened,
  privileged_container, privileged_service_account_token, refused_deployment, reverse_shell, runtime_socket_mount, secrets_shown_outside, sensitive_host_mount_read_only,
  sensitive_host_mount_writable, service_exposes_workload, short_lived_workload, static_pod, system_namespace_workload, token_issued,
  token_read_by_exec, traces_deleted, unconfined_profile, unexpected_host_port, unknown_registry, unmasked_proc, unmounted_host_volume,
  windows_host_process, workloads_rewritten_outside, rules
};
inline const char *const names[rules] = {
    "admission-weakened", "anonymous-deploy", "anonymous-read", "body-missing", "client-certificate-approved", "cluster-admin-granted",
    "component-impostor", "container-added", "control-plane-pod", "dangerous-capability", "dangerous-rights-granted", "direct-node-access",
    "download-and-run", "encoded-command", "encoded-environment", "ephemeral-container", "exec-into-others-workload", "exec-unknown-deployer",
    "fetched-code-run", "host-device-access", "host-ipc-namespace", "host-network-namespace", "host-path-volume", "host-persistence",
    "host-pid-namespace", "host-root-mount-read-only", "host-root-mount-writable", "host-takeover-command", "image-changed",
    "impersonated-deployment", "in-memory-execution", "malicious-exec", "many-short-lived-look-alikes", "miner-command", "mutable-image-tag",
    "namespace-exempted", "node-picked-by-name", "pod-bound-by-hand", "policy-engine-weakened", "privileged-container", "privileged-service-account-token",
    "refused-deployment", "reverse-shell", "runtime-socket-mount", "secrets-shown-outside", "sensitive-host-mount-read-only", "sensitive-host-mount-writable",
    "service-exposes-workload", "short-lived-workload", "static-pod", "system-namespace-workload", "token-issued", "token-read-by-exec",
    "traces-deleted", "unconfined-profile", "unexpected-host-port", "unknown-registry", "unmasked-proc", "unmounted-host-volume",
    "windows-host-process", "workloads-rewritten-outside"};

inline bool isNone(Text written, Text empty) { return written.empty() || written == empty; }

inline bool isListedAccount(Text ns, Text account) {
  static const Words listed{"kube-system/clusterrole-aggregation-controller", "kube-system/namespace-controller", "kube-system/generic-garbage-collector", "kube-system/persistent-volume-binder", "kube-system/tiller", "kubernetes-dashboard/admin-user", "kube-system/kubernetes-dashboard-admin"};
  if (ns != "kube-system" && ns != "kubernetes-dashboard") return false;
  return listed(std::string(ns) + "/" + std::string(account));
}

// ------------------------------------------------------------------------------------------------------------------------- requests

inline bool weakensAdmission(const Facts &f) {
  const Record &r = f.r;
  if (!f.done || !any(r.resource, Resource::validatingwebhookconfigurations, Resource::mutatingwebhookconfigurations, Resource::validatingadmissionpolicies,
                      Resource::validatingadmissionpolicybindings, Resource::mutatingadmissionpolicies, Resource::mutatingadmissionpolicybindings, Resource::podsecuritypolicies))
    return false;
  if (f.deletes) return true;
  if (!f.modifies || r.sub != Sub::none) return false;
  const bool isPart = r.kind.empty();
  return std::any_of(r.webhooks.begin(), r.webhooks.end(), [&](const Webhook &one) {
           return one.failurePolicy == "Ignore" || !isNone(one.namespaceSelector, "{}") || !isNone(one.objectSelector, "{}") || !isNone(one.matchConditions, "[]") ||
                  (isPart && (one.hasRules || !one.url.empty() || !one.service.empty()));
         }) ||
         r.failurePolicy == "Ignore" || (r.hasActions && !r.denies) || (isPart && (!r.validations.empty() || !r.matchConstraints.empty())) ||
         !isNone(r.matchConditions, "[]") || !isNone(r.matchResources, "{}");
}

inline bool weakensPolicyEngine(Facts &f) {
  static const Words groups{"kyverno.io", "policies.kyverno.io", "constraints.gatekeeper.sh", "templates.gatekeeper.sh", "config.gatekeeper.sh", "policies.kubewarden.io"};
  const Record &r = f.r;
  if (!f.done || r.sub != Sub::none || !groups(r.group) || f.dry()) return false;
  const bool isException = r.resource == Resource::policyexceptions;
  if (r.group == "kyverno.io" && !isException && !any(r.resource, Resource::clusterpolicies, Resource::policies)) return false;
  return (f.deletes && !isException) || ((f.creates || f.modifies) && (isException || (r.resource == Resource::configs && !r.match.empty()))) ||
         (f.modifies && (r.failureAction == "Audit" || r.failureAction == "audit" || !isNone(r.enforcement, "deny") || r.mode == "monitor" || r.failurePolicy == "Ignore" ||
                         (r.hasActions && !r.denies) || (r.kind.empty() && (!r.match.empty() || !r.exclude.empty())) || r.hasAuditingRule));
}

inline bool grantsDangerousRights(const Facts &f) {
  static const Words verbs{"escalate", "bind", "impersonate"}, writes{"create", "update", "patch"};
  static const Words resources{"pods/exec", "pods/attach", "pods/ephemeralcontainers", "nodes/proxy", "serviceaccounts/token", "certificatesigningrequests/approval"};
  static const Words everybody{"system:anonymous", "system:unauthenticated"};
  const Record &r = f.r;
  if (!(f.creates || f.modifies) || !f.done || !f.isRole() || f.grantsAll()) return false;
  return std::any_of(r.rights.begin(), r.rights.end(), [&](const Rights &one) {
           return r.hasWord(one.verbs, verbs) || r.hasWord(one.resources, resources) || (r.hasWord(one.verbs, writes) && f.hasWildcardRights(one));
         }) ||
         std::any_of(r.subjects.begin(), r.subjects.end(), std::ref(everybody));
}

inline bool isOutside(const Webhook &one) {
  return !one.url.empty() && !starts(one.url, "https://localhost") && !starts(one.url, "https://127.") && !starts(one.url, "https://[::1]");
}

inline bool showsSecretsOutside(Facts &f) {
  static const Words secrets{"secrets", "secrets/*"};
  const Record &r = f.r;
  return (f.creates || f.modifies) && f.done && !f.dry() && !f.isSystem() &&
         std::any_of(r.webhooks.begin(), r.webhooks.end(), [&](const Webhook &one) { return isOutside(one) && r.hasWord(one.resources, secrets); });
}

inline bool bindsByHand(Facts &f) {
  const Record &r = f.r;
  return r.verb == Verb::create && f.done && !f.dry() && !f.isSystem() && !f.isNode && !starts(r.user, "system:serviceaccount:") && !r.user.empty();
}

inline bool rewritesOutside(Facts &f) {
  static const Words workloads{"*", "*/*", "pods", "pods/*", "deployments", "daemonsets", "statefulsets", "replicasets", "jobs", "cronjobs"};
  const Record &r = f.r;
  return r.resource == Resource::mutatingwebhookconfigurations && (f.creates || f.modifies) && f.done && !f.dry() && !f.isSystem() &&
         std::any_of(r.webhooks.begin(), r.webhooks.end(), [&](const Webhook &one) {
           return isOutside(one) && r.hasWord(one.resources, workloads);
         });
}

inline void askRequest(Facts &f, Hits<rules> &hit) {
  const Record &r = f.r;
  const bool writes = f.creates || f.modifies, enters = any(r.sub, Sub::exec, Sub::attach);
  if (f.isAnonymous) {
    hit(anonymous_deploy, !f.received && (writes || f.deletes || enters || any(r.sub, Sub::portforward, Sub::proxy)) &&
        !any(r.resource, Resource::selfsubjectaccessreviews, Resource::selfsubjectrulesreviews, Resource::selfsubjectreviews, Resource::tokenreviews, Resource::subjectaccessreviews));
    hit(anonymous_read, ((any(r.verb, Verb::get, Verb::list, Verb::watch) && !enters && !any(r.sub, Sub::portforward, Sub::proxy)) || r.sub == Sub::log) && r.resource != Resource::none && f.done && r.ns != "kube-public");
  }
  if (enters && !f.denied && !f.received) {
    const bool isExec = r.sub == Sub::exec;
    hit(exec_into_others_workload, f.inSystemNamespace() && !f.isSystem());
    hit(exec_unknown_deployer, isExec && !f.inSystemNamespace());
    if (isExec) {
      const Search::Lists found = f.request();
      hit(malicious_exec, Sign::both(found, Sign::fetches | Sign::runs) || Sign::both(found, Sign::connects | Sign::shells) || (found & (Sign::mines | Sign::enters)) ||
          Sign::both(found, Sign::starts | Sign::writes) || Sign::both(found, Sign::decodes | Sign::runs));
      hit(token_read_by_exec, found & Sign::tokens);
    }
  }
  if (!r.impersonated.empty() || r.hasImpersonatedGroup)
    hit(impersonated_deployment, !f.received && (f.deploys() || enters || (writes && r.group == "rbac.authorization.k8s.io")));
  if (f.isPodKind()) {
    hit(body_missing, writes && f.done && any(r.sub, Sub::none, Sub::ephemeralcontainers) && (r.level == "Metadata" || r.truncated == "true") && !f.isController() && !f.isNode);
    hit(pod_bound_by_hand, r.resource == Resource::pods && r.sub == Sub::binding && bindsByHand(f));
    hit(refused_deployment, f.denied && (writes || enters) && !f.isAnonymous && !f.isController() && !f.isNode);
    return;
  }
  hit(admission_weakened, weakensAdmission(f));
  hit(policy_engine_weakened, weakensPolicyEngine(f));
  if (!f.done) {
    hit(direct_node_access, r.resource == Resource::nodes && r.sub == Sub::proxy && !f.received);
    return;
  }
  switch (r.resource) {
    case Resource::certificatesigningrequests: {
      const Text signer = "kubernetes.io/kube-apiserver-client";
      return hit(client_certificate_approved, r.sub == Sub::approval && any(r.verb, Verb::update, Verb::patch) && (r.signer == signer || r.answeredSigner == signer) && !f.dry() && !f.isSystem());
    }
    case Resource::nodes:
      return hit(direct_node_access, r.sub == Sub::proxy && !f.received);
    case Resource::roles:
    case Resource::clusterroles:
    case Resource::rolebindings:
    case Resource::clusterrolebindings:
      hit(cluster_admin_granted, writes && f.grantsAll());
      return hit(dangerous_rights_granted, grantsDangerousRights(f));
    case Resource::persistentvolumes: {
      auto isTold = [](Text path) { return !path.empty() && (isSensitive(path) || isSocket(path)); };
      return hit(host_path_volume, f.creates && (isTold(r.volumePath) || isTold(r.localPath)));
    }
    case Resource::namespaces:
      return hit(namespace_exempted, f.modifies && (r.enforce == "privileged" || r.ignoredByGatekeeper));
    case Resource::services:
      return hit(service_exposes_workload, writes && r.sub == Sub::none && (r.type == "NodePort" || r.type == "LoadBalancer" || r.hasExternalIPs));
    case Resource::serviceaccounts:
      return hit(token_issued, r.sub == Sub::token && r.verb == Verb::create && !f.dry() && !f.isSystem() && (f.inSystemNamespace() || isListedAccount(r.ns, r.name)));
    case Resource::events:
    case Resource::auditsinks:
    case Resource::policyreports:
    case Resource::clusterpolicyreports:
      return hit(traces_deleted, f.deletes && !f.isSystem());
    case Resource::bindings:
      return hit(pod_bound_by_hand, bindsByHand(f));
    case Resource::validatingwebhookconfigurations:
      return hit(secrets_shown_outside, showsSecretsOutside(f));
    case Resource::mutatingwebhookconfigurations:
      hit(secrets_shown_outside, showsSecretsOutside(f));
      return hit(workloads_rewritten_outside, rewritesOutside(f));
    default:
      return;
  }
}

// ------------------------------------------------------------------------------------------------------------------- what is deployed

inline bool isUnconfined(Text profile) { return sameLower(profile, "unconfined"); }

inline bool isForControlPlane(const Facts &f) {
  static const Words keys{"node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master", "node-role.kubernetes.io/controlplane", "node-role.kubernetes.io/etcd"};
  const Record &r = f.r;
  // Jobs made by schedule are asked for their node alone.
  for (const Pod *pod : {&r.pods[0], &r.pods[1]})
    if (r.hasWord(pod->nodeSelector, keys) || r.hasWord(pod->tolerations, keys) || r.hasWord(pod->affinity, keys)) return true;
  return f.somePod([](const Pod &pod) { return !pod.nodeName.empty() && hasAny(pod.nodeName, {"control-plane", "controlplane", "master"}); });
}

inline bool isDangerousCapability(Text name) {
  static const Words dangerous{"ALL", "SYS_ADMIN", "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO", "SYS_BOOT", "DAC_READ_SEARCH", "BPF", "PERFMON", "SYSLOG", "MAC_ADMIN", "MAC_OVERRIDE", "NET_ADMIN", "CHECKPOINT_RESTORE", "LINUX_IMMUTABLE", "IPC_OWNER", "AUDIT_CONTROL"};
  std::string upper(name);
  for (char &c : upper) c = c >= 'a' && c <= 'z' ? c - 32 : c;
  size_t prefix = upper.find("CAP_");
  if (prefix != std::string::npos) upper.erase(prefix, 4);
  return dangerous(upper);
}

inline bool isUnexpectedPort(const Port &port) {
  static const auto expected = [] {
    std::bitset<65536> ports;
    for (int one : {22, 25, 53, 80, 110, 123, 143, 389, 443, 465, 514, 587, 636, 853, 993, 995, 1433, 1521, 1883, 2379, 2380, 3000, 3001, 3002, 3100, 3306, 4200, 4317, 4318, 5000, 5001, 5044, 5173, 5432, 5601, 5671, 5672, 6379, 6443, 7233, 8000, 8001, 8008, 8443, 8500, 8888, 9000, 9042, 9090, 9091, 9092, 9093, 9094, 9100, 9200, 9300, 9411, 9443, 11211, 15672, 16686, 27017})
      ports.set(one);
    for (int one = 8080; one <= 8090; ++one) ports.set(one);
    return ports;
  }();
  return port.host > 0 && !(port.host < 65536 && expected[port.host]) && !starts(port.ip, "127.") && port.ip != "::1";
}

inline bool hasSecretsName(Text name) { return hasAnyLower(name, {"secret", "token", "passw", "key", "cert", "credential"}); }

// What each container has in itself; of many lists one pass.
inline void askContainers(Facts &f, Hits<rules> &hit) {
  const Record &r = f.r;
  const bool isNew = f.creates || !f.whole;
  struct { bool capability, word, variable, device, tag, privileged, registry, proc, host, profile; } has{};
  f.some([&](const Container &one) {
    has.privileged |= one.privileged;
    has.host |= one.profiles.hostProcess;
    has.device |= one.hasDevices;
    if (!one.privileged) {
      for (uint32_t at = one.capabilities.from; at < one.capabilities.to; ++at) has.capability |= isDangerousCapability(r.words[at]);
      has.proc |= one.procMount == "Unmasked";
      const Text type = one.profiles.seLinux;
      has.profile |= isUnconfined(one.profiles.seccomp) || isUnconfined(one.profiles.appArmor) || type == "spc_t" || type == "unconfined_t" || type == "container_runtime_t";
    }
    for (Container::Told told : {Container::command, Container::args})
      for (uint32_t at = one.told[told].from; at < one.told[told].to; ++at) has.word |= isEncoded(r.words[at]);
    for (uint32_t at = one.env.from; at < one.env.to; ++at) has.variable |= isEncoded(r.variables[at].value) && !hasSecretsName(r.variables[at].name);
    if (isNew) {
      has.tag |= isMutableTag(one.image);
      has.registry |= isOfUnknownRegistry(one.image);
    }
    return false;
  });
  hit(dangerous_capability, has.capability);
  hit(encoded_command, has.word || Sign::both(f.commands(), Sign::decodes | Sign::runs));
  hit(encoded_environment, has.variable);
  hit(host_device_access, has.device);
  hit(mutable_image_tag, has.tag);
  hit(privileged_container, has.privileged);
  hit(unconfined_profile, has.profile || isUnconfined(r.pods[0].profiles.seccomp) || isUnconfined(r.pods[0].profiles.appArmor) || isUnconfined(r.pods[1].profiles.seccomp) || isUnconfined(r.pods[1].profiles.appArmor));
  hit(unknown_registry, has.registry);
  hit(unmasked_proc, has.proc);
  hit(windows_host_process, has.host || r.pods[0].profiles.hostProcess || r.pods[1].profiles.hostProcess);
}

inline void askMounts(Facts &f, Hits<rules> &hit) {
  const Record &r = f.r;
  if (r.volumes.empty()) return;
  struct { bool root, writableRoot, socket, sensitive, writableSensitive; } has{};
  for (const HostMount &mount : f.mounts()) {
    const bool root = isRoot(mount.source), socket = isSocket(mount.source);
    const bool sensitive = !root && !socket && isSensitive(mount.source);
    has.root |= root && mount.readOnly;
    has.writableRoot |= root && !mount.readOnly;
    has.socket |= socket;
    has.sensitive |= sensitive && mount.readOnly;
    has.writableSensitive |= sensitive && !mount.readOnly;
  }
  hit(host_root_mount_read_only, has.root && !has.writableRoot);
  hit(host_root_mount_writable, has.writableRoot);
  hit(runtime_socket_mount, has.socket);
  hit(sensitive_host_mount_read_only, has.sensitive);
  hit(sensitive_host_mount_writable, has.writableSensitive);
  hit(unmounted_host_volume, std::any_of(r.volumes.begin(), r.volumes.end(), [&](const Volume &volume) {
        bool isMounted = std::any_of(r.mounts.begin(), r.mounts.end(), [&](const Mount &mount) { return mount.name == volume.name; });
        return !isMounted && (isSensitive(volume.path) || isSocket(volume.path));
      }));
}

inline void askCommands(Facts &f, Hits<rules> &hit) {
  const Search::Lists said = f.commands(), set = f.values();
  const Search::Lists download = Sign::fetches | Sign::runs, shell = Sign::connects | Sign::shells;
  hit(download_and_run, Sign::both(said, download) || Sign::both(set, download));
  hit(fetched_code_run, Sign::both(said, Sign::clones | Sign::follows));
  hit(host_persistence, Sign::both(said, Sign::starts | Sign::writes));
  hit(in_memory_execution, Sign::both(said, Sign::memory | Sign::executes) || (said & Sign::ownMemoryFile) || Sign::both(said, Sign::ownMemory | Sign::seeks));
  hit(miner_command, (said | set) & Sign::mines);
  hit(reverse_shell, Sign::both(said, shell) || Sign::both(set, shell));
  hit(host_takeover_command, (said & Sign::enters) || f.someMount([&](const HostMount &mount) {
        return mount.target.size() > 1 && isRoot(mount.source) && has(f.commandText(), "chroot " + std::string(mount.target));
      }));
}

inline bool isImpostor(const Facts &f) {
  const Record &r = f.r;
  const bool hasLabel = isComponentName(r.appName) || isComponentName(r.k8sApp) || isComponentName(r.imageTitle) || isComponentName(r.templateAppName);
  for (const Pod &pod : r.pods) {
    const bool isLabelled = hasLabel && pod.containers.to - pod.containers.from == 1;
    if (f.someOf(pod.containers, [&](const Container &one) { return (isLabelled || isComponentName(one.name)) && !isComponentImage(one.image); })) return true;
  }
  return false;
}

inline bool opensUnexpectedPort(const Facts &f, bool isOnHost) {
  const Record &r = f.r;
  if (r.ports.empty()) return false;
  return f.someList([&](Span list) {
    auto somePort = [&](auto ask) { return f.someOf(list, [&](const Container &one) { return std::any_of(r.ports.begin() + one.ports.from, r.ports.begin() + one.ports.to, ask); }); };
    return somePort(isUnexpectedPort) && !(isOnHost && !somePort([](const Port &port) { return port.host != 0 && port.host != port.container; }));
  });
}

inline void askDeployment(Facts &f, Hits<rules> &hit) {
  if (!f.deploys()) return;
  const Record &r = f.r;
  const bool isController = f.isController(), hasMain = f.hasMain(), hasLasting = f.hasLasting();
  hit(container_added, f.modifies && !isController && hasLasting);
  hit(ephemeral_container, f.modifies && !f.whole && !r.ephemeral.empty());
  hit(image_changed, f.modifies && !isController && !r.user.empty() && !r.containers.empty());
  if (f.creates) {
    const bool isMirror = !r.mirror.empty();
    hit(many_short_lived_look_alikes, !isController && hasMain);
    hit(node_picked_by_name, hasMain && !isMirror && f.somePod([](const Pod &pod) { return !pod.nodeName.empty(); }) && !isController && !f.isSystem());
    hit(static_pod, isMirror && hasLasting);
    hit(system_namespace_workload, hasMain && f.inSystemNamespace() && (!f.isSystem() || r.ns == "kube-public" || r.ns == "kube-node-lease"));
  }
  if (!f.settles()) return;
  const bool isOnHost = f.somePod([](const Pod &pod) { return pod.hostNetwork; });
  askContainers(f, hit);
  askCommands(f, hit);
  askMounts(f, hit);
  hit(component_impostor, f.whole && isImpostor(f));
  hit(control_plane_pod, hasMain && r.mirror.empty() && isForControlPlane(f));
  hit(host_ipc_namespace, hasLasting && f.somePod([](const Pod &pod) { return pod.hostIPC; }));
  hit(host_network_namespace, hasLasting && isOnHost);
  hit(host_pid_namespace, hasLasting && f.somePod([](const Pod &pod) { return pod.hostPID; }));
  hit(privileged_service_account_token, hasMain && r.pods[0].automountsToken && r.pods[1].automountsToken &&
      isListedAccount(r.ns, r.pods[0].account.empty() ? r.pods[1].account : r.pods[0].account));
  hit(short_lived_workload, hasMain && ((r.resource == Resource::jobs && (r.ttl <= 60 || r.deadline <= 60)) || (r.resource == Resource::cronjobs && r.history == 0)));
  hit(unexpected_host_port, opensUnexpectedPort(f, isOnHost));
}

inline void ask(Facts &f, Hits<rules> &hit) {
  askRequest(f, hit);
  askDeployment(f, hit);
}
}  // namespace Shipped
