public import JSONView

/// The values of an environment's variables for one evaluation.
public protocol Activation {
    /// The value of a variable, asked for at most once an evaluation; nil when it has none.
    func value(slot: Int) -> Value?
}

/// An activation that holds its values in an array, by slot.
public struct SlotActivation: Activation {
    /// The values; positions are those of the environment's variables.
    public var values: [Value?]

    /// Takes values by slot.
    public init(_ values: [Value?]) { self.values = values }

    /// The value at a slot.
    public func value(slot: Int) -> Value? { values.indices.contains(slot) ? values[slot] : nil }
}

/// An activation of one variable, a JSON document.
public struct JSONActivation: Activation {
    private let root: JSONValue

    /// Takes the value of the variable in slot 0.
    public init(_ root: JSONValue) { self.root = root }

    /// The value at a slot.
    public func value(slot: Int) -> Value? { slot == 0 ? .json(root) : nil }
}
