// What is read of a record of the audit log: the fields of conditions/columns.py and no others.
#pragma once
#include <functional>
#include <vector>

#include "text.hpp"

enum class Verb : uint8_t { other, get, list, watch, create, update, patch, apply, replace, remove, removeCollection };

// The resources that conditions name.
enum class Resource : uint8_t {
  none, other, pods, jobs, cronjobs, daemonsets, deployments, replicasets, statefulsets, scheduledjobs, replicationcontrollers,
  secrets, configmaps, services, ingresses, namespaces, nodes, serviceaccounts, persistentvolumes, events, endpoints, endpointslices,
  leases, bindings, tokenreviews, controllerrevisions, auditsinks, policyreports, clusterpolicyreports, certificatesigningrequests,
  roles, clusterroles, rolebindings, clusterrolebindings, validatingwebhookconfigurations, mutatingwebhookconfigurations,
  validatingadmissionpolicies, validatingadmissionpolicybindings, mutatingadmissionpolicies, mutatingadmissionpolicybindings,
  podsecuritypolicies, clusterpolicies, policies, policyexceptions, configs, selfsubjectrulesreviews, selfsubjectaccessreviews,
  selfsubjectreviews, subjectaccessreviews
};

enum class Sub : uint8_t { none, other, exec, attach, portforward, proxy, log, status, token, approval, eviction, binding, ephemeralcontainers, resize, scale };

// A part of one of the lists below.
struct Span {
  uint32_t from = 0, to = 0;
  bool empty() const { return from == to; }
};

struct Profiles {
  Text seccomp, appArmor, seLinux;
  bool hostProcess = false;
};

struct Variable { Text name, value; };
struct Port { int64_t host = 0, container = 0; Text ip; };
struct Mount { Text name, path; bool readOnly = false; };
struct Volume { Text name, path; };

struct Container {
  Text name, image, procMount;
  // In the order in which commands are put together: command, arguments, three probes, two hooks.
  enum Told { command, args, liveness, readiness, startup, postStart, preStop, tolds };
  Span told[tolds], env, ports, mounts, capabilities;
  Profiles profiles;
  bool privileged = false, hasDevices = false;
};

// The three places where kinds keep their pods: the object's own, in `template`, in `jobTemplate`.
struct Pod {
  Span containers, initContainers, volumes, nodeSelector, tolerations, affinity;
  Text nodeName, account;
  Profiles profiles;
  bool hostNetwork = false, hostPID = false, hostIPC = false;
  bool automountsToken = true;
};

struct Rights { Span verbs, resources, groups; };

struct Webhook {
  Text failurePolicy, namespaceSelector, objectSelector, matchConditions, url, service;
  Span resources;
  bool hasRules = false;
};

template <class Kind, class... Kinds>
constexpr bool any(Kind one, Kinds... some) {
  return ((one == some) || ...);
}

// Who asked for what, and what came of it.
struct Head {
  Text auditID, level, stage, uri, userAgent, user, impersonated, hostPath, capabilities, apiGroup;
  Text verbText, resourceText, subText, ns, name, group, decision, truncated;
  Verb verb = Verb::other;
  Resource resource = Resource::none;
  Sub sub = Sub::none;
  int64_t code = 0;
  bool isUnauthenticated = false, hasImpersonatedGroup = false;
};

// The request's object, and the little that is asked of the answer.
struct Body {
  Text kind, appName, k8sApp, imageTitle, enforce, mirror, templateAppName;
  bool ignoredByGatekeeper = false;
  Text roleName, data, signer, answeredSigner;
  Text type, tls, volumePath, localPath, failurePolicy, matchConditions, matchResources, matchConstraints, validations, match, exclude;
  Text failureAction, enforcement, mode;
  bool hasExternalIPs = false, hasActions = false, denies = false, hasAuditingRule = false;
  int64_t ttl = 61, deadline = 61, history = 1;
  Pod pods[3];
  Span ephemeral;
};

struct Record : Head, Body {
  // Lists, of which others are parts; kept from record to record for their memory.
  std::vector<Container> containers;
  std::vector<Text> words;
  std::vector<Variable> variables;
  std::vector<Port> ports;
  std::vector<Mount> mounts;
  std::vector<Volume> volumes;
  std::vector<Rights> rights;
  std::vector<Webhook> webhooks;
  std::vector<Text> subjects;

  bool hasWord(Span span, const Words &some) const { return std::any_of(words.begin() + span.from, words.begin() + span.to, std::ref(some)); }
  bool hasWord(Span span, Text word) const { return std::find(words.begin() + span.from, words.begin() + span.to, word) != words.begin() + span.to; }
};
