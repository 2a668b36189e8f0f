/// The overloads that a call may mean.
struct CallSite: Sendable {
    let function: String
    let overloads: [Overload]
    /// The regular expression among the arguments, where it is constant.
    var regex: RegularExpression?
    /// What prices calls, where cost is counted.
    var meter: Meter?

    /// Calls the first overload that takes the arguments.
    func call(_ arguments: Arguments) -> Cell {
        // In place: an overload has a dozen parts, and a copy counts references to most of them.
        let found: Cell? = overloads.withUnsafeBufferPointer { overloads in
            for position in overloads.indices where overloads[position].accepts(arguments) {
                if let body = overloads[position].body { return body(arguments) }
            }
            return nil
        }
        if let found { return found }
        if overloads.isEmpty { return arguments.error("unbound function: \(function)") }
        return arguments.evaluation.noSuchOverload()
    }
}
