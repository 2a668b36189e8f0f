internal import JSONView

extension JSONValue {
    /// The members of an object somewhere within that are texts: labels, annotations.
    func texts(at steps: String...) -> [String: String] {
        var at = self
        for step in steps {
            guard let next = at.member(JSONKey(step)) else { return [:] }
            at = next
        }
        var found: [String: String] = [:]
        for (key, value) in at.members where value.kind == .string { found[String(key)] = value.string }
        return found
    }
}
