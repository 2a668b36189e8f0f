// Paths of a host: what a mount of them gives.
#pragma once
#include "text.hpp"

// Nothing but slashes and dots.
inline bool isRoot(Text path) {
  return path.find_first_not_of("./") == Text::npos || path == "/proc/1/root" || path == "/proc/self/root";
}

inline bool isSocket(Text path) {
  static const Words folders{"/run", "/var/run", "/run/docker", "/run/containerd", "/run/crio", "/run/podman", "/run/k3s/containerd", "/var/run/docker", "/var/run/containerd", "/var/run/crio", "/var/run/podman"};
  return folders(path) || ((ends(path, ".sock") || ends(path, ".socket")) && hasAny(path, {"docker", "containerd", "crio", "cri-o", "podman", "buildkit", "dockershim", "moby", "frakti", "kubelet", "nri"}));
}

// Folders end in a slash, what stands for several names does not; `/` is everything's parent.
inline bool isSensitive(Text path) {
  static const Text places[] = {
      "/etc/cron", "/etc/anacrontab/", "/var/spool/cron/", "/var/spool/at/", "/etc/systemd/", "/usr/lib/systemd/", "/lib/systemd/", "/etc/init.d/", "/etc/rc.local/", "/etc/rc", "/etc/inittab/",
      "/etc/xdg/autostart/", "/etc/udev/", "/etc/modules/", "/etc/modules-load.d/", "/etc/modprobe.d/", "/etc/logrotate.d/", "/etc/update-motd.d/", "/etc/NetworkManager/", "/etc/profile/",
      "/etc/profile.d/", "/etc/bash.bashrc/", "/etc/environment/", "/etc/ld.so.preload/", "/etc/ld.so.conf/", "/etc/ld.so.conf.d/", "/etc/ld.so.cache/", "/srv/salt/", "/srv/pillar/",
      "/etc/passwd/", "/etc/shadow/", "/etc/group/", "/etc/gshadow/", "/etc/sudoers/", "/etc/sudoers.d/", "/etc/pam.d/", "/etc/security/", "/etc/ssh/", "/etc/krb5", "/etc/ssl/private/",
      "/root/.ssh/", "/root/.bashrc/", "/root/.profile/", "/root/.bash_profile/", "/root/.kube/", "/root/.docker/", "/root/.aws/", "/root/.azure/", "/root/.config/", "/root/.gnupg/",
      "/etc/kubernetes/", "/etc/kubelet", "/etc/rancher/", "/etc/docker/", "/etc/containerd/", "/etc/containers/", "/etc/crio/", "/etc/cni/", "/opt/cni/", "/var/lib/kubelet/", "/var/lib/etcd/",
      "/var/lib/rancher/", "/var/lib/k0s/", "/var/lib/minikube/", "/var/lib/docker/", "/var/lib/containerd/", "/var/lib/containers/", "/var/lib/crio/", "/var/lib/cloud/", "/run/systemd/",
      "/run/dbus/", "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/", "/snap/bin/", "/var/lib/snapd/", "/usr/lib/modules/", "/usr/libexec/kubernetes/", "/lib/",
      "/lib64/", "/usr/lib64/", "/boot/", "/efi/", "/proc/", "/sys/kernel/", "/sys/module/", "/sys/firmware/", "/sys/fs/bpf/", "/sys/fs/cgroup/", "/dev/mem/", "/dev/kmem/", "/dev/port/", "/dev/kmsg/",
      "/dev/sd", "/dev/hd", "/dev/vd", "/dev/xvd", "/dev/nvme", "/dev/dm-", "/dev/md", "/dev/loop", "/dev/mapper/", "/dev/disk/"};
  if (isRoot(path) || path == "/home") return true;
  const Text home = "/home/";
  if (starts(path, home) && (!has(path.substr(home.size()), "/") || hasAny(path, {"/.ssh", "/.bashrc", "/.profile", "/.bash_profile", "/.kube", "/.docker", "/.aws", "/.azure", "/.gnupg"}))) return true;
  std::string folder(path);
  folder += '/';
  return std::any_of(std::begin(places), std::end(places), [&](Text place) { return starts(folder, place) || starts(place, folder); });
}
