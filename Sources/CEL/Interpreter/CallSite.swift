/// The overloads that a call may mean.
struct CallSite: Sendable {
    let function: String
    let overloads: [Overload]
    /// The regular expression among the arguments, where it is constant.
    var regex: RegularExpression?
    /// What prices calls, where cost is counted.
    var meter: Meter?
}

/// A call as it is run: of its overloads only what that takes, so that no call counts references to the rest.
final class PlannedCall: Sendable {
    /// The overloads that can be run, in their order.
    private let first: CallTarget?
    private let others: [CallTarget]
    private let function: String
    private let isBound: Bool
    let regex: RegularExpression?
    let meter: Meter?

    init(_ site: CallSite) {
        let targets = site.overloads.compactMap { CallTarget($0) }
        first = targets.first
        others = Array(targets.dropFirst())
        function = site.function
        isBound = !site.overloads.isEmpty
        regex = site.regex
        meter = site.meter
    }

    /// Calls the first overload that takes the arguments.
    @inline(__always)
    func run(_ arguments: Arguments) -> Cell {
        if let first, first.accepts(arguments) { return first.body(arguments) }
        for target in others where target.accepts(arguments) { return target.body(arguments) }
        if !isBound { return arguments.error("unbound function: \(function)") }
        return arguments.evaluation.noSuchOverload()
    }
}

/// What an overload takes, and what it does.
private final class CallTarget: Sendable {
    let body: Overload.Body
    private let count: Int
    /// By parameter; freed with the target and never written after `init`.
    nonisolated(unsafe) private let kinds: UnsafeMutablePointer<CellKinds>
    /// The names of the opaque types that it takes, by parameter; nil where it takes none.
    private let opaque: [String?]?

    init?(_ overload: Overload) {
        guard let body = overload.body else { return nil }
        self.body = body
        count = overload.parameters.count
        kinds = .allocate(capacity: max(1, count))
        for (position, parameter) in overload.parameters.enumerated() {
            (kinds + position).initialize(to: CellKinds(parameter))
        }
        let names = overload.parameters.map { parameter -> String? in
            if case .opaque(let name, _) = parameter { name } else { nil }
        }
        opaque = names.contains { $0 != nil } ? names : nil
    }

    deinit { kinds.deallocate() }

    @inline(__always)
    func accepts(_ arguments: Arguments) -> Bool {
        guard arguments.count == count else { return false }
        for position in 0..<count where kinds[position].intersection(arguments[position].kinds).isEmpty {
            return false
        }
        return opaque == nil || acceptsOpaque(arguments)
    }

    private func acceptsOpaque(_ arguments: Arguments) -> Bool {
        for position in 0..<count {
            if case .opaque(let box) = arguments[position], let name = opaque?[position],
                box._withUnsafeGuaranteedRef({ $0.value.typeName != name })
            {
                return false
            }
        }
        return true
    }
}
