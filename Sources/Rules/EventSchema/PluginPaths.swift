internal import JSONView
internal import SecurityEvents

/// Folders that stand among what a Pod tells a volume's plug-in.
///
/// What a plug-in makes of a folder is its own affair; one that is told of no server, share or bucket may well take it from the
/// machine that it runs on, as the host-path drivers do.
enum PluginPaths {
    private static let countLimit = 64
    /// What stands in the keys of volumes that lie elsewhere.
    private static let remoteKeys = [
        "server", "share", "endpoint", "monitor", "cluster", "filesystem", "host", "url", "bucket", "remote", "address",
        "networkpath", "dataset", "repo", "issuer", "class",
    ]

    /// Whether a volume is one of a plug-in that is told something; most are not.
    static func mayStand(in volumes: JSONValue) -> Bool {
        for volume in volumes.elements
        where volume["csi"] != nil || volume["flexVolume"] != nil || volume["nfs"] != nil { return true }
        return false
    }

    static func all(of workload: Workload?) -> [(text: JSONText, value: JSONValue)] {
        guard let workload, workload.platform == .kubernetes, let volumes = workload.volumes else { return [] }
        var found: [(text: JSONText, value: JSONValue)] = []
        for volume in volumes.elements {
            if let path = volume["nfs"]?["path"], let text = path.text, isOfSystem(text), found.count < countLimit {
                found.append((text, path))
            }
            guard let told = volume["csi"]?["volumeAttributes"] ?? volume["flexVolume"]?["options"],
                !told.members.contains(where: { isRemote($0.key, $0.value) })
            else { continue }
            for member in told.members where found.count < countLimit {
                if let text = member.value.text, text.hasPrefix("/") { found.append((text, member.value)) }
            }
        }
        return found
    }

    private static let systemFolders: [StaticString] = [
        "/etc", "/root", "/boot", "/bin", "/sbin", "/usr", "/proc", "/sys", "/dev", "/lib", "/lib64",
        "/var/lib/kubelet", "/var/lib/docker", "/var/lib/containerd", "/var/lib/etcd", "/var/lib/rancher",
        "/var/spool/cron",
    ]

    /// Whether a server exports what a machine runs by; `/`, `/home` and `/srv` are what file servers have.
    private static func isOfSystem(_ path: JSONText) -> Bool {
        systemFolders.contains { folder in
            guard path.hasPrefix(folder) else { return false }
            let rest = path.dropFirst(folder.utf8CodeUnitCount)
            return rest.isEmpty || rest.start[0] == UInt8(ascii: "/")
        }
    }

    private static func isRemote(_ key: JSONText, _ value: JSONValue) -> Bool {
        if let text = value.text, text.contains(":/") { return true }
        let name = String(key.prefix(128)).lowercased()
        return remoteKeys.contains { name.contains($0) } && !name.contains("hostpath")
    }
}
