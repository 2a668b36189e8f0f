extension JSONPath {
    /// The path as a JSON Pointer (RFC 6901): `/spec/containers/0/image`.
    public var pointer: String {
        steps.map { step in
            switch step {
            case .position(let position): "/\(position)"
            case .key(let key): "/" + key.replacing("~", with: "~0").replacing("/", with: "~1")
            }
        }.joined()
    }
}

extension JSONValue {
    /// The value at the end of a path; nil where it leads nowhere.
    public func value(at path: JSONPath) -> JSONValue? {
        var at = self
        for step in path.steps {
            let next: JSONValue? =
                switch step {
                case .key(let key): at.member(JSONKey(key))
                case .position(let position): at[position]
                }
            guard let next else { return nil }
            at = next
        }
        return at
    }
}
