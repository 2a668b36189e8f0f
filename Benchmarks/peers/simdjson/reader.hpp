// Reads records with simdjson's On-Demand: one pass, no field twice, and nothing of a record of which no condition can be true.
#pragma once
#include <simdjson.h>

#include "record.hpp"

// The name of a field; compared with names that are written here it costs a comparison of a few words.
struct Key : Text {
  template <size_t size>
  friend bool operator==(const Key &key, const char (&name)[size]) {
    return key.size() == size - 1 && std::memcmp(key.data(), name, size - 1) == 0;
  }
};

class Reader {
 public:
  // How much of a record is asked: of every record what fourteen plain conditions need; of those that are worth it all of the
  // request, as Sigma's rules do; or the object that it carries as well.
  enum class Depth { few, request, object };

  explicit Reader(Depth depth) : depth(depth) {}

  enum class Worth { nothing, asking, damaged };

  // Reads a line that can be read `simdjson::SIMDJSON_PADDING` bytes past its end. Texts live until the next line is read.
  Worth read(const char *line, size_t length, Record &record);

 private:
  using Value = simdjson::ondemand::value;
  simdjson::ondemand::parser parser;
  const Depth depth;
  bool isBodyClean = false;
  Record *into = nullptr;

  // A string; of anything else nothing.
  static Text text(Value value) {
    Text text;
    return value.get_string().get(text) ? Text() : text;
  }
  // What stands there, as it is written; a string without its quotes, null as nothing.
  static Text raw(Value value) {
    Text text;
    if (!value.get_string().get(text)) return text;
    if (value.is_null()) return {};
    return simdjson::to_json_string(value);
  }
  static bool flag(Value value) {
    bool is;
    return !value.get_bool().get(is) && is;
  }
  static int64_t number(Value value, int64_t otherwise) {
    int64_t number;
    return value.get_int64().get(number) ? otherwise : number;
  }
  // Calls `each` with the key and the value of all fields of an object; of anything else with none. False from `each` ends it.
  template <class Each>
  static void fields(Value value, Each each) {
    simdjson::ondemand::object object;
    if (value.get_object().get(object)) return;
    for (auto field : object) {
      Key key{field.unescaped_key().value()};
      each(key, field.value().value());
    }
  }
  template <class Each>
  static void elements(Value value, Each each) {
    simdjson::ondemand::array array;
    if (value.get_array().get(array)) return;
    for (auto element : array) each(element.value());
  }
  static bool isFilled(Value value) {
    bool is = false;
    elements(value, [&](Value) { is = true; });
    return is;
  }
  // The field of that name, of objects within objects.
  template <class Each>
  static void within(Value value, std::initializer_list<Text> path, Each each) {
    if (path.size() == 0) return each(value);
    fields(value, [&](Key key, Value inner) {
      if (Text(key) == *path.begin()) descend(inner, path.begin() + 1, path.end(), each);
    });
  }
  template <class Each>
  static void descend(Value value, const Text *at, const Text *end, Each &each) {
    if (at == end) return each(value);
    fields(value, [&](Key key, Value inner) {
      if (Text(key) == *at) descend(inner, at + 1, end, each);
    });
  }
  Span words(Value value) {
    Span span = here(into->words);
    elements(value, [&](Value word) { into->words.push_back(text(word)); });
    return until(span, into->words);
  }
  template <class List>
  static Span here(const List &list) { return {uint32_t(list.size()), uint32_t(list.size())}; }
  template <class List>
  static Span until(Span span, const List &list) { return {span.from, uint32_t(list.size())}; }

  bool isWorthAsking() const;
  bool isBodyAsked() const;
  void reset(Record &record);
  void user(Value value, Text &name, bool &group, Text wanted);
  void reference(Value value);
  void object(Value value);
  void metadata(Value value);
  void spec(Value value, int place);
  bool podField(Key key, Value value, Pod &pod);
  Span containers(Value value);
  void container(Value value, Container &container);
  void profiles(Key key, Value value, Profiles &profiles);
  void podTemplate(Value value, int place);
  void webhook(Value value);
};

