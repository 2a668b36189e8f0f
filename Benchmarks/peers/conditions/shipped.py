"""Tallyman's own rules, by their names, in SQL.

`settles` is the first half of most: it deploys, and is no controller's change of its own object. Levels are not computed: ClickHouse is
asked whether, not how bad.
"""

from .columns import COMPONENTS, MAINS, some

# Nothing but slashes and dots.
ROOT = "(replaceAll(replaceAll({0},'.',''),'/','')='' OR {0} IN ('/proc/1/root','/proc/self/root'))"
SOCKET = "((endsWith({0},'.sock') OR endsWith({0},'.socket')) AND multiSearchAny({0}, ['docker','containerd','crio','cri-o','podman','buildkit','dockershim','moby','frakti','kubelet','nri']) OR {0} IN ('/run','/var/run','/run/docker','/run/containerd','/run/crio','/run/podman','/run/k3s/containerd','/var/run/docker','/var/run/containerd','/var/run/crio','/var/run/podman'))"
# Folders end in a slash, what stands for several names does not; `/` is everything's parent.
PLACES = ",".join(
    f"'{place}'"
    for place in (
        "/etc/cron /etc/anacrontab/ /var/spool/cron/ /var/spool/at/ /etc/systemd/ /usr/lib/systemd/ /lib/systemd/ /etc/init.d/ /etc/rc.local/ /etc/rc /etc/inittab/ "
        "/etc/xdg/autostart/ /etc/udev/ /etc/modules/ /etc/modules-load.d/ /etc/modprobe.d/ /etc/logrotate.d/ /etc/update-motd.d/ /etc/NetworkManager/ /etc/profile/ "
        "/etc/profile.d/ /etc/bash.bashrc/ /etc/environment/ /etc/ld.so.preload/ /etc/ld.so.conf/ /etc/ld.so.conf.d/ /etc/ld.so.cache/ /srv/salt/ /srv/pillar/ "
        "/etc/passwd/ /etc/shadow/ /etc/group/ /etc/gshadow/ /etc/sudoers/ /etc/sudoers.d/ /etc/pam.d/ /etc/security/ /etc/ssh/ /etc/krb5 /etc/ssl/private/ "
        "/root/.ssh/ /root/.bashrc/ /root/.profile/ /root/.bash_profile/ /root/.kube/ /root/.docker/ /root/.aws/ /root/.azure/ /root/.config/ /root/.gnupg/ "
        "/etc/kubernetes/ /etc/kubelet /etc/rancher/ /etc/docker/ /etc/containerd/ /etc/containers/ /etc/crio/ /etc/cni/ /opt/cni/ /var/lib/kubelet/ /var/lib/etcd/ "
        "/var/lib/rancher/ /var/lib/k0s/ /var/lib/minikube/ /var/lib/docker/ /var/lib/containerd/ /var/lib/containers/ /var/lib/crio/ /var/lib/cloud/ /run/systemd/ "
        "/run/dbus/ /bin/ /sbin/ /usr/bin/ /usr/sbin/ /usr/local/bin/ /usr/local/sbin/ /snap/bin/ /var/lib/snapd/ /usr/lib/modules/ /usr/libexec/kubernetes/ /lib/ "
        "/lib64/ /usr/lib64/ /boot/ /efi/ /proc/ /sys/kernel/ /sys/module/ /sys/firmware/ /sys/fs/bpf/ /sys/fs/cgroup/ /dev/mem/ /dev/kmem/ /dev/port/ /dev/kmsg/ "
        "/dev/sd /dev/hd /dev/vd /dev/xvd /dev/nvme /dev/dm- /dev/md /dev/loop /dev/mapper/ /dev/disk/"
    ).split()
)
SENSITIVE = f"({ROOT} OR {{0}}='/home' OR startsWith({{0}},'/home/') AND (position(substring({{0}},7),'/')=0 OR multiSearchAny({{0}}, ['/.ssh','/.bashrc','/.profile','/.bash_profile','/.kube','/.docker','/.aws','/.azure','/.gnupg'])) OR arrayExists(x -> startsWith(concat({{0}},'/'), x) OR startsWith(x, concat({{0}},'/')), [{PLACES}]))"


