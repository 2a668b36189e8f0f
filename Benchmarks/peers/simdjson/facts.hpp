// What several conditions ask of a record: worked out once, and only where somebody asks (STEPS in conditions/columns.py).
#pragma once
#include "record.hpp"

// A list of what commands do, by the words that show it: conditions/shipped.py has the same lists.
namespace Sign {
enum : Search::Lists {
  fetches = 1, runs = 1 << 1, decodes = 1 << 2, mines = 1 << 3, shells = 1 << 4, connects = 1 << 5, writes = 1 << 6, starts = 1 << 7, enters = 1 << 8,
  memory = 1 << 9, executes = 1 << 10, ownMemory = 1 << 11, ownMemoryFile = 1 << 12, seeks = 1 << 13, clones = 1 << 14, follows = 1 << 15, tokens = 1 << 16
};
inline bool both(Search::Lists found, Search::Lists two) { return (found & two) == two; }
}  // namespace Sign

inline const Search &signs() {
  static const Search search = [] {
    Search s;
    s.add(Sign::fetches, {"curl ", "wget ", "fetch ", "/dev/tcp/", "aria2c ", "urlopen(", "tftp ", "ftpget ", "scp ", "rsync ", "lwp-", "axel ", "Invoke-WebRequest", "iwr ", "socket.http", "http.get("});
    s.add(Sign::runs, {"|sh", "| sh", "|bash", "| bash", "|python", "| python", "|perl", "| perl", "|node", "| node", "|ruby", "| ruby", "sh -c \"$(", "eval \"$(", "eval $(", "bash <(", "sh <(", "chmod +x", "chmod 755", "chmod 777", "exec(", "os.system(", "subprocess", "IEX", "Invoke-Expression"});
    s.add(Sign::decodes, {"base64 -d", "base64 --decode", "base64 -D", "base32 -d", "openssl enc -d", "xxd -r", "b64decode", "a85decode", "unhexlify", "fromhex", "decode_base64", "base64_decode", "Base64.decode", "FromBase64String", "marshal.loads", "zlib.decompress", "-EncodedCommand", "fromCharCode"});
    s.add(Sign::mines, {"stratum+", "stratum1+", "stratum2+", "stratum://", "stratums://", "--donate-level", "--nicehash", "--randomx-", "--cpu-max-threads-hint", "\"donate-level\""});
    s.add(Sign::shells, {"0>&1", "0<&1", "0>& 1", "<&1", "sh -i", "&$REPLY", "<>/dev/", "<> /dev/", "|&getline", "|& getline", " -e /bin/", "-e sh", "-e bash", "exec:sh", "EXEC:sh", "exec:/bin", "EXEC:/bin", "EXEC:bash", "dup2(", "pty.spawn", "fsockopen("});
    s.add(Sign::connects, {"/dev/tcp/", "/dev/udp/", "/inet/tcp/", "ztcp", "nc ", "ncat ", "netcat ", "socat ", "telnet ", "openssl s_client", "socket.socket(", "import socket", "use Socket", "IO::Socket", "TCPSocket", "fsockopen(", "net.Socket(", "net.connect(", "java.net.Socket", "net.Dial("});
    s.add(Sign::writes, {">", "tee ", "cp ", "mv ", "install ", "ln ", "sed -i", "dd ", "crontab ", "systemctl enable", "touch "});
    s.add(Sign::starts, {"/etc/cron", "/var/spool/cron", "/etc/systemd/", "/lib/systemd/system", "/.config/systemd/user", "/etc/init.d/", "/etc/rc.local", "/etc/rc.d/", "/etc/profile", "/etc/ld.so.preload", "/etc/ld.so.conf", "/etc/sudoers", "/etc/passwd", "/etc/shadow", "/etc/pam.d/", "/etc/update-motd.d", "/etc/udev/rules.d", "/etc/kubernetes/manifests", "/etc/kubelet.d", "authorized_keys", "/.ssh/rc", "/etc/xdg/autostart", "/etc/bash.bashrc", "/etc/anacrontab", "/var/spool/at", "/etc/inittab", "/etc/modules-load.d", "/pod-manifest", ".bashrc", ".bash_profile", "crontab -"});
    s.add(Sign::enters, {"/proc/1/root", "/proc/1/ns/", "release_agent", "/proc/sys/kernel/core_pattern", "nsenter -t 1", "nsenter -t1", "nsenter --target 1", "nsenter --target=1", "nsenter -at 1", "nsenter --mount=/proc/1", "chroot /host", "chroot /mnt", "chroot /rootfs", "chroot /node", "pivot_root", "mount /dev/", "debugfs /dev/"});
    s.add(Sign::memory, {"memfd_create", "syscall(319", "syscall 319"});
    s.add(Sign::executes, {"exec", "/proc/self/fd", "/proc/$$/fd"});
    s.add(Sign::ownMemoryFile, {"of=/proc/self/mem"});
    s.add(Sign::ownMemory, {"/proc/self/mem"});
    s.add(Sign::seeks, {"seek="});
    s.add(Sign::clones, {"git clone", "hg clone", "svn checkout", "svn co ", "pip install http", "pip install git+", "pip3 install http", "pip3 install git+", "npm install http", "npm i http", "npx http", "go install http", "rpm -i http"});
    s.add(Sign::follows, {"&&", ";", "install http", "install git+", "npm i http", "npx http", "rpm -i http"});
    s.add(Sign::tokens, {"/run/secrets/kubernetes.io", "/run/secrets/eks.amazonaws.com", "/run/secrets/azure", "/etc/kubernetes/admin.conf", "/etc/kubernetes/pki", "/var/lib/kubelet/pki", "/var/lib/kubelet/kubeconfig", ".kube/config", "/.ssh/id_", "/etc/shadow", "/etc/gshadow", ".aws/credentials", "/.docker/config.json", "169.254.169.254", "metadata.google.internal", "/environ"});
    return s;
  }();
  return search;
}