// ---------------------------------------------------------------------------------------------------------------------- the record

inline Verb verbOf(Text text) {
  static const std::pair<Text, Verb> all[] = {
      {"get", Verb::get}, {"list", Verb::list}, {"watch", Verb::watch}, {"create", Verb::create}, {"update", Verb::update}, {"patch", Verb::patch},
      {"apply", Verb::apply}, {"replace", Verb::replace}, {"delete", Verb::remove}, {"deletecollection", Verb::removeCollection}};
  for (auto &[name, verb] : all)
    if (name == text) return verb;
  return Verb::other;
}

inline Sub subOf(Text text) {
  static const std::pair<Text, Sub> all[] = {
      {"", Sub::none}, {"exec", Sub::exec}, {"attach", Sub::attach}, {"portforward", Sub::portforward}, {"proxy", Sub::proxy}, {"log", Sub::log},
      {"status", Sub::status}, {"token", Sub::token}, {"approval", Sub::approval}, {"eviction", Sub::eviction}, {"binding", Sub::binding},
      {"ephemeralcontainers", Sub::ephemeralcontainers}, {"resize", Sub::resize}, {"scale", Sub::scale}};
  for (auto &[name, sub] : all)
    if (name == text) return sub;
  return Sub::other;
}

inline Resource resourceOf(Text text) {
  struct Names {
    std::array<std::vector<std::pair<Text, Resource>>, 40> ofLength;
    Names() {
#define RESOURCE(name) ofLength[sizeof(#name) - 1].push_back({#name, Resource::name});
      RESOURCE(pods) RESOURCE(jobs) RESOURCE(cronjobs) RESOURCE(daemonsets) RESOURCE(deployments) RESOURCE(replicasets) RESOURCE(statefulsets)
      RESOURCE(scheduledjobs) RESOURCE(replicationcontrollers) RESOURCE(secrets) RESOURCE(configmaps) RESOURCE(services) RESOURCE(ingresses)
      RESOURCE(namespaces) RESOURCE(nodes) RESOURCE(serviceaccounts) RESOURCE(persistentvolumes) RESOURCE(events) RESOURCE(endpoints)
      RESOURCE(endpointslices) RESOURCE(leases) RESOURCE(bindings) RESOURCE(tokenreviews) RESOURCE(controllerrevisions) RESOURCE(auditsinks)
      RESOURCE(policyreports) RESOURCE(clusterpolicyreports) RESOURCE(certificatesigningrequests) RESOURCE(roles) RESOURCE(clusterroles)
      RESOURCE(rolebindings) RESOURCE(clusterrolebindings) RESOURCE(validatingwebhookconfigurations) RESOURCE(mutatingwebhookconfigurations)
      RESOURCE(validatingadmissionpolicies) RESOURCE(validatingadmissionpolicybindings) RESOURCE(mutatingadmissionpolicies)
      RESOURCE(mutatingadmissionpolicybindings) RESOURCE(podsecuritypolicies) RESOURCE(clusterpolicies) RESOURCE(policies)
      RESOURCE(policyexceptions) RESOURCE(configs) RESOURCE(selfsubjectrulesreviews) RESOURCE(selfsubjectaccessreviews)
      RESOURCE(selfsubjectreviews) RESOURCE(subjectaccessreviews)
#undef RESOURCE
    }
  };
  static const Names names;
  if (text.empty()) return Resource::none;
  if (text.size() < names.ofLength.size())
    for (auto &[name, resource] : names.ofLength[text.size()])
      if (name == text) return resource;
  return Resource::other;
}

// Records of which no condition can be true: what parts of the system read, and the books that they keep. Most of a log is that.
inline bool Reader::isWorthAsking() const {
  const Record &r = *into;
  return !starts(r.user, "system:") || r.user == "system:anonymous" || r.isUnauthenticated || r.code == 401 || r.code == 403 ||
         any(r.verb, Verb::remove, Verb::removeCollection) || r.resource == Resource::secrets ||
         any(r.sub, Sub::exec, Sub::attach, Sub::portforward, Sub::proxy, Sub::log) ||
         (!any(r.verb, Verb::get, Verb::list, Verb::watch) &&
          !any(r.resource, Resource::leases, Resource::events, Resource::endpoints, Resource::endpointslices) &&
          !(r.sub == Sub::status && any(r.resource, Resource::pods, Resource::nodes)));
}

