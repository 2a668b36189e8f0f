internal import JSONView

/// A field that Falco's conditions and outputs may name.
struct FalcoField: Sendable {
    let name: String
    let type: FalcoType
    /// Whether it has several values.
    var isList = false
    var argument = Argument.none
    /// Whether it may stand neither inside a transformer nor, by `val()`, on the right side.
    var standsAlone = false
    /// Whether an output may not show it.
    var isFilterOnly = false
    /// How it is read out of an audit event; nil for fields of sources that are not read.
    var read: (@Sendable (_ raw: JSONValue, _ argument: FalcoArgument?) -> FalcoReading)?
    /// Where it stands, of a field that is one member of audit events: conditions look there without ``read``.
    var path: AuditPath?

    /// What may stand in brackets behind the name.
    enum Argument: Sendable {
        case none
        /// A position, or nothing.
        case index
        /// A key, which must be there.
        case key
        /// Anything or nothing.
        case allowed
        /// A key in brackets or behind a dot: `evt.arg.flags`.
        case part
    }
}

/// An argument of a field.
enum FalcoArgument: Sendable, Equatable {
    case index(Int)
    case key(String)
    /// A key that leads into a record, taken apart.
    case pointer(FalcoPointer)

    /// The argument that a text is to a field.
    init(_ text: String, of field: FalcoField) {
        self =
            field.argument == .key && GenericFields.followsPointers(field) ? .pointer(FalcoPointer(text)) : .key(text)
    }
}

/// The types of libsinsp's fields, as far as comparisons tell them apart.
enum FalcoType: Sendable, Equatable {
    case string, unsigned, signed, double, bool, address, network, buffer
    /// `evt.rawarg`, whose type is that of the event's parameter.
    case any

    /// What the type is called in messages.
    var word: String {
        switch self {
        case .string: "a text"
        case .unsigned: "a number without sign"
        case .signed: "a number"
        case .double: "a number"
        case .bool: "true or false"
        case .address: "an IP address"
        case .network: "a network"
        case .buffer: "bytes"
        case .any: "a value"
        }
    }

    var isNumeric: Bool { self == .unsigned || self == .signed || self == .double }

    /// Whether an operator may compare values of the type: libsinsp's `flt_is_comparable`.
    func accepts(_ comparison: FalcoOperator, isList: Bool) -> Bool {
        if comparison == .exists || self == .any { return true }
        if isList { return comparison == .in || comparison == .intersects }
        switch comparison {
        case .equal, .same, .notEqual, .in, .intersects: return true
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return isNumeric || self == .string
        case .contains, .startswith, .endswith: return self == .string || self == .buffer
        case .bcontains, .bstartswith: return self == .buffer
        case .icontains, .glob, .iglob, .regex, .pmatch: return self == .string
        case .exists: return true
        }
    }

    /// The operators that may compare values of the type, for messages.
    func operators(isList: Bool) -> String {
        FalcoOperator.allCases.filter { accepts($0, isList: isList) && $0 != .same }.map(\.rawValue)
            .joined(separator: ", ")
    }
}
