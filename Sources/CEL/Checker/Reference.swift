/// What a name in an expression turned out to mean.
enum Reference: Sendable {
    /// A variable of the environment, by its slot.
    case variable(Int)
    /// A variable of a comprehension.
    case local(String)
    /// A named constant of the environment, by its position.
    case constant(Int)
    /// A type used as a value.
    case type(CELType)
    /// The overloads that a call may mean; `isQualified` when the target was part of the function's name.
    case call(function: String, overloads: [Overload], isQualified: Bool)
    /// A structure literal of a well-known type.
    case structure(WellKnownType)
}
