public import JSONView

/// A value of the Common Expression Language, as it enters and leaves a program.
///
/// `null`, `bool`, `int`, `uint`, `double`, `text` and `json` need no memory of their own. `text` and `json` are views: they
/// are valid while their document (or, in a result, the ``Evaluator`` until its next evaluation) is alive.
public enum Value {
    /// Nothing, as JSON has it.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number with a sign.
    case int(Int64)
    /// A whole number without a sign.
    case uint(UInt64)
    /// A number with a fraction.
    case double(Double)
    /// A string.
    case string(String)
    /// A string that somebody else keeps alive.
    case text(JSONText)
    /// Bytes.
    case bytes([UInt8])
    /// A JSON value: a map, a list, a string, a number, a boolean or null.
    case json(JSONValue)
    /// A list made of values.
    case list(ListValue)
    /// A map made of values.
    case map(MapValue)
    /// A record made in Swift.
    case object(any ObjectValue)
    /// A point in time.
    case timestamp(Timestamp)
    /// A stretch of time.
    case duration(TimeSpan)
    /// A type as a value.
    case type(CELType)
    /// A value that may be absent.
    indirect case optional(Value?)
    /// A value of an abstract type of a library.
    case opaque(any OpaqueValue)
    /// Evaluation failed.
    case error(EvaluationError)
    /// Something that was declared unknown decides the result.
    case unknown(Set<String>)
}

/// A list made of values.
public final class ListValue {
    /// The elements.
    public let elements: [Value]
    let identity: Identity

    /// What makes elements of a list the same, which decides what `==` and `+` mean.
    enum Identity: Equatable {
        /// Their places: what the language says of lists.
        case place
        /// Their values, in any order.
        case value
        /// The values of some of their fields, in any order.
        case fields([String])
    }

    /// Makes a list.
    public convenience init(_ elements: [Value]) { self.init(elements, identity: .place) }

    init(_ elements: [Value], identity: Identity) {
        self.elements = elements
        self.identity = identity
    }
}

/// A map made of values, in the order of its making.
public final class MapValue {
    /// The entries.
    public let entries: [(key: Value, value: Value)]

    /// Makes a map.
    public init(_ entries: [(key: Value, value: Value)]) { self.entries = entries }
}

/// A record made in Swift whose fields expressions may select.
public protocol ObjectValue: AnyObject {
    /// The declared type of the record.
    var objectType: ObjectType { get }
    /// The value of a field; positions are those of ``ObjectType/fields``.
    func field(_ index: Int) -> Value
    /// Whether a field is set, which is what `has(record.field)` asks.
    func hasField(_ index: Int) -> Bool
}

/// A value of an abstract type that a library declares: an address, a quantity, a version.
public protocol OpaqueValue: AnyObject {
    /// The name of the type.
    var typeName: String { get }
    /// Whether another value of the same type is equal.
    func isEqual(to other: any OpaqueValue) -> Bool
    /// The value in words, for traces and results.
    var text: String { get }
}

/// Why an evaluation failed.
public struct EvaluationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What happened, in cel-go's words.
    public let message: String
    /// The node at which it happened, when it is known.
    public let node: Int?

    /// Makes an error; functions written in Swift return it as ``Value/error(_:)``.
    public init(_ message: String, node: Int? = nil) {
        self.message = message
        self.node = node
    }

    /// The message.
    public var description: String { message }
}
