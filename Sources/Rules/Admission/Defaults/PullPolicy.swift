extension ShapeTable {
    /// `Always` for what has the tag `latest`, or neither tag nor digest; `IfNotPresent` for everything else, also for what is no
    /// reference of an image (`ParseImageName`).
    static func pullPolicy(of image: String) -> String {
        let parts = image.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2, !isDigest(parts[1]) { return "IfNotPresent" }
        var path = parts.first ?? ""
        var tag = Substring()
        let colon = path.lastIndex(of: ":")
        if let colon, !path[colon...].contains("/") {
            tag = path[path.index(after: colon)...]
            path = path[..<colon]
            if tag.isEmpty { return "IfNotPresent" }
        }
        if tag.isEmpty, parts.count == 1 { tag = "latest" }
        return tag == "latest" && isRepository(path) ? "Always" : "IfNotPresent"
    }

    /// The lengths of digests in hexadecimal digits.
    private static let digestLengths = ["sha256": 64, "sha384": 96, "sha512": 128]

    private static func isDigest(_ text: Substring) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = digestLengths[String(parts[0])] else { return false }
        return parts[1].utf8.count == length
            && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Whether what follows the registry's name is in small letters, as it must be.
    private static func isRepository(_ path: Substring) -> Bool {
        let slash = path.firstIndex(of: "/")
        var name = path
        if let slash {
            let first = path[..<slash]
            let isRegistry =
                first == "localhost" || first.contains { $0 == "." || $0 == ":" || $0.isUppercase }
            if isRegistry { name = path[path.index(after: slash)...] }
        }
        return !name.isEmpty && !name.contains { $0.isUppercase || $0.isWhitespace }
    }
}
