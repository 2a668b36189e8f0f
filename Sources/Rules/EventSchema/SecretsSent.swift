internal import JSONView
internal import SecurityEvents

/// Finds commands that send what a container was given as a secret away.
///
/// Where a Secret or a token for another service is mounted is the Pod's affair; no list of places knows it.
enum SecretsSent {
    /// The commands of a container that do so.
    static func commands(of record: ContainerRecord) -> [JSONText] {
        let folders = record.mountRecords.compactMap { made -> String? in
            guard made.mount.kind == .secret || made.mount.kind == .projected, let target = made.mount.target,
                target.count > 1
            else { return nil }
            return String(target)
        }
        guard !folders.isEmpty else { return [] }
        return record.commandTexts.filter { text in
            CredentialSend.sendsFile(text) { word in
                folders.contains { word == $0 || word.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") }
            }
        }
    }
}
