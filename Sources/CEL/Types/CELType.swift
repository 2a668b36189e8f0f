/// A type of the Common Expression Language.
public indirect enum CELType: Hashable, Sendable {
    /// The type of `null`.
    case null
    /// True or false.
    case bool
    /// Whole numbers of 64 bits with a sign.
    case int
    /// Whole numbers of 64 bits without a sign.
    case uint
    /// IEEE 754 numbers of 64 bits.
    case double
    /// Texts of Unicode scalars.
    case string
    /// Bytes.
    case bytes
    /// Any value; what it is shows when the program runs.
    case dyn
    /// The type of an expression that did not check.
    case error
    /// Points in time.
    case timestamp
    /// Stretches of time.
    case duration
    /// `google.protobuf.Any`.
    case any
    /// Lists of elements of one type.
    case list(CELType)
    /// Maps: the type of the keys, the type of the values.
    case map(CELType, CELType)
    /// The type of a type: `type(int)`.
    case type(CELType)
    /// A declared record type.
    case object(ObjectType)
    /// An abstract type with a name and parameters: `optional_type(int)`, `net.IP`.
    case opaque(String, [CELType])
    /// A value of a plain type, or null.
    case nullable(CELType)
    /// A type parameter of an overload: `T` in `list(T)`.
    case typeParam(String)

    /// A value that may be absent.
    public static func optional(_ wrapped: CELType) -> CELType { .opaque("optional_type", [wrapped]) }

    /// The type of types about which nothing more is known.
    public static let typeType: CELType = .type(.dyn)

    /// What an optional type wraps; nil for other types.
    public var optionalWrapped: CELType? {
        guard case .opaque("optional_type", let parameters) = self else { return nil }
        return parameters.first
    }

    /// The name that a value of this type has at run time, as `type(x)` shows it.
    public var runtimeName: String {
        switch self {
        case .null: "null_type"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .any: "google.protobuf.Any"
        case .list: "list"
        case .map: "map"
        case .type: "type"
        case .object(let object): object.name
        case .opaque(let name, _): name
        case .nullable(let wrapped): wrapped.runtimeName
        case .typeParam(let name): name
        default: description
        }
    }

    var isDynamic: Bool {
        switch self {
        case .dyn, .any: true
        default: false
        }
    }

    var isDynamicOrError: Bool { isDynamic || self == .error }

    /// The types that this type is made of.
    var parameters: [CELType] {
        switch self {
        case .list(let element): [element]
        case .map(let key, let value): [key, value]
        case .type(let type): [type]
        case .opaque(_, let parameters): parameters
        default: []
        }
    }

    /// Names of the type parameters anywhere inside.
    var typeParameterNames: Set<String> {
        if case .typeParam(let name) = self { return [name] }
        return parameters.reduce(into: []) { $0.formUnion($1.typeParameterNames) }
    }
}

extension CELType: CustomStringConvertible {
    /// The type as messages spell it.
    public var description: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .dyn: "dyn"
        case .error: "!error!"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .any: "any"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .type(.dyn): "type"
        case .type(let type): "type(\(type))"
        case .object(let object): object.name
        case .opaque(let name, let parameters):
            parameters.isEmpty ? name : "\(name)(\(parameters.map(\.description).joined(separator: ", ")))"
        case .nullable(let wrapped): "wrapper(\(wrapped))"
        case .typeParam(let name): name
        }
    }
}