// Whether some condition asks for the request's object. Nobody does where something is read or deleted; of subresources few are asked.
inline bool Reader::isBodyAsked() const {
  const Record &r = *into;
  return any(r.verb, Verb::create, Verb::update, Verb::patch, Verb::apply) &&
         (any(r.sub, Sub::none, Sub::ephemeralcontainers, Sub::resize, Sub::scale, Sub::approval) ||
          any(r.resource, Resource::services, Resource::configmaps, Resource::ingresses, Resource::roles, Resource::clusterroles, Resource::clusterrolebindings));
}

inline void Reader::reset(Record &record) {
  static_cast<Head &>(record) = Head();
  if (isBodyClean) return;
  static_cast<Body &>(record) = Body();
  record.containers.clear();
  record.words.clear();
  record.variables.clear();
  record.ports.clear();
  record.mounts.clear();
  record.volumes.clear();
  record.rights.clear();
  record.webhooks.clear();
  record.subjects.clear();
  isBodyClean = true;
}

inline Reader::Worth Reader::read(const char *line, size_t length, Record &record) {
  using namespace simdjson;
  reset(record);
  into = &record;
  try {
    ondemand::document document = parser.iterate(line, length, length + SIMDJSON_PADDING);
    // What decides whether a record is worth asking stands before its object, as the API server writes it; elsewhere it is waited for.
    // Where it is not worth it, the rest of the line is looked at for quotes and UTF-8 alone.
    enum { verb = 1, users = 2, references = 4, status = 8, uri = 16, agent = 32, all = 63 };
    unsigned seen = 0;
    ondemand::object fields = document.get_object();
    for (auto field : fields) {
      Key key{field.unescaped_key().value()};
      Value value = field.value().value();
      if (key == "auditID") record.auditID = text(value);
      else if (key == "level") record.level = text(value);
      else if (key == "stage") record.stage = text(value);
      else if (key == "requestURI") record.uri = text(value), seen |= uri;
      else if (key == "verb") record.verb = verbOf(text(value)), seen |= verb;
      else if (key == "user") user(value, record.user, record.isUnauthenticated, "system:unauthenticated"), seen |= users;
      else if (key == "impersonatedUser") user(value, record.impersonated, record.hasImpersonatedGroup, "");
      else if (key == "userAgent") record.userAgent = text(value), seen |= agent;
      else if (key == "objectRef") reference(value), seen |= references;
      else if (key == "responseStatus") {
        Reader::fields(value, [&](Key key, Value inner) { if (key == "code") record.code = number(inner, 0); });
        seen |= status;
      } else if (key == "requestObject") {
        if (seen == all && depth == Depth::few) return Worth::asking;
        if (seen == all && !isWorthAsking()) return Worth::nothing;
        if (depth == Depth::object && (seen != all || isBodyAsked())) object(value);
      } else if (key == "responseObject") {
        if (seen == all && !isWorthAsking()) return Worth::nothing;
        if (seen != all || record.resource == Resource::certificatesigningrequests)
          within(value, {"spec", "signerName"}, [&](Value inner) { record.answeredSigner = text(inner); });
      } else if (key == "annotations") {
        Reader::fields(value, [&](Key key, Value inner) {
          if (key == "authorization.k8s.io/decision") record.decision = text(inner);
          else if (key == "audit.k8s.io/truncated") record.truncated = text(inner);
        });
      } else if (key == "hostPath") record.hostPath = text(value);
      else if (key == "capabilities") record.capabilities = text(value);
      else if (key == "apiGroup") record.apiGroup = text(value);
    }
  } catch (const simdjson_error &) {
    return Worth::damaged;
  }
  return depth == Depth::few || isWorthAsking() ? Worth::asking : Worth::nothing;
}

