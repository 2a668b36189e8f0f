package import JSONView

/// The named lists that a set of rules uses.
public struct RuleLists: Sendable {
    private var lists: [String: NamedList]
    /// The lists again, to be found by bytes in place: their numbers, and by number what compares and whether there is anything.
    private var numbers = TextNumbers([])
    private var matchers: [(matcher: any ListMatcher, isEmpty: Bool)] = []

    /// Makes a set of lists; the last of one name counts.
    public init(_ lists: [NamedList] = []) {
        self.lists = Dictionary(lists.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        number()
    }

    private mutating func number() {
        let all = all
        numbers = TextNumbers(all.map(\.name))
        matchers = all.map { ($0.matcher, $0.members.isEmpty) }
    }

    /// The lists by name.
    public var all: [NamedList] { lists.values.sorted { $0.name < $1.name } }

    /// A list.
    public subscript(name: String) -> NamedList? { lists[name] }

    /// The names of the lists.
    var names: [String] { lists.keys.sorted() }

    /// Whether a list has a text; a list that does not exist has nothing.
    package func contains(_ text: JSONText, in name: StaticString) -> Bool { contains(text, in: JSONText(name)) }

    /// Whether a list has a text; a list that does not exist has nothing.
    package func contains(_ text: JSONText, in name: JSONText) -> Bool {
        let number = numbers[name]
        return number > 0 && matchers.withUnsafeBufferPointer { $0[number - 1].matcher.matches(text) }
    }

    /// Whether a path of a host is its root, or in the list `sensitive_host_paths`, below a member or above one.
    func isSensitiveHostPath(_ path: JSONText) -> Bool {
        if HostPath.isRoot(path) { return true }
        guard let list = lists["sensitive_host_paths"] else { return false }
        return list.contains(path) || list.hasMember(below: path)
    }

    /// Whether a list has no members, or does not exist.
    func isEmpty(_ name: JSONText) -> Bool {
        let number = numbers[name]
        return number == 0 || matchers[number - 1].isEmpty
    }

    /// Finds a list by the name that a search uses: `known_images_list` is `known_images`.
    func list(searchName name: String) -> NamedList? {
        if let list = lists[name] { return list }
        guard name.hasSuffix("_list") else { return nil }
        return lists[String(name.dropLast("_list".count))]
    }

    /// Adds a list, puts it in the place of the one with its name, or extends that one.
    mutating func add(_ list: NamedList) {
        guard list.extends, let known = lists[list.name] else {
            lists[list.name] = list
            number()
            return
        }
        lists[list.name] = known.adding(list)
        number()
    }
}