def of(condition, path):
    return condition.format(path)


FETCHES = "['curl ','wget ','fetch ','/dev/tcp/','aria2c ','urlopen(','tftp ','ftpget ','scp ','rsync ','lwp-','axel ','Invoke-WebRequest','iwr ','socket.http','http.get(']"
RUNS = "['|sh','| sh','|bash','| bash','|python','| python','|perl','| perl','|node','| node','|ruby','| ruby','sh -c \"$(','eval \"$(','eval $(','bash <(','sh <(','chmod +x','chmod 755','chmod 777','exec(','os.system(','subprocess','IEX','Invoke-Expression']"
DECODES = "['base64 -d','base64 --decode','base64 -D','base32 -d','openssl enc -d','xxd -r','b64decode','a85decode','unhexlify','fromhex','decode_base64','base64_decode','Base64.decode','FromBase64String','marshal.loads','zlib.decompress','-EncodedCommand','fromCharCode']"
MINES = "['stratum+','stratum1+','stratum2+','stratum://','stratums://','--donate-level','--nicehash','--randomx-','--cpu-max-threads-hint','\"donate-level\"']"
SHELLS = "['0>&1','0<&1','0>& 1','<&1','sh -i','&$REPLY','<>/dev/','<> /dev/','|&getline','|& getline',' -e /bin/','-e sh','-e bash','exec:sh','EXEC:sh','exec:/bin','EXEC:/bin','EXEC:bash','dup2(','pty.spawn','fsockopen(']"
CONNECTS = "['/dev/tcp/','/dev/udp/','/inet/tcp/','ztcp','nc ','ncat ','netcat ','socat ','telnet ','openssl s_client','socket.socket(','import socket','use Socket','IO::Socket','TCPSocket','fsockopen(','net.Socket(','net.connect(','java.net.Socket','net.Dial(']"
WRITES = "['>','tee ','cp ','mv ','install ','ln ','sed -i','dd ','crontab ','systemctl enable','touch ']"
STARTS = "['/etc/cron','/var/spool/cron','/etc/systemd/','/lib/systemd/system','/.config/systemd/user','/etc/init.d/','/etc/rc.local','/etc/rc.d/','/etc/profile','/etc/ld.so.preload','/etc/ld.so.conf','/etc/sudoers','/etc/passwd','/etc/shadow','/etc/pam.d/','/etc/update-motd.d','/etc/udev/rules.d','/etc/kubernetes/manifests','/etc/kubelet.d','authorized_keys','/.ssh/rc','/etc/xdg/autostart','/etc/bash.bashrc','/etc/anacrontab','/var/spool/at','/etc/inittab','/etc/modules-load.d','/pod-manifest','.bashrc','.bash_profile','crontab -']"
ENTERS = "['/proc/1/root','/proc/1/ns/','release_agent','/proc/sys/kernel/core_pattern','nsenter -t 1','nsenter -t1','nsenter --target 1','nsenter --target=1','nsenter -at 1','nsenter --mount=/proc/1','chroot /host','chroot /mnt','chroot /rootfs','chroot /node','pivot_root','mount /dev/','debugfs /dev/']"


def both(text, first, second):
    return f"multiSearchAny({text}, {first}) AND multiSearchAny({text}, {second})"


def downloads(text):
    return both(text, FETCHES, RUNS)


def shells(text):
    return both(text, CONNECTS, SHELLS)


def decodes(text):
    return both(text, DECODES, RUNS)


def persists(text):
    return both(text, STARTS, WRITES)


def has(text, signs):
    return f"multiSearchAny({text}, {signs})"