// The name, and whether the wanted group is among the groups; without a wanted one, whether there are any.
inline void Reader::user(Value value, Text &name, bool &group, Text wanted) {
  fields(value, [&](Key key, Value inner) {
    if (key == "username") name = text(inner);
    else if (key == "groups") elements(inner, [&](Value one) { group |= wanted.empty() || text(one) == wanted; });
  });
}

inline void Reader::reference(Value value) {
  fields(value, [&](Key key, Value inner) {
    if (key == "resource") into->resource = resourceOf(into->resourceText = text(inner));
    else if (key == "namespace") into->ns = text(inner);
    else if (key == "name") into->name = text(inner);
    else if (key == "apiGroup") into->group = text(inner);
    else if (key == "subresource") into->sub = subOf(into->subText = text(inner));
  });
}

// -------------------------------------------------------------------------------------------------------------- the request's object

inline void Reader::object(Value value) {
  isBodyClean = false;
  Record &r = *into;
  fields(value, [&](Key key, Value inner) {
    if (key == "kind") r.kind = text(inner);
    else if (key == "metadata") metadata(inner);
    else if (key == "spec") spec(inner, 0);
    else if (key == "data") { if (r.resource == Resource::configmaps) r.data = raw(inner); }
    else if (key == "roleRef") within(inner, {"name"}, [&](Value name) { r.roleName = text(name); });
    else if (key == "subjects") elements(inner, [&](Value one) { within(one, {"name"}, [&](Value name) { r.subjects.push_back(text(name)); }); });
    else if (key == "rules") elements(inner, [&](Value rule) {
      Rights rights;
      fields(rule, [&](Key key, Value list) {
        if (key == "verbs") rights.verbs = words(list);
        else if (key == "resources") rights.resources = words(list);
        else if (key == "apiGroups") rights.groups = words(list);
      });
      r.rights.push_back(rights);
    });
    else if (key == "webhooks") elements(inner, [&](Value one) { webhook(one); });
  });
}

inline void Reader::metadata(Value value) {
  fields(value, [&](Key key, Value inner) {
    if (key == "labels") fields(inner, [&](Key label, Value is) {
      if (label == "app.kubernetes.io/name") into->appName = text(is);
      else if (label == "k8s-app") into->k8sApp = text(is);
      else if (label == "org.opencontainers.image.title") into->imageTitle = text(is);
      else if (label == "pod-security.kubernetes.io/enforce") into->enforce = text(is);
      else if (label == "admission.gatekeeper.sh/ignore") into->ignoredByGatekeeper = true;
    });
    else if (key == "annotations") within(inner, {"kubernetes.io/config.mirror"}, [&](Value is) { into->mirror = text(is); });
  });
}

inline void Reader::webhook(Value value) {
  Webhook webhook;
  fields(value, [&](Key key, Value inner) {
    if (key == "failurePolicy") webhook.failurePolicy = text(inner);
    else if (key == "namespaceSelector") webhook.namespaceSelector = raw(inner);
    else if (key == "objectSelector") webhook.objectSelector = raw(inner);
    else if (key == "matchConditions") webhook.matchConditions = raw(inner);
    else if (key == "rules") {
      Span span = here(into->words);
      elements(inner, [&](Value rule) { webhook.hasRules = true; within(rule, {"resources"}, [&](Value list) { words(list); }); });
      webhook.resources = until(span, into->words);
    } else if (key == "clientConfig") fields(inner, [&](Key key, Value is) {
      if (key == "url") webhook.url = text(is);
      else if (key == "service") webhook.service = raw(is);
    });
  });
  into->webhooks.push_back(webhook);
}

