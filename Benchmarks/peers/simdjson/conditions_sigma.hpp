// Sigma's rules for the audit log, as conditions/sigma.py has them.
#pragma once
#include "facts.hpp"
#include "hits.hpp"

namespace Sigma {
enum Rule : size_t {
  change_admission_controller, cronjob_modification, deployment_deleted, events_deleted, exec_into_container, hostpath_mount, pod_in_system_namespace,
  potential_enumeration_activity, privileged_pod_creation, rbac_permisions_listing, rolebinding_modification, secrets_enumeration,
  secrets_modified_or_deleted, serviceaccount_creation, sidecar_injection, unauthorized_unauthenticated_actions, rules
};
inline const char *const names[rules] = {
    "kubernetes_audit_change_admission_controller", "kubernetes_audit_cronjob_modification", "kubernetes_audit_deployment_deleted",
    "kubernetes_audit_events_deleted", "kubernetes_audit_exec_into_container", "kubernetes_audit_hostpath_mount",
    "kubernetes_audit_pod_in_system_namespace", "kubernetes_audit_potential_enumeration_activity", "kubernetes_audit_privileged_pod_creation",
    "kubernetes_audit_rbac_permisions_listing", "kubernetes_audit_rolebinding_modification", "kubernetes_audit_secrets_enumeration",
    "kubernetes_audit_secrets_modified_or_deleted", "kubernetes_audit_serviceaccount_creation", "kubernetes_audit_sidecar_injection",
    "kubernetes_audit_unauthorized_unauthenticated_actions"};

// The rule waits for a word where the log has a number, so it is never true; the texts are looked for where it could be.
inline bool isEnumeration(const Record &r) {
  static const char *const word = "ALLOW";
  if (std::to_string(r.code) != word) return false;
  return hasAnyLower(r.uri, {"%2fbin%2fash", "%2fbin%2fbash", "%2fbin%2fbusybox", "%2fbin%2fdash", "%2fbin%2fsh", "%2fbin%2fzsh", "/bin/ash", "/bin/bash", "/bin/busybox", "/bin/dash", "/bin/sh", "/bin/zsh", "%2fusr%2fbin%2fcurl", "%2fusr%2fbin%2fkubectl", "%2fusr%2fbin%2fperl", "%2fusr%2fbin%2fpython", "%2fusr%2fbin%2fwget", "/usr/bin/curl", "/usr/bin/kubectl", "/usr/bin/perl", "/usr/bin/python", "/usr/bin/wget"}) ||
         hasAnyLower(r.userAgent, {"access_matrix", "trufflehog", "azurehound", "micro-scanner"});
}

inline void ask(const Record &r, Hits<rules> &hit) {
  bool creates = r.verb == Verb::create;
  bool writes = any(r.verb, Verb::create, Verb::remove, Verb::patch, Verb::replace, Verb::update);
  hit(unauthorized_unauthenticated_actions, r.code == 401 || r.code == 403);
  hit(potential_enumeration_activity, isEnumeration(r));
  switch (r.resource) {
    case Resource::mutatingwebhookconfigurations:
    case Resource::validatingwebhookconfigurations:
      return hit(change_admission_controller, writes && r.group == "admissionregistration.k8s.io");
    case Resource::cronjobs:
    case Resource::jobs:
      return hit(cronjob_modification, writes && r.group == "batch");
    case Resource::deployments:
      hit(deployment_deleted, r.verb == Verb::remove);
      return hit(sidecar_injection, r.verb == Verb::patch && r.apiGroup == "apps");
    case Resource::events:
      return hit(events_deleted, r.verb == Verb::remove);
    case Resource::pods:
      hit(exec_into_container, creates && r.sub == Sub::exec);
      hit(hostpath_mount, creates && !r.hostPath.empty());
      hit(privileged_pod_creation, creates && !r.capabilities.empty());
      return hit(pod_in_system_namespace, creates && r.ns == "kube-system");
    case Resource::selfsubjectrulesreviews:
      return hit(rbac_permisions_listing, creates && r.apiGroup == "authorization.k8s.io");
    case Resource::clusterrolebindings:
    case Resource::rolebindings:
      return hit(rolebinding_modification, writes && r.group == "rbac.authorization.k8s.io");
    case Resource::secrets:
      hit(secrets_enumeration, r.verb == Verb::list);
      return hit(secrets_modified_or_deleted, writes);
    case Resource::serviceaccounts:
      return hit(serviceaccount_creation, creates);
    default:
      return;
  }
}
}  // namespace Sigma