ENCODED = "length({0})>=56 AND match({0}, '[A-Za-z0-9+/]{{56}}') AND NOT startsWith({0},'eyJ')"
LISTED_ACCOUNTS = "['kube-system/clusterrole-aggregation-controller','kube-system/namespace-controller','kube-system/generic-garbage-collector','kube-system/persistent-volume-binder','kube-system/tiller','kubernetes-dashboard/admin-user','kube-system/kubernetes-dashboard-admin']"
CAPABILITIES = "['ALL','SYS_ADMIN','SYS_MODULE','SYS_PTRACE','SYS_RAWIO','SYS_BOOT','DAC_READ_SEARCH','BPF','PERFMON','SYSLOG','MAC_ADMIN','MAC_OVERRIDE','NET_ADMIN','CHECKPOINT_RESTORE','LINUX_IMMUTABLE','IPC_OWNER','AUDIT_CONTROL']"
KEYS = "['node-role.kubernetes.io/control-plane','node-role.kubernetes.io/master','node-role.kubernetes.io/controlplane','node-role.kubernetes.io/etcd']"
COMPONENT_IMAGES = "['/prometheus/node-exporter','/prom/node-exporter','/kube-state-metrics','/cadvisor','/kube-proxy','/kube-apiserver','/kube-scheduler','/kube-controller-manager','/etcd','/coredns','/k8s-dns-','/metrics-server','/proxyv2','library/auto','/pilot','/linkerd/proxy','/calico/node','/cilium/cilium','/flannel','/kube-rbac-proxy','fluent-bit','/fluentd','/cert-manager-']"
REGISTRY = "if(multiSearchAny(substring(i,1,position(i,'/')), ['.',':']) OR startsWith(i,'localhost/'), substring(i,1,position(i,'/')-1), 'docker.io')"
REGISTRIES = "('docker.io','registry-1.docker.io','index.docker.io','ghcr.io','quay.io','registry.k8s.io','k8s.gcr.io','gcr.io','mcr.microsoft.com','public.ecr.aws','registry.access.redhat.com','registry.redhat.io','registry.connect.redhat.com','registry.suse.com','registry.opensuse.org','registry.gitlab.com','registry.fedoraproject.org','registry.opensource.zalan.do','docker.elastic.co','docker.redpanda.com','nvcr.io','icr.io','lscr.io','cgr.dev','dhi.io','cr.l5d.io','cr.fluentbit.io','cr.yandex','oci.external-secrets.io','container-registry.oracle.com','registry.hub.docker.com','xpkg.upbound.io','reg.kyverno.io','projects.registry.vmware.com','registry.aliyuncs.com','ccr.ccs.tencentyun.com')"
FAMILIES = "['.gcr.io','.pkg.dev','.dkr.ecr.','.azurecr.io','.icr.io','.ocir.io','.aliyuncs.com','.myhuaweicloud.com']"
LAST = "splitByChar('/', i)[-1]"
TAGS = "('latest','main','master','trunk','head','tip','dev','devel','develop','development','staging','stage','test','testing','qa','prod','production','release','edge','nightly','daily','weekly','stable','mainline','current','lts','snapshot','canary','unstable','rolling','beta','alpha','preview','rc','experimental','next')"
PORTS = "p.hostPort NOT IN (22,25,53,80,110,123,143,389,443,465,514,587,636,853,993,995,1433,1521,1883,2379,2380,3000,3001,3002,3100,3306,4200,4317,4318,5000,5001,5044,5173,5432,5601,5671,5672,6379,6443,7233,8000,8001,8008,8443,8500,8888,9000,9042,9090,9091,9092,9093,9094,9100,9200,9300,9411,9443,11211,15672,16686,27017) AND NOT (p.hostPort BETWEEN 8080 AND 8090)"
POD_KINDS = "r IN ('pods','deployments','daemonsets','statefulsets','replicasets','replicationcontrollers','jobs','cronjobs')"
POLICIES = "r IN ('validatingwebhookconfigurations','mutatingwebhookconfigurations','validatingadmissionpolicies','validatingadmissionpolicybindings','mutatingadmissionpolicies','mutatingadmissionpolicybindings','podsecuritypolicies')"
UNCONFINED = "lower({0})='unconfined'"