inline void Reader::spec(Value value, int place) {
  Record &r = *into;
  fields(value, [&](Key key, Value inner) {
    if (podField(key, inner, r.pods[place]) || place > 0) return;
    if (key == "template") podTemplate(inner, 1);
    else if (key == "jobTemplate") within(inner, {"spec", "template"}, [&](Value one) { podTemplate(one, 2); });
    else if (key == "ephemeralContainers") r.ephemeral = containers(inner);
    else if (key == "type") r.type = text(inner);
    else if (key == "externalIPs") r.hasExternalIPs = isFilled(inner);
    else if (key == "tls") r.tls = raw(inner);
    else if (key == "hostPath") within(inner, {"path"}, [&](Value path) { r.volumePath = text(path); });
    else if (key == "local") within(inner, {"path"}, [&](Value path) { r.localPath = text(path); });
    else if (key == "signerName") r.signer = text(inner);
    else if (key == "ttlSecondsAfterFinished") r.ttl = number(inner, 61);
    else if (key == "activeDeadlineSeconds") r.deadline = number(inner, 61);
    else if (key == "successfulJobsHistoryLimit") r.history = number(inner, 1);
    else if (key == "failurePolicy") r.failurePolicy = raw(inner);
    else if (key == "validationActions") elements(inner, [&](Value one) { r.hasActions = true; r.denies |= text(one) == "Deny"; });
    else if (key == "matchConditions") r.matchConditions = raw(inner);
    else if (key == "matchResources") r.matchResources = raw(inner);
    else if (key == "matchConstraints") r.matchConstraints = raw(inner);
    else if (key == "validations") r.validations = raw(inner);
    else if (key == "match") r.match = raw(inner);
    else if (key == "exclude") r.exclude = raw(inner);
    else if (key == "validationFailureAction") r.failureAction = text(inner);
    else if (key == "enforcementAction") r.enforcement = text(inner);
    else if (key == "mode") r.mode = text(inner);
    else if (key == "rules") elements(inner, [&](Value rule) {
      within(rule, {"validate", "failureAction"}, [&](Value one) { Text is = text(one); r.hasAuditingRule |= is == "Audit" || is == "audit"; });
    });
  });
}

inline void Reader::podTemplate(Value value, int place) {
  fields(value, [&](Key key, Value inner) {
    if (key == "spec") spec(inner, place);
    else if (key == "metadata" && place == 1)
      within(inner, {"labels", "app.kubernetes.io/name"}, [&](Value is) { into->templateAppName = text(is); });
  });
}

// Whether it is a field of a pod.
inline bool Reader::podField(Key key, Value value, Pod &pod) {
  Record &r = *into;
  if (key == "containers") pod.containers = containers(value);
  else if (key == "initContainers") pod.initContainers = containers(value);
  else if (key == "volumes") {
    pod.volumes = here(r.volumes);
    elements(value, [&](Value one) {
      Volume volume;
      fields(one, [&](Key key, Value inner) {
        if (key == "name") volume.name = text(inner);
        else if (key == "hostPath") within(inner, {"path"}, [&](Value path) { volume.path = text(path); });
      });
      if (!volume.path.empty()) r.volumes.push_back(volume);
    });
    pod.volumes = until(pod.volumes, r.volumes);
  } else if (key == "hostNetwork") pod.hostNetwork = flag(value);
  else if (key == "hostPID") pod.hostPID = flag(value);
  else if (key == "hostIPC") pod.hostIPC = flag(value);
  else if (key == "nodeName") pod.nodeName = text(value);
  else if (key == "serviceAccountName") pod.account = text(value);
  else if (key == "automountServiceAccountToken") pod.automountsToken = value.is_null() || flag(value);
  else if (key == "nodeSelector") {
    pod.nodeSelector = here(r.words);
    fields(value, [&](Key key, Value) { r.words.push_back(key); });
    pod.nodeSelector = until(pod.nodeSelector, r.words);
  } else if (key == "tolerations") {
    pod.tolerations = here(r.words);
    elements(value, [&](Value one) { within(one, {"key"}, [&](Value inner) { r.words.push_back(text(inner)); }); });
    pod.tolerations = until(pod.tolerations, r.words);
  } else if (key == "affinity") {
    pod.affinity = here(r.words);
    within(value, {"nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"}, [&](Value terms) {
      elements(terms, [&](Value term) {
        within(term, {"matchExpressions"}, [&](Value list) {
          elements(list, [&](Value one) { within(one, {"key"}, [&](Value inner) { r.words.push_back(text(inner)); }); });
        });
      });
    });
    pod.affinity = until(pod.affinity, r.words);
  } else if (key == "securityContext") fields(value, [&](Key key, Value inner) { profiles(key, inner, pod.profiles); });
  else return false;
  return true;
}

