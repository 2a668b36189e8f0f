internal import JSONView

/// How the fields of the k8saudit plugin are read: its `extract.go`.
enum AuditField {
    typealias Read = @Sendable (_ raw: JSONValue, _ argument: FalcoArgument?) -> FalcoReading

    /// One value, a member of members.
    static func one(_ name: String, _ path: String...) -> FalcoField {
        let path = AuditPath(path)
        return FalcoField(
            name: name, type: .string,
            read: { raw, _ in path.audited(raw).map { .value($0) } ?? .none }, path: path)
    }

    /// The elements of an array.
    static func list(_ name: String, _ path: String...) -> FalcoField {
        let keys = path.map { JSONKey($0) }
        return FalcoField(
            name: name, type: .string, isList: true,
            read: audited { raw, _ in
                guard let array = member(raw, keys), array.kind == .array else { return .none }
                return .values(Array(array.elements))
            })
    }

    /// A member of every element of an array, or of the one at a position; an array there counts for its elements.
    static func each(_ name: String, of array: [String], _ path: String...) -> FalcoField {
        let (array, keys) = (array.map { JSONKey($0) }, path.map { JSONKey($0) })
        return FalcoField(
            name: name, type: .string, isList: true, argument: .index,
            read: audited { raw, argument in
                var found: [JSONValue] = []
                for element in elements(raw, array, argument) {
                    guard let value = member(element, keys) else { continue }
                    if value.kind == .array { found += Array(value.elements) } else { found.append(value) }
                }
                return found.isEmpty ? .none : .values(found)
            })
    }

    /// A field that is read in a way of its own.
    static func special(
        _ name: String, isList: Bool = false, argument: FalcoField.Argument = .none, _ read: @escaping Read
    ) -> FalcoField {
        FalcoField(name: name, type: .string, isList: isList, argument: argument, read: audited(read))
    }

    /// Events without an `auditID` are none of the plugin's (``AuditPath/audited(_:)`` asks the same).
    private static func audited(_ read: @escaping Read) -> Read {
        { raw, argument in raw["auditID"] == nil ? .none : read(raw, argument) }
    }

    static func member(_ value: JSONValue, _ keys: [JSONKey]) -> JSONValue? {
        var found = value
        for key in keys {
            guard let next = found.member(key) else { return nil }
            found = next
        }
        return found
    }

    /// The elements of an array, or the one at a position.
    static func elements(_ raw: JSONValue, _ array: [JSONKey], _ argument: FalcoArgument?) -> [JSONValue] {
        guard let array = member(raw, array), array.kind == .array else { return [] }
        if case .index(let position)? = argument { return array[position].map { [$0] } ?? [] }
        return Array(array.elements)
    }
}

/// Where a member of members stands in an audit event.
final class AuditPath: Sendable {
    private let keys: [JSONKey]
    /// The bytes of ``keys``, which live as long as they do.
    nonisolated(unsafe) private let texts: [JSONText]

    init(_ path: [String]) {
        keys = path.map { JSONKey($0) }
        texts = keys.map(\.text)
    }

    /// The member; nil of events without an `auditID`, which are none of the plugin's.
    func audited(_ raw: JSONValue) -> JSONValue? {
        guard raw["auditID"] != nil else { return nil }
        var found = raw
        for text in texts {
            guard let next = found.member(text) else { return nil }
            found = next
        }
        return found
    }
}
