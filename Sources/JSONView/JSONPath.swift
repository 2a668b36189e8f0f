/// The way from the outermost value of a document to one of its parts.
public struct JSONPath: Hashable, Sendable, CustomStringConvertible {
    /// A step from a value to one of its parts.
    public enum Step: Hashable, Sendable {
        /// To the member of an object with a name.
        case key(String)
        /// To the element of an array at a position, from 0.
        case position(Int)
    }

    /// The steps, outermost first.
    public var steps: [Step]

    /// Makes a path of steps.
    public init(_ steps: [Step] = []) { self.steps = steps }

    /// The path as Kubernetes and JSONPath write it: `spec.containers[0].image`, odd keys as `["a.b/c"]`.
    public var description: String {
        var written = ""
        written.reserveCapacity(16 * steps.count)
        for step in steps {
            switch step {
            case .position(let position): written += "[\(position)]"
            case .key(let key) where Self.isPlain(key): written += written.isEmpty ? key : ".\(key)"
            case .key(let key): written += "[\(key.debugDescription)]"
            }
        }
        return written
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension JSONValue {
    /// The path from this value to one of its parts.
    ///
    /// - Parameter part: a value of the same document.
    /// - Returns: the path, empty for the value itself; nil where the part is not within.
    public func path(to part: JSONValue) -> JSONPath? {
        guard part.storage == storage, part.index >= index, part.index < indexAfter else { return nil }
        var steps: [JSONPath.Step] = []
        steps.reserveCapacity(8)
        var at = self
        while at.index != part.index {
            guard let (step, next) = at.child(holding: part) else { return nil }
            steps.append(step)
            at = next
        }
        return JSONPath(steps)
    }

    private func child(holding part: JSONValue) -> (JSONPath.Step, JSONValue)? {
        for (position, element) in elements.enumerated() where element.holds(part) {
            return (.position(position), element)
        }
        for member in members where member.value.holds(part) { return (.key(String(member.key)), member.value) }
        return nil
    }

    private func holds(_ part: JSONValue) -> Bool { part.index >= index && part.index < indexAfter }
}