inline void Reader::profiles(Key key, Value value, Profiles &profiles) {
  if (key == "seccompProfile") within(value, {"type"}, [&](Value type) { profiles.seccomp = text(type); });
  else if (key == "appArmorProfile") within(value, {"type"}, [&](Value type) { profiles.appArmor = text(type); });
  else if (key == "seLinuxOptions") within(value, {"type"}, [&](Value type) { profiles.seLinux = text(type); });
  else if (key == "windowsOptions") within(value, {"hostProcess"}, [&](Value is) { profiles.hostProcess = flag(is); });
}

inline Span Reader::containers(Value value) {
  Span span = here(into->containers);
  elements(value, [&](Value one) {
    Container read;
    container(one, read);
    into->containers.push_back(read);
  });
  return until(span, into->containers);
}

inline void Reader::container(Value value, Container &container) {
  Record &r = *into;
  auto told = [&](Container::Told which, Value inner) { container.told[which] = words(inner); };
  fields(value, [&](Key key, Value inner) {
    if (key == "name") container.name = text(inner);
    else if (key == "image") container.image = text(inner);
    else if (key == "command") told(Container::command, inner);
    else if (key == "args") told(Container::args, inner);
    else if (key == "env") {
      container.env = here(r.variables);
      elements(inner, [&](Value one) {
        Variable variable;
        fields(one, [&](Key key, Value is) {
          if (key == "name") variable.name = text(is);
          else if (key == "value") variable.value = text(is);
        });
        r.variables.push_back(variable);
      });
      container.env = until(container.env, r.variables);
    } else if (key == "ports") {
      container.ports = here(r.ports);
      elements(inner, [&](Value one) {
        Port port;
        fields(one, [&](Key key, Value is) {
          if (key == "containerPort") port.container = number(is, 0);
          else if (key == "hostPort") port.host = number(is, 0);
          else if (key == "hostIP") port.ip = text(is);
        });
        r.ports.push_back(port);
      });
      container.ports = until(container.ports, r.ports);
    } else if (key == "volumeMounts") {
      container.mounts = here(r.mounts);
      elements(inner, [&](Value one) {
        Mount mount;
        fields(one, [&](Key key, Value is) {
          if (key == "name") mount.name = text(is);
          else if (key == "mountPath") mount.path = text(is);
          else if (key == "readOnly") mount.readOnly = flag(is);
        });
        r.mounts.push_back(mount);
      });
      container.mounts = until(container.mounts, r.mounts);
    } else if (key == "securityContext") fields(inner, [&](Key key, Value is) {
      if (key == "privileged") container.privileged = flag(is);
      else if (key == "procMount") container.procMount = text(is);
      else if (key == "capabilities") within(is, {"add"}, [&](Value list) { container.capabilities = words(list); });
      else profiles(key, is, container.profiles);
    });
    else if (key == "livenessProbe") within(inner, {"exec", "command"}, [&](Value is) { told(Container::liveness, is); });
    else if (key == "readinessProbe") within(inner, {"exec", "command"}, [&](Value is) { told(Container::readiness, is); });
    else if (key == "startupProbe") within(inner, {"exec", "command"}, [&](Value is) { told(Container::startup, is); });
    else if (key == "lifecycle") fields(inner, [&](Key key, Value hook) {
      if (key == "postStart") within(hook, {"exec", "command"}, [&](Value is) { told(Container::postStart, is); });
      else if (key == "preStop") within(hook, {"exec", "command"}, [&](Value is) { told(Container::preStop, is); });
    });
    else if (key == "volumeDevices") container.hasDevices = isFilled(inner);
  });
}