inline bool isSystemNamespace(Text ns) {
  static const Words names{"kube-system", "kube-public", "kube-node-lease", "openshift-apiserver", "openshift-controller-manager", "openshift-etcd"};
  return names(ns) || starts(ns, "openshift-kube-") || starts(ns, "openshift-machine-") || starts(ns, "gke-managed-") || starts(ns, "aks-");
}

// A path of the host that is mounted.
struct HostMount {
  Text source, target;
  bool readOnly;
};

// A value that is worked out when it is first asked for.
template <class Kind>
class Once {
 public:
  template <class Make>
  const Kind &operator()(Make make) {
    if (!isMade) value = make(), isMade = true;
    return value;
  }
  void forget() { isMade = false; }

 private:
  Kind value{};
  bool isMade = false;
};

class Facts {
 public:
  const Record &r;
  // Cheap enough to be worked out for every record that is worth asking.
  bool received, denied, done, isWrite, creates, modifies, deletes, isNode, isAnonymous, whole;

  explicit Facts(const Record &record) : r(record) {}

  void begin() {
    for (Once<bool> *one : {&dryOnce, &systemOnce, &controllerOnce, &deploysOnce}) one->forget();
    commandsOnce.forget(), valuesOnce.forget(), requestOnce.forget(), mountsOnce.forget(), textOnce.forget();
    bool isChange = any(r.verb, Verb::update, Verb::patch, Verb::apply);
    received = r.stage == "RequestReceived";
    denied = r.code == 401 || r.code == 403 || (r.code == 0 && r.decision == "forbid");
    done = (r.code > 0 && r.code < 400) || (r.code == 0 && r.decision == "allow");
    whole = r.sub != Sub::ephemeralcontainers;
    bool isOwn = r.sub == Sub::none && !keepsBooks();
    creates = (r.verb == Verb::create || (isChange && r.code == 201)) && isOwn;
    modifies = (isChange && r.code != 201 && isOwn) ||
               (any(r.verb, Verb::create, Verb::update, Verb::patch) && any(r.sub, Sub::ephemeralcontainers, Sub::resize, Sub::scale));
    deletes = (any(r.verb, Verb::remove, Verb::removeCollection) && r.sub == Sub::none) || (r.sub == Sub::eviction && r.verb == Verb::create);
    isNode = starts(r.user, "system:node:");
    isAnonymous = r.user == "system:anonymous" || r.isUnauthenticated;
  }

