// Names of images: where they come from and what they claim to be.
#pragma once
#include "text.hpp"

inline bool isMutableTag(Text image) {
  static const Words tags{"latest", "main", "master", "trunk", "head", "tip", "dev", "devel", "develop", "development", "staging", "stage", "test", "testing", "qa", "prod", "production", "release", "edge", "nightly", "daily", "weekly", "stable", "mainline", "current", "lts", "snapshot", "canary", "unstable", "rolling", "beta", "alpha", "preview", "rc", "experimental", "next"};
  if (image.empty() || has(image, "@")) return false;
  Text last = image.substr(image.rfind('/') + 1);
  size_t colon = last.find(':');
  return colon == Text::npos || tags(last.substr(colon + 1));
}

inline bool isOfUnknownRegistry(Text image) {
  static const Words known{"docker.io", "registry-1.docker.io", "index.docker.io", "ghcr.io", "quay.io", "registry.k8s.io", "k8s.gcr.io", "gcr.io", "mcr.microsoft.com", "public.ecr.aws", "registry.access.redhat.com", "registry.redhat.io", "registry.connect.redhat.com", "registry.suse.com", "registry.opensuse.org", "registry.gitlab.com", "registry.fedoraproject.org", "registry.opensource.zalan.do", "docker.elastic.co", "docker.redpanda.com", "nvcr.io", "icr.io", "lscr.io", "cgr.dev", "dhi.io", "cr.l5d.io", "cr.fluentbit.io", "cr.yandex", "oci.external-secrets.io", "container-registry.oracle.com", "registry.hub.docker.com", "xpkg.upbound.io", "reg.kyverno.io", "projects.registry.vmware.com", "registry.aliyuncs.com", "ccr.ccs.tencentyun.com"};
  if (image.empty()) return false;
  size_t slash = image.find('/');
  Text host = slash == Text::npos ? Text() : image.substr(0, slash);
  Text registry = host.find_first_of(".:") != Text::npos || host == "localhost" ? host : Text("docker.io");
  return !known(registry) && !hasAny(registry, {".gcr.io", ".pkg.dev", ".dkr.ecr.", ".azurecr.io", ".icr.io", ".ocir.io", ".aliyuncs.com", ".myhuaweicloud.com"});
}

inline bool isComponentName(Text name) {
  static const Words names{"node-exporter", "node_exporter", "prometheus-node-exporter", "kube-state-metrics", "cadvisor", "kube-proxy", "kube-apiserver", "kube-scheduler", "kube-controller-manager", "etcd", "coredns", "kube-dns", "metrics-server", "istio-proxy", "istiod", "linkerd-proxy", "calico-node", "cilium-agent", "kube-flannel", "kube-rbac-proxy", "fluent-bit", "fluentd", "cert-manager"};
  return names(name);
}

inline bool isComponentImage(Text image) {
  return hasAny(image, {"/prometheus/node-exporter", "/prom/node-exporter", "/kube-state-metrics", "/cadvisor", "/kube-proxy", "/kube-apiserver", "/kube-scheduler", "/kube-controller-manager", "/etcd", "/coredns", "/k8s-dns-", "/metrics-server", "/proxyv2", "library/auto", "/pilot", "/linkerd/proxy", "/calico/node", "/cilium/cilium", "/flannel", "/kube-rbac-proxy", "fluent-bit", "/fluentd", "/cert-manager-"});
}
