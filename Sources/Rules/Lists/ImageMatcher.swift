internal import JSONView
internal import SecurityEvents

/// Image references, compared by the rules of OCI names.
///
/// Members that are a plain name are found by hash; those with a tag, a digest or `*` are tried one by one.
struct ImageMatcher: ListMatcher {
    private let names: TextSet
    private let patterns: [ImagePattern]

    init(_ members: [String]) throws(ListMemberFault) {
        var names: [String] = []
        var patterns: [ImagePattern] = []
        for (position, member) in members.enumerated() {
            guard let pattern = ImagePattern(member) else {
                throw ListMemberFault(position: position, reason: "'\(member)' is no image reference")
            }
            if let name = Self.plainName(member) { names.append(name) } else { patterns.append(pattern) }
        }
        self.names = TextSet(names)
        self.patterns = patterns
    }

    /// The full name of a member that stands for every version of one repository.
    private static func plainName(_ member: String) -> String? {
        guard !TextPattern.isPattern(member) else { return nil }
        return member.withText { text in
            guard let reference = try? ImageReference(text), reference.tag == nil, reference.digest == nil,
                !reference.isIdentifier
            else { return nil }
            return reference.name
        }
    }

    func matches(_ text: JSONText) -> Bool {
        guard let reference = try? ImageReference(text) else { return false }
        let isNamed = reference.withName { bytes in
            bytes.baseAddress.map { names.contains(JSONText(start: $0, count: bytes.count)) } ?? false
        }
        return isNamed || patterns.contains { $0.matches(reference) }
    }
}
