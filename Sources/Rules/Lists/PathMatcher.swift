internal import JSONView

/// Paths of a host with everything below them; a part may be `*`.
struct PathMatcher: ListMatcher {
    private let paths: [[String]]

    init(_ members: [String]) throws(ListMemberFault) {
        var paths: [[String]] = []
        for (position, member) in members.enumerated() {
            guard member.hasPrefix("/") else {
                throw ListMemberFault(position: position, reason: "'\(member)' is no absolute path")
            }
            paths.append(member.withText { HostPath.normalized($0).map { String($0) } })
        }
        self.paths = paths
    }

    func matches(_ text: JSONText) -> Bool {
        guard text.hasPrefix("/") else { return false }
        let parts = HostPath.normalized(text)
        return paths.contains { path in
            // The root itself holds everything: as a member it stands for itself alone.
            if path.isEmpty { return parts.isEmpty }
            guard parts.count >= path.count else { return false }
            return zip(path, parts).allSatisfy { member, part in
                TextPattern.isPattern(member) ? TextPattern(member).matches(part) : member.withText { $0 == part }
            }
        }
    }

    /// Whether a member stands below a path: a folder that holds it.
    func hasMember(below text: JSONText) -> Bool {
        guard text.hasPrefix("/") else { return false }
        let parts = HostPath.normalized(text)
        guard !parts.isEmpty else { return false }
        return paths.contains { path in
            guard path.count > parts.count else { return false }
            return zip(path, parts).allSatisfy { member, part in
                TextPattern.isPattern(member) ? TextPattern(member).matches(part) : member.withText { $0 == part }
            }
        }
    }
}
