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
            case .key(let key) where Self.isPlain(key.utf8): written += written.isEmpty ? key : ".\(key)"
            case .key(let key): written += "[\(key.debugDescription)]"
            }
        }
        return written
    }

    fileprivate static func isPlain(_ key: some Collection<UInt8>) -> Bool {
        !key.isEmpty
            && key.allSatisfy { byte in
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
            guard let child = at.child(holding: part) else { return nil }
            steps.append(child.key.map { .key(String($0)) } ?? .position(child.position))
            at = child.value
        }
        return JSONPath(steps)
    }

    /// The path from this value to one of its parts, written as ``JSONPath/description`` writes it.
    ///
    /// - Parameter part: a value of the same document.
    /// - Returns: the path, empty for the value itself; nil where the part is not within.
    public func pathText(to part: JSONValue) -> String? {
        guard part.storage == storage, part.index >= index, part.index < indexAfter else { return nil }
        var written: [UInt8] = []
        written.reserveCapacity(80)
        var at = self
        while at.index != part.index {
            guard let child = at.child(holding: part) else { return nil }
            if let key = child.key, JSONPath.isPlain(key.bytes) {
                if !written.isEmpty { written.append(UInt8(ascii: ".")) }
                written.append(contentsOf: key.bytes)
            } else {
                let inside = child.key.map { String($0).debugDescription } ?? String(child.position)
                written.append(UInt8(ascii: "["))
                written.append(contentsOf: inside.utf8)
                written.append(UInt8(ascii: "]"))
            }
            at = child.value
        }
        return String(decoding: written, as: UTF8.self)
    }

    /// The part of this value that holds another, and what leads to it: a key in an object, else a position.
    private func child(holding part: JSONValue) -> (key: JSONText?, position: Int, value: JSONValue)? {
        for (position, element) in elements.enumerated() where element.holds(part) { return (nil, position, element) }
        for member in members where member.value.holds(part) { return (member.key, 0, member.value) }
        return nil
    }

    private func holds(_ part: JSONValue) -> Bool { part.index >= index && part.index < indexAfter }
}
