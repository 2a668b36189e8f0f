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
        for volume in volumes.elements where volume["csi"] != nil || volume["flexVolume"] != nil { return true }
        return false
    }

    static func all(of workload: Workload?) -> [(text: JSONText, value: JSONValue)] {
        guard let workload, workload.platform == .kubernetes, let volumes = workload.volumes else { return [] }
        var found: [(text: JSONText, value: JSONValue)] = []
        for volume in volumes.elements {
            guard let told = volume["csi"]?["volumeAttributes"] ?? volume["flexVolume"]?["options"],
                !told.members.contains(where: { isRemote($0.key, $0.value) })
            else { continue }
            for member in told.members where found.count < countLimit {
                if let text = member.value.text, text.hasPrefix("/") { found.append((text, member.value)) }
            }
        }
        return found
    }

    private static func isRemote(_ key: JSONText, _ value: JSONValue) -> Bool {
        if let text = value.text, text.contains(":/") { return true }
        let name = String(key.prefix(128)).lowercased()
        return remoteKeys.contains { name.contains($0) } && !name.contains("hostpath")
    }
}