  bool dry() { return dryOnce([&] { return has(r.uri, "dryRun=All"); }); }

  bool isSystem() {
    return systemOnce([&] {
      static const Words users{"system:kube-controller-manager", "system:kube-scheduler", "system:apiserver", "system:cloud-controller-manager", "system:kube-proxy", "system:addon-manager", "eks:addon-manager", "eks:node-manager", "eks:fargate-manager", "eks:k8s-metrics", "eks:certificate-controller", "eks:cluster-event-watcher", "eks:vpc-resource-controller", "eks:kms-storage-migrator", "eks:pod-identity-mutating-webhook", "aksService"};
      const Text account = "system:serviceaccount:";
      if (isNode || users(r.user)) return true;
      if (!starts(r.user, account)) return false;
      Text rest = r.user.substr(account.size());
      return isSystemNamespace(rest.substr(0, rest.find(':')));
    });
  }

  bool isController() {
    return controllerOnce([&] {
      static const Words users{"system:kube-controller-manager", "system:kube-scheduler", "system:apiserver", "system:cloud-controller-manager"};
      static const Words accounts{
          "attachdetach-controller", "bootstrap-signer", "certificate-controller", "clusterrole-aggregation-controller", "cronjob-controller",
          "daemon-set-controller", "deployment-controller", "device-taint-eviction-controller", "disruption-controller", "endpoint-controller",
          "endpointslice-controller", "endpointslicemirroring-controller", "ephemeral-volume-controller", "expand-controller",
          "generic-garbage-collector", "horizontal-pod-autoscaler", "job-controller", "legacy-service-account-token-cleaner", "namespace-controller",
          "node-controller", "persistent-volume-binder", "pod-garbage-collector", "podcertificaterequestcleaner-controller", "pv-protection-controller",
          "pvc-protection-controller", "replicaset-controller", "replication-controller", "resource-claim-controller", "resourcequota-controller",
          "root-ca-cert-publisher", "route-controller", "selinux-warning-controller", "service-account-controller", "service-cidrs-controller",
          "service-controller", "statefulset-controller", "storage-version-migrator-controller", "taint-eviction-controller", "token-cleaner",
          "ttl-after-finished-controller", "ttl-controller", "validatingadmissionpolicy-status-controller", "volumeattributesclass-protection-controller"};
      const Text account = "system:serviceaccount:kube-system:";
      return starts(r.user, account) ? accounts(r.user.substr(account.size())) : users(r.user);
    });
  }

  bool inSystemNamespace() const { return isSystemNamespace(r.ns); }

  bool isPodKind() const {
    return any(r.resource, Resource::pods, Resource::deployments, Resource::daemonsets, Resource::statefulsets, Resource::replicasets,
               Resource::replicationcontrollers, Resource::jobs, Resource::cronjobs);
  }

  // Something that runs containers is made or changed.
  bool deploys() {
    return deploysOnce([&] {
      if (!(creates || modifies) || denied || received || !any(r.sub, Sub::none, Sub::ephemeralcontainers, Sub::resize)) return false;
      bool isKind = (isPodKind() || r.resource == Resource::scheduledjobs) && (r.group.empty() || r.group == "apps" || r.group == "batch" || r.group == "extensions");
      bool isCustom = !isKind && has(r.group, ".") && !ends(r.group, ".k8s.io") && !r.containers.empty();
      return (isKind || isCustom) && !dry();
    });
  }
  // Deploys, and is no controller's change of its own object.
  bool settles() { return deploys() && !(isController() && modifies); }

  bool hasMain() const { return !r.pods[0].containers.empty() || !r.pods[1].containers.empty() || !r.pods[2].containers.empty(); }
  bool hasLasting() const {
    return whole && (hasMain() || !r.pods[0].initContainers.empty() || !r.pods[1].initContainers.empty() || !r.pods[2].initContainers.empty());
  }

