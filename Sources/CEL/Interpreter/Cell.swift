import JSONView

/// A value while a program runs: a few words without reference counting.
///
/// What a cell points at is kept alive by the program (constants), by the evaluation's arena (everything made on the way)
/// or by the caller (JSON documents).
enum Cell: BitwiseCopyable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(JSONText)
    case bytes(JSONText)
    /// A JSON array or object; scalars become their own cases when they are read.
    case json(JSONValue)
    case list(Unmanaged<ListBox>)
    /// A list given from outside, its elements read when they are used.
    case values(Unmanaged<ListValue>)
    /// A list that is others one after the other: a stretch of the evaluation's segments.
    case concat(start: Int32, count: Int32)
    case map(Unmanaged<MapBox>)
    /// A Swift record, by its place in the arena.
    case object(Int32)
    case timestamp(seconds: Int64, nanoseconds: Int32)
    case duration(Int64)
    case type(Unmanaged<TypeBox>)
    case optional(Unmanaged<OptionalBox>)
    case emptyOptional
    case opaque(Unmanaged<OpaqueBox>)
    case error(Unmanaged<ErrorBox>)
    case unknown(Unmanaged<UnknownBox>)
    /// Nothing there: a member that an object lacks. Never the value of an expression.
    case absent
}

final class ListBox {
    let cells: UnsafeMutablePointer<Cell>
    let count: Int
    /// Made when a constant list is searched more than by its first elements.
    var index: CellIndex?

    init(count: Int, fill: (UnsafeMutablePointer<Cell>) -> Void) {
        cells = .allocate(capacity: max(1, count))
        self.count = count
        fill(cells)
    }

    convenience init(_ elements: some Collection<Cell>) {
        self.init(count: elements.count) { cells in
            for (position, element) in elements.enumerated() { cells[position] = element }
        }
    }

    deinit { cells.deallocate() }
}

final class MapBox {
    let keys: [Cell]
    let values: [Cell]
    let index: CellIndex

    /// Makes a map; keys must be distinct, `index` tells.
    init(keys: [Cell], values: [Cell], index: CellIndex) {
        self.keys = keys
        self.values = values
        self.index = index
    }
}

final class TypeBox {
    let type: CELType
    init(_ type: CELType) { self.type = type }
}

final class OptionalBox {
    let cell: Cell
    init(_ cell: Cell) { self.cell = cell }
}

final class OpaqueBox {
    let value: any OpaqueValue
    init(_ value: any OpaqueValue) { self.value = value }
}

final class ErrorBox: Sendable {
    let message: String
    init(_ message: String) { self.message = message }
}

final class UnknownBox {
    let names: Set<String>
    init(_ names: Set<String>) { self.names = names }
}

extension Cell {
    /// Reads a JSON value; scalars are read now, arrays and objects stay views.
    @inline(__always)
    init(_ value: JSONValue) {
        switch value.kind {
        case .string: self = value.text.map { .string($0) } ?? .null
        case .object, .array: self = .json(value)
        case .bool: self = .bool(value.bool ?? false)
        case .int64: self = .int(value.int64 ?? 0)
        case .null: self = .null
        case .uint64:
            // What fits an int is an int, as Go reads it.
            if let int = value.int64 { self = .int(int) } else { self = .uint(value.uint64 ?? 0) }
        case .double, .bigNumber: self = .double(value.double ?? .nan)
        }
    }

    var isError: Bool {
        switch self {
        case .error, .unknown: true
        default: false
        }
    }

    var isUnknown: Bool { if case .unknown = self { true } else { false } }

    /// What the cell is, for choosing overloads.
    @inline(__always)
    var kinds: CellKinds {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .json(let value): value.kind == .array ? .list : .map
        case .list, .values, .concat: .list
        case .map: .map
        case .object: .object
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .type
        case .optional, .emptyOptional: .optional
        case .opaque: .opaque
        case .error, .unknown, .absent: .error
        }
    }
}

/// A set of kinds of cells.
struct CellKinds: OptionSet, BitwiseCopyable, Sendable {
    let rawValue: UInt32

    static let null = CellKinds(rawValue: 1 << 0)
    static let bool = CellKinds(rawValue: 1 << 1)
    static let int = CellKinds(rawValue: 1 << 2)
    static let uint = CellKinds(rawValue: 1 << 3)
    static let double = CellKinds(rawValue: 1 << 4)
    static let string = CellKinds(rawValue: 1 << 5)
    static let bytes = CellKinds(rawValue: 1 << 6)
    static let list = CellKinds(rawValue: 1 << 7)
    static let map = CellKinds(rawValue: 1 << 8)
    static let object = CellKinds(rawValue: 1 << 9)
    static let timestamp = CellKinds(rawValue: 1 << 10)
    static let duration = CellKinds(rawValue: 1 << 11)
    static let type = CellKinds(rawValue: 1 << 12)
    static let optional = CellKinds(rawValue: 1 << 13)
    static let opaque = CellKinds(rawValue: 1 << 14)
    static let error = CellKinds(rawValue: 1 << 15)
    static let any = CellKinds(rawValue: (1 << 15) - 1)

    /// The kinds that values of a type have.
    init(_ type: CELType) {
        self =
            switch type {
            case .null: .null
            case .bool: .bool
            case .int: .int
            case .uint: .uint
            case .double: .double
            case .string: .string
            case .bytes: .bytes
            case .timestamp: .timestamp
            case .duration: .duration
            case .list: .list
            case .map: [.map, .object]
            case .type: .type
            case .object: [.object, .map]
            case .opaque("optional_type", _): .optional
            case .opaque: .opaque
            case .nullable(let wrapped): CellKinds(wrapped).union(.null)
            case .dyn, .any, .typeParam, .error: .any
            }
    }

    init(rawValue: UInt32) { self.rawValue = rawValue }
}