LOOSE = f"arrayExists((p, a, b, c) -> NOT p AND ({of(UNCONFINED, 'a')} OR {of(UNCONFINED, 'b')} OR c IN ('spc_t','unconfined_t','container_runtime_t')), {{L}}.securityContext.privileged, {{L}}.securityContext.seccompProfile.type, {{L}}.securityContext.appArmorProfile.type, {{L}}.securityContext.seLinuxOptions.type)"
LONG_WORD = f"arrayExists(w -> {of(ENCODED, 'w')}, arrayFlatten({{L}}.command)) OR arrayExists(w -> {of(ENCODED, 'w')}, arrayFlatten({{L}}.args))".replace("{56}", "{{56}}")
LONG_VALUE = f"arrayExists((n, v) -> {of(ENCODED, 'v')} AND NOT multiSearchAnyCaseInsensitive(n, ['secret','token','passw','key','cert','credential']), arrayFlatten({{L}}.env.name), arrayFlatten({{L}}.env.value))".replace("{56}", "{{56}}")
COMPONENT = f"arrayExists((n, i) -> (n IN {COMPONENTS} OR hasComponentLabel AND length({{L}}.name)=1) AND NOT multiSearchAny(i, {COMPONENT_IMAGES}), {{L}}.name, {{L}}.image)"

