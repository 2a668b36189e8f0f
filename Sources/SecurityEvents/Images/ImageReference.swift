public import JSONView

/// A reference to an image, read in place by the grammar of the OCI distribution project.
///
/// Docker's short forms are understood as the engine understands them: `alpine` is `docker.io/library/alpine`. Valid as
/// long as the text that it was read from.
public struct ImageReference: BitwiseCopyable {
    /// The reference as it was written.
    public let text: JSONText
    /// The tag; nil where none is written, which the engine takes for `latest`.
    public let tag: JSONText?
    /// The digest, `sha256:…`.
    public let digest: JSONText?
    /// Whether this is an image's identifier and no name: 64 hexadecimal digits, or a digest alone.
    public let isIdentifier: Bool
    /// Docker Hub's `library/`, where it was left away.
    let isOfficialShort: Bool
    /// The registry as it was written; nil where it was left away.
    let writtenRegistry: JSONText?
    /// The repository as it was written.
    let path: JSONText

    /// Reads a reference.
    ///
    /// - Parameter text: `registry:5000/team/app:1.2@sha256:…` or a part of it.
    /// - Throws: why the engine would refuse it.
    public init(_ text: JSONText) throws(ImageReferenceError) {
        guard !text.isEmpty else { throw .empty }
        guard text.count <= 1024 else { throw .tooLong }
        self.text = text
        if let identifier = try ImageGrammar.identifier(text) {
            (tag, digest, isIdentifier) = (nil, identifier, true)
            (isOfficialShort, writtenRegistry, path) = (false, nil, JSONText(""))
            return
        }
        isIdentifier = false
        let at = text.firstIndex(of: UInt8(ascii: "@"))
        digest = try at.map { at throws(ImageReferenceError) in try ImageGrammar.digest(text.dropFirst(at + 1)) }
        let named = at.map { text.prefix($0) } ?? text
        let split = ImageGrammar.split(named)
        tag = try split.tag.map { tag throws(ImageReferenceError) in try ImageGrammar.tag(tag) }
        let parts = ImageGrammar.registry(of: split.name)
        try ImageGrammar.check(parts.registry, parts.path)
        writtenRegistry = parts.registry
        path = parts.path
        let isHub = parts.registry.map { $0 == "docker.io" || $0 == "index.docker.io" } ?? true
        isOfficialShort = isHub && parts.path.firstIndex(of: UInt8(ascii: "/")) == nil
    }

    /// The registry, `docker.io` where none is written; empty for an identifier.
    public var registry: JSONText {
        if isIdentifier { return JSONText("") }
        guard let writtenRegistry, writtenRegistry != "index.docker.io" else { return JSONText("docker.io") }
        return writtenRegistry
    }

    /// The repository within the registry, with Docker Hub's `library/`; empty for an identifier.
    public var repository: String { (isOfficialShort ? "library/" : "") + String(path) }

    /// The registry and the repository: `docker.io/library/alpine`; empty for an identifier.
    public var name: String { isIdentifier ? "" : String(registry) + "/" + repository }

    /// Whether the content is fixed by a digest.
    public var isPinned: Bool { digest != nil }

    /// The bytes of ``name``, without a string.
    ///
    /// - Parameter body: is given the bytes, which are valid while it runs.
    /// - Returns: what the body returns.
    package func withName<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let writtenRegistry, !isOfficialShort, writtenRegistry != "index.docker.io" {
            // Both stand beside each other in the text.
            return body(UnsafeBufferPointer(start: text.start, count: writtenRegistry.count + 1 + path.count))
        }
        let pieces = isIdentifier ? [] : [registry, JSONText(isOfficialShort ? "/library/" : "/"), path]
        let size = pieces.reduce(0) { $0 + $1.count }
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(1, size)) { room in
            var end = 0
            for piece in pieces {
                for byte in piece.bytes {
                    room.initializeElement(at: end, to: byte)
                    end += 1
                }
            }
            return body(UnsafeBufferPointer(rebasing: room[..<end]))
        }
    }
}

/// Why a text is no reference to an image.
public enum ImageReferenceError: Error, Equatable, Sendable, CustomStringConvertible {
    case empty
    case tooLong
    case invalidRegistry
    case upperCaseRepository
    case invalidRepository
    case invalidTag
    case invalidDigest

    /// The reason for a person.
    public var description: String {
        switch self {
        case .empty: "the image reference is empty"
        case .tooLong: "the image reference is too long"
        case .invalidRegistry: "the registry is no host name with an optional port"
        case .upperCaseRepository: "the repository's name has upper-case letters"
        case .invalidRepository: "the repository's name is not of the grammar's form"
        case .invalidTag: "the tag is not of the grammar's form"
        case .invalidDigest: "the digest is not of the grammar's form"
        }
    }
}
