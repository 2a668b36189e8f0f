/// An answer that may not be known, and why not.
public enum Truth: Sendable, Equatable {
    case yes, no
    /// What would have to be known.
    case unknown(String)

    /// What is known as a truth.
    public init(_ value: Bool) { self = value ? .yes : .no }

    /// Whether both hold; what is known to be no decides.
    public func and(_ other: @autoclosure () -> Truth) -> Truth {
        if self == .no { return .no }
        let second = other()
        if second == .no { return .no }
        if case .unknown = self { return self }
        return second
    }

    /// Whether one of the two holds; what is known to be yes decides.
    public func or(_ other: @autoclosure () -> Truth) -> Truth {
        if self == .yes { return .yes }
        let second = other()
        if second == .yes { return .yes }
        if case .unknown = self { return self }
        return second
    }

    /// The contrary.
    public var negated: Truth {
        switch self {
        case .yes: .no
        case .no: .yes
        case .unknown: self
        }
    }
}
