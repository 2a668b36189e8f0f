internal import CEL
package import JSONView
internal import SecurityEvents

/// `image`: what is known of a container's image reference; read when it is asked for.
package final class ImageRecord: TabledRecord {
    /// Owns this record; counting it would cost more than reading a field.
    unowned(unsafe) let context: EventContext
    var kept: KeptValues { .none }
    /// The reference as written.
    private var reference = JSONText.none
    private var parsed: ImageReference??

    init(_ context: EventContext) { self.context = context }

    /// Turns to a reference, which the event at hand keeps alive.
    func show(_ reference: JSONText) {
        self.reference = reference.prefix(4096)
        parsed = nil
    }

    /// The parts of the reference; nil where it is not written as OCI prescribes.
    private var parts: ImageReference? {
        if let parsed { return parsed }
        let made = try? ImageReference(reference)
        parsed = .some(made)
        return made
    }

    fileprivate var registry: JSONText { parts?.registry ?? .none }
    fileprivate var tag: JSONText { parts?.tag ?? .none }
    fileprivate var digest: JSONText { parts?.digest ?? .none }
    fileprivate var isKnown: Bool { context.lists.contains(reference, in: "known_images") }

    /// Registry and repository.
    fileprivate var name: JSONText {
        guard let parts, !parts.isIdentifier else { return .none }
        return parts.withName { context.arena.keep($0) }
    }

    fileprivate var repository: JSONText {
        guard let parts, !parts.isIdentifier else { return .none }
        return name.dropFirst(parts.registry.count + 1)
    }

    var isRegistryKnown: Bool { parts.map { context.lists.contains($0.registry, in: "known_registries") } ?? false }

    /// Whether the registry is an address of the internet that has no name: `198.51.100.9:5000/x`.
    var isRegistryNumber: Bool { parts.map { Addresses.isPublicNumber($0.registry) } ?? false }

    var isTagMutable: Bool {
        guard let parts, parts.digest == nil else { return false }
        return parts.tag.map { $0 == "latest" || context.lists.contains($0, in: "mutable_tags") } ?? true
    }

    package var origin: JSONValue? { nil }

    static let table = SchemaTable<ImageRecord>(
        "Image", "What is known of the container's image. A rule that names it is asked once for each container.",
        [
            .part("reference", "The reference as written.") { $0.reference },
            .part("registry", "The registry, docker.io where none is written.") { $0.registry },
            .part("repository", "The repository, with library/ where Docker fills it in.") { $0.repository },
            .part("name", "Registry and repository.") { $0.name },
            .part("tag", "The tag as written.") { $0.tag },
            .part("digest", "The digest as written.") { $0.digest },
            .judged("pinned", "Whether a digest says which image it is.") { !$0.digest.isEmpty },
            .judged("mutableTag", "Whether it has no digest, and no tag or one that moves.") { $0.isTagMutable },
            .judged("valid", "Whether the reference is written as OCI prescribes.") { $0.parts != nil },
            .judged("known", "Whether the list known_images has it.") { $0.isKnown },
            .judged("registryKnown", "Whether the list known_registries has its registry.") { $0.isRegistryKnown },
            .judged("registryIsNumber", "Whether its registry is an address of the internet that has no name.") {
                $0.isRegistryNumber
            },
        ])
}

extension SchemaField where Record == ImageRecord {
    fileprivate static func part(
        _ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> JSONText
    ) -> Self {
        Self(name, .string, documentation, isKnown: { !read($0).isEmpty }) { .text(read($0)) }
    }
}