  template <class Ask>
  bool someOf(Span list, Ask ask) const {
    return std::any_of(r.containers.begin() + list.from, r.containers.begin() + list.to, ask);
  }
  template <class Ask>
  bool someMain(Ask ask) const {
    return someOf(r.pods[0].containers, ask) || someOf(r.pods[1].containers, ask) || someOf(r.pods[2].containers, ask);
  }
  // True where it is of some container; a request about ephemeral containers is about no others.
  template <class Ask>
  bool some(Ask ask) const {
    return whole ? std::any_of(r.containers.begin(), r.containers.end(), ask) : someOf(r.ephemeral, ask);
  }
  // The lists of containers that are asked together.
  template <class Ask>
  bool someList(Ask ask) const {
    for (const Pod &pod : r.pods)
      if (whole && (ask(pod.containers) || ask(pod.initContainers))) return true;
    return ask(r.ephemeral);
  }
  template <class Ask>
  bool somePod(Ask ask) const { return std::any_of(r.pods, r.pods + 3, ask); }

  // What containers are told to run, words joined by spaces.
  const std::string &commandText() {
    return textOnce([&] {
      text.clear();
      for (const Container &container : r.containers) {
        size_t from = text.size();
        for (Span told : container.told)
          for (uint32_t word = told.from; word < told.to; ++word) {
            if (text.size() > from) text += ' ';
            text += r.words[word];
          }
        text += '\n';
      }
      return &text;
    })[0];
  }
  // The signs in what containers are told to run; in what their variables say; in the command of a request to `exec`.
  Search::Lists commands() { return commandsOnce([&] { return signs()(commandText()); }); }
  Search::Lists values() {
    return valuesOnce([&] {
      Search::Lists found = 0;
      for (const Variable &variable : r.variables) found |= signs()(variable.value);
      return found;
    });
  }
  Search::Lists request() {
    return requestOnce([&] {
      std::string command = decodeURL(r.uri);
      const Text next = "&command=";
      for (size_t at = 0; (at = command.find(next, at)) != std::string::npos; ++at) command.replace(at, next.size(), " ");
      return signs()(command);
    });
  }

  const std::vector<HostMount> &mounts() {
    return *mountsOnce([&] {
      mounted.clear();
      if (!r.volumes.empty())
        for (const Mount &mount : r.mounts) {
          auto volume = std::find_if(r.volumes.begin(), r.volumes.end(), [&](const Volume &one) { return one.name == mount.name; });
          if (volume != r.volumes.end()) mounted.push_back({volume->path, mount.path, mount.readOnly});
        }
      return &mounted;
    });
  }
  template <class Ask>
  bool someMount(Ask ask) {
    return !r.volumes.empty() && std::any_of(mounts().begin(), mounts().end(), ask);
  }

  bool hasWildcardRights(const Rights &rights) const {
    static const Words groups{"", "*", "apps", "batch", "rbac.authorization.k8s.io", "admissionregistration.k8s.io"};
    return r.hasWord(rights.resources, "*") && (rights.groups.empty() || r.hasWord(rights.groups, groups));
  }
  bool isRole() const { return any(r.resource, Resource::roles, Resource::clusterroles, Resource::rolebindings, Resource::clusterrolebindings); }
  bool grantsAll() const {
    return isRole() && (r.roleName == "cluster-admin" || std::any_of(r.rights.begin(), r.rights.end(), [&](const Rights &one) {
                          return r.hasWord(one.verbs, "*") && hasWildcardRights(one);
                        }));
  }

 private:
  bool keepsBooks() const {
    return any(r.resource, Resource::leases, Resource::events, Resource::bindings, Resource::endpoints, Resource::tokenreviews, Resource::endpointslices, Resource::controllerrevisions) ||
           ends(r.resourceText, "accessreviews") || ends(r.resourceText, "rulesreviews") || ends(r.resourceText, "subjectreviews");
  }
  Once<bool> dryOnce, systemOnce, controllerOnce, deploysOnce;
  Once<Search::Lists> commandsOnce, valuesOnce, requestOnce;
  Once<const std::vector<HostMount> *> mountsOnce;
  Once<const std::string *> textOnce;
  std::vector<HostMount> mounted;
  std::string text;
};
