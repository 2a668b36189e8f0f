internal import JSONView

extension PodSecurityCheck {
    /// Volumes are of the kinds that Kubernetes itself provides, or claims of persistent ones.
    ///
    /// `spec.volumes[*]`: `configMap`, `csi`, `downwardAPI`, `emptyDir`, `ephemeral`, `image`, `persistentVolumeClaim`, `projected`,
    /// `secret`; a volume without a kind is an `emptyDir`.
    static let restrictedVolumes = PodSecurityCheck(
        "restrictedVolumes", .restricted, overriding: "hostPathVolumes"
    ) { pod in
        let allowed = [
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected",
            "secret",
        ]
        var names: [String] = []
        var types: [String] = []
        var fields: [JSONPath] = []
        for (position, volume) in numbered(pod.spec["volumes"]) {
            let kinds = volume.members.filter { $0.key != "name" && !$0.value.isNull }.map { String($0.key) }
            guard !kinds.isEmpty, !kinds.contains(where: allowed.contains) else { continue }
            let type = restrictedVolumeTypes.first(where: kinds.contains)
            names.append(volume["name"]?.string ?? "")
            types.append(type ?? "unknown")
            let place = JSONPath([.key("spec"), .key("volumes"), .position(position)])
            fields.append(place + [type ?? kinds[0]])
        }
        guard !names.isEmpty else { return nil }
        let restricted = PodSecurityWords.set(types)
        return PodSecurityOffence(
            reason: "restricted volume types",
            detail: "\(PodSecurityWords.plural("volume", "volumes", names.count)) \(PodSecurityWords.quoted(names)) "
                + "\(PodSecurityWords.plural("uses", "use", names.count)) "
                + PodSecurityWords.plural("restricted volume type", "restricted volume types", restricted.count)
                + " \(PodSecurityWords.quoted(restricted))",
            fields: fields)
    }

    private static let restrictedVolumeTypes = [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd",
        "flexVolume", "cinder", "cephfs", "flocker", "fc", "azureFile", "vsphereVolume", "quobyte", "azureDisk",
        "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos",
    ]
}
