internal import CEL

/// An image reference as Kyverno's image library reads it: the weak grammar of go-containerregistry's `name` package,
/// which knows Docker Hub as `index.docker.io` and gives names without a tag the tag `latest`.
final class KyvernoImageName: OpaqueValue {
    static let valueTypeName = "kyverno.image"

    /// The registry's host, with its port.
    let registry: String
    /// The path within the registry, `library/nginx` for Docker Hub's own.
    let repository: String
    /// The tag; `latest` where neither tag nor digest is written, empty where a digest is: it counts alone.
    let tag: String
    /// The digest with its algorithm; empty without one.
    let digest: String
    let text: String

    var typeName: String { Self.valueTypeName }
    func isEqual(to other: any OpaqueValue) -> Bool { (other as? KyvernoImageName)?.text == text }

    /// What tells the image from others of its repository: the digest, or else the tag.
    var identifier: String { digest.isEmpty ? tag : digest }

    /// Reads a reference; nil where it is none.
    init?(_ text: String) {
        guard text.utf8.count <= 4096 else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        var name = parts[0]
        var tag = ""
        // A colon before the last slash is that of a port.
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") {
            tag = String(name[name.index(after: colon)...])
            name = name[..<colon]
            guard Self.isTag(tag) else { return nil }
        }
        if parts.count == 2 {
            guard Self.isDigest(parts[1]) else { return nil }
            digest = String(parts[1])
            tag = ""
        } else {
            digest = ""
            if tag.isEmpty { tag = "latest" }
        }
        let (registry, path) = Self.split(name)
        guard Self.isRepository(path) else { return nil }
        self.registry = registry
        repository = registry == Self.hub && !path.contains("/") ? "library/" + path : String(path)
        self.tag = tag
        self.text = text
    }

    private static let hub = "index.docker.io"

    private static func split(_ name: Substring) -> (registry: String, path: Substring) {
        guard let slash = name.firstIndex(of: "/") else { return (hub, name) }
        let host = name[..<slash]
        guard host.contains(".") || host.contains(":") || host == "localhost" else { return (hub, name) }
        return (host == "docker.io" ? hub : String(host), name[name.index(after: slash)...])
    }

    private static func isTag(_ tag: String) -> Bool {
        (1...128).contains(tag.utf8.count)
            && tag.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "_") || isPunctuation($0) }
    }

    private static func isRepository(_ path: Substring) -> Bool {
        (2...255).contains(path.utf8.count)
            && path.utf8.allSatisfy {
                isLower($0) || isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "/") || isPunctuation($0)
            }
    }

    private static func isDigest(_ digest: Substring) -> Bool {
        let parts = digest.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = ["sha256": 64, "sha384": 96, "sha512": 128][parts[0]] else { return false }
        return parts[1].utf8.count == length
            && parts[1].utf8.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
    }

    private static func isPunctuation(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLower(byte | 0x20) }
}
