package import JSONView

/// A list that rules and searches use by its name.
public struct NamedList: Sendable {
    /// What the members are, and so how a text is compared with them.
    public enum Kind: String, CaseIterable, Sendable {
        /// Image references, by the rules of OCI names: `nginx` is `docker.io/library/nginx` of any tag.
        case image
        /// Texts as they are; `*` stands for any text.
        case text
        /// Paths of a host, with everything below them.
        case path
        /// Port numbers and ranges: `443`, `30000-32767`.
        case port
    }

    /// The name that rules use.
    public var name: String
    /// What the list is for.
    public var description: String
    /// What the members are.
    public var kind: Kind
    /// The members as written.
    public var members: [String]
    /// Whether it adds to the list that has its name already, instead of taking its place.
    public var extends: Bool
    /// The file that the list was read from, and its line.
    public var file: String
    public var line: Int

    let matcher: any ListMatcher

    /// Makes a list.
    ///
    /// - Throws: the position of the first member that is none of its kind, and why.
    public init(
        name: String, description: String = "", kind: Kind, members: [String], extends: Bool = false,
        file: String = "", line: Int = 0
    ) throws(ListMemberFault) {
        self.name = name
        self.description = description
        self.kind = kind
        self.members = members
        self.extends = extends
        self.file = file
        self.line = line
        matcher =
            switch kind {
            case .text: TextMatcher(members)
            case .image: try ImageMatcher(members)
            case .path: try PathMatcher(members)
            case .port: try PortMatcher(members)
            }
    }

    /// This list with another's members added, which must be of the same kind.
    func adding(_ other: NamedList) -> NamedList {
        // Members that each were sound are sound together.
        let joined = try? NamedList(
            name: name, description: description, kind: kind, members: members + other.members, file: other.file,
            line: other.line)
        return joined ?? other
    }

    /// Whether a text is one of the members.
    package func contains(_ text: JSONText) -> Bool { matcher.matches(text) }

    /// Whether a member stands below a path: a folder that holds it.
    package func hasMember(below path: JSONText) -> Bool { (matcher as? PathMatcher)?.hasMember(below: path) ?? false }
}

/// A member of a list that is none of the list's kind.
public struct ListMemberFault: Error, Equatable {
    /// The member's position in the list.
    public var position: Int
    /// What is wrong, for a person.
    public var reason: String
}

/// Compares texts with the members of a list.
protocol ListMatcher: Sendable {
    func matches(_ text: JSONText) -> Bool
}
