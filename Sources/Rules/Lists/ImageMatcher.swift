internal import JSONView

/// Image references with a registry, a repository, a tag or digest; `*` in any part.
///
/// A member without a tag stands for every tag and digest of its repository.
struct ImageMatcher: ListMatcher {
    private let exactNames: TextSet
    private let patterns: [Glob]

    init(_ members: [String]) throws(ListMemberFault) {
        var names: [String] = []
        var patterns: [Glob] = []
        for (position, member) in members.enumerated() {
            guard !member.isEmpty, !member.contains(" ") else {
                throw ListMemberFault(position: position, reason: "'\(member)' is no image reference")
            }
            let full = ImageName.full(member)
            if Glob.isPattern(full) || ImageName.hasVersion(full) {
                patterns.append(Glob(full))
                if !ImageName.hasVersion(full) {
                    patterns.append(Glob(full + ":*"))
                    patterns.append(Glob(full + "@*"))
                }
            } else {
                names.append(full)
            }
        }
        exactNames = TextSet(names)
        self.patterns = patterns
    }

    func matches(_ text: JSONText) -> Bool {
        guard !text.isEmpty, text.count < 1024 else { return false }
        let full = ImageName.full(String(text))
        let name = ImageName.withoutVersion(full)
        return name.withText { exactNames.contains($0) }
            || full.withText { text in patterns.contains { $0.matches(text) } }
    }
}

/// Image references as texts, with what Docker fills in.
struct ImageName {
    var registry = ""
    var repository = ""
    var tag = ""
    var digest = ""
    var isValid = false

    init(_ reference: String) {
        guard !reference.isEmpty else { return }
        var rest = Self.full(reference)[...]
        if let at = rest.firstIndex(of: "@") {
            digest = String(rest[rest.index(after: at)...])
            rest = rest[..<at]
        }
        if let colon = rest.lastIndex(of: ":"), !rest[colon...].contains("/") {
            tag = String(rest[rest.index(after: colon)...])
            rest = rest[..<colon]
        }
        guard let slash = rest.firstIndex(of: "/") else { return }
        registry = String(rest[..<slash])
        repository = String(rest[rest.index(after: slash)...])
        isValid =
            !repository.isEmpty
            && repository.utf8.allSatisfy {
                ASCII.isLower($0) || ASCII.isDigit($0) || "._-/".utf8.contains($0)
            }
    }

    /// The reference with its registry and `library/` written out.
    static func full(_ reference: String) -> String {
        guard let slash = reference.firstIndex(of: "/") else { return "docker.io/library/" + reference }
        let first = reference[..<slash]
        if first == "*" { return reference }
        if first == "index.docker.io" { return full("docker.io" + reference[slash...]) }
        if first.contains(".") || first.contains(":") || first == "localhost" {
            let rest = reference[reference.index(after: slash)...]
            return first == "docker.io" && !rest.contains("/") ? "docker.io/library/" + rest : reference
        }
        return "docker.io/" + reference
    }

    /// Whether a full reference has a tag or digest.
    static func hasVersion(_ full: String) -> Bool { withoutVersion(full).utf8.count != full.utf8.count }

    /// The reference without tag and digest.
    static func withoutVersion(_ full: String) -> String {
        var name = full[...]
        if let at = name.firstIndex(of: "@") { name = name[..<at] }
        if let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") { name = name[..<colon] }
        return String(name)
    }
}
