internal import CEL
package import JSONView
internal import SecurityEvents

/// `image`: what is known of a container's image reference.
package final class ImageRecord: TabledRecord {
    /// The reference as written; the record keeps its own copy.
    let reference: String
    let registry: String
    let repository: String
    let tag: String
    let digest: String
    let isValid: Bool
    let isKnown: Bool
    let isRegistryKnown: Bool
    let isTagMutable: Bool
    var kept = KeptValues(count: 0)

    init(_ reference: JSONText, lists: RuleLists) {
        self.reference = String(reference.prefix(4096))
        let parsed = try? ImageReference(reference)
        registry = parsed.map { String($0.registry) } ?? ""
        repository = parsed?.repository ?? ""
        tag = parsed?.tag.map { String($0) } ?? ""
        digest = parsed?.digest.map { String($0) } ?? ""
        isValid = parsed != nil
        isKnown = lists.contains(reference, in: "known_images")
        isRegistryKnown = parsed.map { lists.contains($0.registry, in: "known_registries") } ?? false
        isTagMutable =
            parsed.map { parsed in
                guard parsed.digest == nil else { return false }
                return parsed.tag.map { $0 == "latest" || lists.contains($0, in: "mutable_tags") } ?? true
            } ?? false
    }

    package var origin: JSONValue? { nil }

    static let table = SchemaTable<ImageRecord>(
        "Image", "What is known of the container's image. A rule that names it is asked once for each container.",
        [
            .copied("reference", "The reference as written.") { $0.reference },
            .copied("registry", "The registry, docker.io where none is written.") { $0.registry },
            .copied("repository", "The repository, with library/ where Docker fills it in.") { $0.repository },
            .copied("name", "Registry and repository.") {
                $0.repository.isEmpty ? "" : $0.registry + "/" + $0.repository
            },
            .copied("tag", "The tag as written.") { $0.tag },
            .copied("digest", "The digest as written.") { $0.digest },
            .judged("pinned", "Whether a digest says which image it is.") { !$0.digest.isEmpty },
            .judged("mutableTag", "Whether it has no digest, and no tag or one that moves.") { $0.isTagMutable },
            .judged("valid", "Whether the reference is written as OCI prescribes.") { $0.isValid },
            .judged("known", "Whether the list known_images has it.") { $0.isKnown },
            .judged("registryKnown", "Whether the list known_registries has its registry.") { $0.isRegistryKnown },
        ])
}

extension SchemaField where Record == ImageRecord {
    fileprivate static func copied(
        _ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> String
    ) -> Self {
        Self(name, .string, documentation, isKnown: { !read($0).isEmpty }) { .string(read($0)) }
    }
}

/// What is known of the images seen lately: the same few come again and again.
struct ImageCache {
    private let lists: RuleLists
    private var records: [Fingerprint: ImageRecord] = [:]
    private static let limit = 4096

    init(lists: RuleLists) { self.lists = lists }

    mutating func record(for reference: JSONText) -> ImageRecord {
        let key = Fingerprint(reference)
        if let known = records[key] { return known }
        let made = ImageRecord(reference, lists: lists)
        if records.count >= Self.limit { records.removeAll(keepingCapacity: true) }
        records[key] = made
        return made
    }
}
