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
        for overload in overloads where overload.accepts(arguments) {
            guard let body = overload.body else { continue }
            return body(arguments)
        }
        if overloads.isEmpty { return arguments.error("unbound function: \(function)") }
        return arguments.evaluation.noSuchOverload()
    }
}