CONDITIONS = {
    "admission-weakened": f"{POLICIES} AND done AND (deletes OR modifies AND s='' AND (arrayExists(w -> w.failurePolicy='Ignore' OR w.namespaceSelector NOT IN ('','{{}}') OR w.objectSelector NOT IN ('','{{}}') OR w.matchConditions NOT IN ('','[]') OR requestObject.kind='' AND (notEmpty(w.rules) OR w.clientConfig.url!='' OR w.clientConfig.service!=''), requestObject.webhooks) OR requestObject.spec.failurePolicy='Ignore' OR notEmpty(requestObject.spec.validationActions) AND NOT has(requestObject.spec.validationActions,'Deny') OR requestObject.kind='' AND (requestObject.spec.validations!='' OR requestObject.spec.matchConstraints!='') OR requestObject.spec.matchConditions NOT IN ('','[]') OR requestObject.spec.matchResources NOT IN ('','{{}}')))",
    "anonymous-deploy": "isAnonymous AND NOT received AND (creates OR modifies OR deletes OR s IN ('exec','attach','portforward','proxy')) AND r NOT IN ('selfsubjectaccessreviews','selfsubjectrulesreviews','selfsubjectreviews','tokenreviews','subjectaccessreviews')",
    "anonymous-read": "isAnonymous AND (reads AND s NOT IN ('exec','attach','portforward','proxy') OR s='log') AND r!='' AND done AND ns!='kube-public'",
    "body-missing": f"(level='Metadata' OR annotations['audit.k8s.io/truncated']='true') AND (creates OR modifies) AND {POD_KINDS} AND s IN ('','ephemeralcontainers') AND done AND NOT isController AND NOT isNode",
    "client-certificate-approved": "r='certificatesigningrequests' AND s='approval' AND verb IN ('update','patch') AND done AND NOT dry AND NOT isSystem AND (requestObject.spec.signerName='kubernetes.io/kube-apiserver-client' OR responseObject.spec.signerName='kubernetes.io/kube-apiserver-client')",
    "cluster-admin-granted": "(creates OR modifies) AND done AND grantsAll",
    "component-impostor": f"settles AND whole AND ({' OR '.join(COMPONENT.format(L=one) for one in MAINS)})",
    "container-added": "deploys AND modifies AND NOT isController AND hasLasting AND s!='ephemeralcontainers'",
    "control-plane-pod": f"settles AND NOT mirror AND hasMain AND (hasAny(mapKeys(requestObject.spec.nodeSelector), {KEYS}) OR hasAny(mapKeys(requestObject.spec.template.spec.nodeSelector), {KEYS}) OR multiSearchAny(nodeName, ['control-plane','controlplane','master']) OR hasAny(requestObject.spec.tolerations.key, {KEYS}) OR hasAny(requestObject.spec.template.spec.tolerations.key, {KEYS}) OR hasAny(arrayFlatten(requestObject.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.matchExpressions.key), {KEYS}) OR hasAny(arrayFlatten(requestObject.spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms.matchExpressions.key), {KEYS}))",
    "dangerous-capability": "settles AND " + some(f"arrayExists((a, p) -> notEmpty(a) AND NOT p AND hasAny(arrayMap(x -> replaceOne(upper(x),'CAP_',''), a), {CAPABILITIES}), {{L}}.securityContext.capabilities.add, {{L}}.securityContext.privileged)"),
    "dangerous-rights-granted": "(creates OR modifies) AND done AND r IN ('roles','clusterroles','rolebindings','clusterrolebindings') AND NOT grantsAll AND (hasAny(allowedVerbs,['escalate','bind','impersonate']) OR hasAny(allowedOn,['pods/exec','pods/attach','pods/ephemeralcontainers','nodes/proxy','serviceaccounts/token','certificatesigningrequests/approval']) OR arrayExists(x -> has(x.resources,'*') AND hasAny(x.verbs,['create','update','patch']) AND (empty(x.apiGroups) OR hasAny(x.apiGroups,['','*','apps','batch','rbac.authorization.k8s.io','admissionregistration.k8s.io'])), requestObject.rules) OR hasAny(requestObject.subjects.name,['system:anonymous','system:unauthenticated']))",
    "direct-node-access": "r='nodes' AND s='proxy' AND NOT received",
    "download-and-run": f"settles AND ({downloads('commands')} OR {downloads('values')})",
    "encoded-command": f"settles AND ({decodes('commands')} OR {some(LONG_WORD)})",
    "encoded-environment": f"settles AND {some(LONG_VALUE)}",
    "ephemeral-container": "deploys AND modifies AND s='ephemeralcontainers' AND hasEphemeral",
    "exec-into-others-workload": "s IN ('exec','attach') AND NOT denied AND NOT received AND inSystemNamespace AND NOT isSystem",
    "exec-unknown-deployer": "s='exec' AND NOT denied AND NOT received AND NOT inSystemNamespace",
    "fetched-code-run": "settles AND multiSearchAny(commands, ['git clone','hg clone','svn checkout','svn co ','pip install http','pip install git+','pip3 install http','pip3 install git+','npm install http','npm i http','npx http','go install http','rpm -i http']) AND multiSearchAny(commands, ['&&',';','install http','install git+','npm i http','npx http','rpm -i http'])",
    "host-device-access": "settles AND " + some("arrayExists(d -> notEmpty(d), {L}.volumeDevices.devicePath)"),
    "host-ipc-namespace": "settles AND hostIPC AND hasLasting",
    "host-network-namespace": "settles AND hostNetwork AND hasLasting",
    "host-path-volume": f"creates AND done AND r='persistentvolumes' AND (requestObject.spec.hostPath.path!='' AND ({of(SENSITIVE, 'requestObject.spec.hostPath.path')} OR {of(SOCKET, 'requestObject.spec.hostPath.path')}) OR requestObject.spec.local.path!='' AND ({of(SENSITIVE, 'requestObject.spec.local.path')} OR {of(SOCKET, 'requestObject.spec.local.path')}))",
    "host-persistence": f"settles AND {persists('commands')}",
    "host-pid-namespace": "settles AND hostPID AND hasLasting",
    "host-root-mount-read-only": f"settles AND arrayExists(m -> {of(ROOT, 'm.1')} AND m.2, mounts) AND NOT arrayExists(m -> {of(ROOT, 'm.1')} AND NOT m.2, mounts)",
    "host-root-mount-writable": f"settles AND arrayExists(m -> {of(ROOT, 'm.1')} AND NOT m.2, mounts)",
    "host-takeover-command": f"settles AND ({has('commands', ENTERS)} OR arrayExists(m -> {of(ROOT, 'm.1')} AND length(m.3)>1 AND position(commands, concat('chroot ', m.3))>0, mounts))",
    "image-changed": "deploys AND modifies AND NOT isController AND u!='' AND hasContainers",
    "impersonated-deployment": "(impersonatedUser.username!='' OR notEmpty(impersonatedUser.groups)) AND NOT received AND (deploys OR s IN ('exec','attach') OR (creates OR modifies) AND g='rbac.authorization.k8s.io')",
    "in-memory-execution": "settles AND (multiSearchAny(commands, ['memfd_create','syscall(319','syscall 319']) AND multiSearchAny(commands, ['exec','/proc/self/fd','/proc/$$/fd']) OR multiSearchAny(commands, ['of=/proc/self/mem']) OR position(commands,'/proc/self/mem')>0 AND position(commands,'seek=')>0)",
    "malicious-exec": f"s='exec' AND NOT denied AND NOT received AND ({downloads('command')} OR {shells('command')} OR {has('command', MINES)} OR {persists('command')} OR {has('command', ENTERS)} OR {decodes('command')})",
    "many-short-lived-look-alikes": "deploys AND creates AND NOT isController AND hasMain",
    "miner-command": f"settles AND ({has('commands', MINES)} OR {has('values', MINES)})",
    "mutable-image-tag": "settles AND (creates OR s='ephemeralcontainers') AND " + some(f"arrayExists(i -> i!='' AND position(i,'@')=0 AND (position({LAST},':')=0 OR substring({LAST}, position({LAST},':')+1) IN {TAGS}), {{L}}.image)"),
    "namespace-exempted": "r='namespaces' AND modifies AND done AND (labels['pod-security.kubernetes.io/enforce']='privileged' OR mapContains(labels,'admission.gatekeeper.sh/ignore'))",
    "node-picked-by-name": "deploys AND creates AND nodeName!='' AND NOT mirror AND NOT isController AND NOT isNode AND NOT isSystem AND hasMain",
    "pod-bound-by-hand": "(r='pods' AND s='binding' OR r='bindings') AND verb='create' AND done AND NOT dry AND NOT isSystem AND NOT isNode AND NOT startsWith(user.username,'system:serviceaccount:') AND user.username!=''",
    "policy-engine-weakened": "g IN ('kyverno.io','policies.kyverno.io','constraints.gatekeeper.sh','templates.gatekeeper.sh','config.gatekeeper.sh','policies.kubewarden.io') AND s='' AND done AND NOT dry AND (g!='kyverno.io' OR r IN ('clusterpolicies','policies','policyexceptions')) AND (deletes AND r!='policyexceptions' OR (creates OR modifies) AND r='policyexceptions' OR (creates OR modifies) AND r='configs' AND requestObject.spec.match!='' OR modifies AND (requestObject.spec.validationFailureAction IN ('Audit','audit') OR requestObject.spec.enforcementAction NOT IN ('','deny') OR requestObject.spec.mode='monitor' OR requestObject.spec.failurePolicy='Ignore' OR notEmpty(requestObject.spec.validationActions) AND NOT has(requestObject.spec.validationActions,'Deny') OR requestObject.kind='' AND (requestObject.spec.match!='' OR requestObject.spec.exclude!='') OR hasAny(requestObject.spec.rules.validate.failureAction,['Audit','audit'])))",
    "privileged-container": "settles AND " + some("has({L}.securityContext.privileged, true)"),
    "privileged-service-account-token": f"settles AND hasMain AND has({LISTED_ACCOUNTS}, concat(ns,'/',requestObject.spec.serviceAccountName,requestObject.spec.template.spec.serviceAccountName)) AND ifNull(requestObject.spec.automountServiceAccountToken, true) AND ifNull(requestObject.spec.template.spec.automountServiceAccountToken, true)",
    "refused-deployment": f"denied AND NOT isAnonymous AND NOT isController AND NOT isNode AND (creates OR modifies OR s IN ('exec','attach')) AND {POD_KINDS}",
    "reverse-shell": f"settles AND ({shells('commands')} OR {shells('values')})",
    "runtime-socket-mount": f"settles AND arrayExists(m -> {of(SOCKET, 'm.1')}, mounts)",
    "sensitive-host-mount-read-only": f"settles AND arrayExists(m -> m.2 AND NOT {of(ROOT, 'm.1')} AND {of(SENSITIVE, 'm.1')} AND NOT {of(SOCKET, 'm.1')}, mounts)",
    "sensitive-host-mount-writable": f"settles AND arrayExists(m -> NOT m.2 AND NOT {of(ROOT, 'm.1')} AND {of(SENSITIVE, 'm.1')} AND NOT {of(SOCKET, 'm.1')}, mounts)",
    "secrets-shown-outside": "r IN ('validatingwebhookconfigurations','mutatingwebhookconfigurations') AND (creates OR modifies) AND NOT dry AND done AND NOT isSystem AND arrayExists(w -> w.clientConfig.url!='' AND NOT (startsWith(w.clientConfig.url,'https://localhost') OR startsWith(w.clientConfig.url,'https://127.') OR startsWith(w.clientConfig.url,'https://[::1]')) AND hasAny(arrayFlatten(w.rules.resources), ['secrets','secrets/*']), requestObject.webhooks)",
    "service-exposes-workload": "r='services' AND (creates OR modifies) AND s='' AND done AND (requestObject.spec.type IN ('NodePort','LoadBalancer') OR notEmpty(requestObject.spec.externalIPs))",
    "short-lived-workload": "settles AND hasMain AND (r='jobs' AND (ifNull(requestObject.spec.ttlSecondsAfterFinished,61)<=60 OR ifNull(requestObject.spec.activeDeadlineSeconds,61)<=60) OR r='cronjobs' AND ifNull(requestObject.spec.successfulJobsHistoryLimit,1)=0)",
    "static-pod": "deploys AND creates AND mirror AND hasLasting",
    "system-namespace-workload": "deploys AND creates AND inSystemNamespace AND hasMain AND (NOT isSystem OR ns IN ('kube-public','kube-node-lease'))",
    "token-issued": f"r='serviceaccounts' AND s='token' AND verb='create' AND done AND NOT dry AND NOT isSystem AND (inSystemNamespace OR has({LISTED_ACCOUNTS}, concat(ns,'/',name)))",
    "token-read-by-exec": "s='exec' AND NOT denied AND NOT received AND multiSearchAny(command, ['/run/secrets/kubernetes.io','/run/secrets/eks.amazonaws.com','/run/secrets/azure','/etc/kubernetes/admin.conf','/etc/kubernetes/pki','/var/lib/kubelet/pki','/var/lib/kubelet/kubeconfig','.kube/config','/.ssh/id_','/etc/shadow','/etc/gshadow','.aws/credentials','/.docker/config.json','169.254.169.254','metadata.google.internal','/environ'])",
    "traces-deleted": "deletes AND r IN ('events','auditsinks','policyreports','clusterpolicyreports') AND NOT isSystem AND done",
    "unconfined-profile": f"settles AND ({some(LOOSE)} OR {' OR '.join(of(UNCONFINED, f'requestObject.spec.{place}securityContext.{profile}Profile.type') for place in ('', 'template.spec.') for profile in ('seccomp', 'appArmor'))})",
    "unexpected-host-port": "settles AND " + some(f"arrayExists(c -> arrayExists(p -> p.hostPort>0 AND {PORTS} AND NOT startsWith(p.hostIP,'127.') AND p.hostIP!='::1', c), {{L}}.ports) AND NOT (hostNetwork AND arrayAll(c -> arrayAll(p -> p.hostPort IN (0,p.containerPort), c), {{L}}.ports))"),
    "unknown-registry": "settles AND (creates OR s='ephemeralcontainers') AND " + some(f"arrayExists(i -> i!='' AND {REGISTRY} NOT IN {REGISTRIES} AND NOT multiSearchAny({REGISTRY}, {FAMILIES}), {{L}}.image)"),
    "unmasked-proc": "settles AND " + some("arrayExists((m, p) -> m='Unmasked' AND NOT p, {L}.securityContext.procMount, {L}.securityContext.privileged)"),
    "unmounted-host-volume": f"settles AND arrayExists(p -> {of(SENSITIVE, 'p')} OR {of(SOCKET, 'p')}, idle)",
    "windows-host-process": "settles AND (" + some("has({L}.securityContext.windowsOptions.hostProcess, true)") + " OR requestObject.spec.securityContext.windowsOptions.hostProcess OR requestObject.spec.template.spec.securityContext.windowsOptions.hostProcess)",
    "workloads-rewritten-outside": "r='mutatingwebhookconfigurations' AND (creates OR modifies) AND NOT dry AND done AND NOT isSystem AND arrayExists(w -> w.clientConfig.url!='' AND NOT (startsWith(w.clientConfig.url,'https://localhost') OR startsWith(w.clientConfig.url,'https://127.') OR startsWith(w.clientConfig.url,'https://[::1]')) AND hasAny(arrayFlatten(w.rules.resources), ['*','*/*','pods','pods/*','deployments','daemonsets','statefulsets','replicasets','jobs','cronjobs']), requestObject.webhooks)",
}

