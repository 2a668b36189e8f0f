// Fourteen plain conditions of fields of the request, as conditions/few.py has them: the floor, what it takes to read a log at all.
#pragma once
#include "hits.hpp"
#include "record.hpp"

namespace Few {
enum Rule : size_t {
  admission, jobs, deployment_deleted, events_deleted, exec, pod_in_kube_system, rights_listed, binding, secrets_listed, secrets_changed, account_made,
  deployment_patched, refused, shell_or_curl, rules
};
inline const char *const names[rules] = {"admission", "jobs", "deployment deleted", "events deleted", "exec", "pod in kube-system", "rights listed", "binding", "secrets listed", "secrets changed", "account made", "deployment patched", "refused", "shell or curl"};

inline void ask(const Record &r, Hits<rules> &hit) {
  const bool creates = r.verb == Verb::create, deletes = r.verb == Verb::remove, changes = any(r.verb, Verb::create, Verb::patch, Verb::update);
  hit(admission, (changes || deletes) && r.group == "admissionregistration.k8s.io");
  hit(refused, r.code == 401 || r.code == 403);
  hit(shell_or_curl, has(r.userAgent, "curl") || has(r.uri, "/bin/sh"));
  switch (r.resource) {
    case Resource::jobs:
    case Resource::cronjobs:
      return hit(jobs, (changes || deletes) && r.group == "batch");
    case Resource::deployments:
      hit(deployment_deleted, deletes);
      return hit(deployment_patched, r.verb == Verb::patch && r.group == "apps");
    case Resource::events:
      return hit(events_deleted, deletes);
    case Resource::pods:
      hit(exec, r.sub == Sub::exec && any(r.verb, Verb::create, Verb::get));
      return hit(pod_in_kube_system, creates && r.ns == "kube-system");
    case Resource::selfsubjectrulesreviews:
      return hit(rights_listed, creates);
    case Resource::clusterrolebindings:
    case Resource::rolebindings:
      return hit(binding, changes && r.group == "rbac.authorization.k8s.io");
    case Resource::secrets:
      hit(secrets_listed, r.verb == Verb::list);
      return hit(secrets_changed, changes || deletes);
    case Resource::serviceaccounts:
      return hit(account_made, creates);
    default:
      return;
  }
}
}  // namespace Few