LEFT_OUT = {
    "ambiguous-request": "it waits for Docker",
    "attack-script-stored": "its SQL is not written yet",
    "cloud-admin-granted": "its SQL is not written yet",
    "container-past-kubelet": "it waits for containerd",
    "credentials-sent": "its SQL is not written yet",
    "deployment-by-command": "its SQL is not written yet",
    "deployment-from-address": "its SQL is not written yet",
    "device-admin-access": "its SQL is not written yet",
    "download-run-apart": "its SQL is not written yet",
    "engine-plugin-installed": "it waits for Docker",
    "engine-through-proxy": "its SQL is not written yet",
    "exec-in-runtime-folder": "it waits for Docker",
    "exec-into-host-container": "it is never asked of an audit event: there the command has run",
    "file-put-on-host": "it waits for Docker",
    "foreign-package-index": "its SQL is not written yet",
    "host-kernel-setting": "its SQL is not written yet",
    "image-from-address": "it waits for Docker",
    "joined-process-namespace": "it waits for Docker",
    "kubelet-opened": "its SQL is not written yet",
    "mounts-taken-over": "it waits for Docker",
    "plugin-volume-path": "its SQL is not written yet",
    "reverse-tunnel": "its SQL is not written yet",
    "unknown-actor": "its list is shipped empty: it is never true",
    "unknown-engine-namespace": "it waits for containerd",
    "unknown-image-volume": "its list is shipped empty: it is never true",
    "unknown-image": "its list is shipped empty: it is never true",
    "virtual-machine-host-disk": "its SQL is not written yet",
    "working-folder-of-runtime": "its SQL is not written yet",
}

# What a rule remembers or counts, which the SQL leaves out.
STATELESS_PART = {
    "admission-weakened": "who made what is deleted",
    "cluster-admin-granted": "the roles that earlier events made",
    "container-added": "the containers that were there before",
    "dangerous-rights-granted": "the roles that earlier events made",
    "ephemeral-container": "the containers that were there before",
    "exec-into-others-workload": "who deployed the workload",
    "exec-unknown-deployer": "whether somebody was seen to deploy the workload",
    "image-changed": "the images that were there before",
    "many-short-lived-look-alikes": "how many alike there were",
    "mutable-image-tag": "whether a change changes the image",
    "policy-engine-weakened": "who made what is deleted",
    "privileged-service-account-token": "which accounts were given all rights",
    "traces-deleted": "folded to one finding an hour, user and namespace",
    "unknown-registry": "whether a change changes the image; findings of one registry and namespace are one",
}
