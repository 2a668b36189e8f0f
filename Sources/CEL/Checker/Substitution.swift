/// What is known about type parameters: the mapping that assignability checks build up.
struct Substitution {
    private var found: [String: CELType] = [:]

    func apply(_ type: CELType, freeToDyn: Bool = false) -> CELType {
        switch type {
        case .typeParam(let name):
            if let known = found[name] { return apply(known, freeToDyn: freeToDyn) }
            return freeToDyn ? .dyn : type
        case .list(let element): return .list(apply(element, freeToDyn: freeToDyn))
        case .map(let key, let value):
            return .map(apply(key, freeToDyn: freeToDyn), apply(value, freeToDyn: freeToDyn))
        case .type(let inner): return .type(apply(inner, freeToDyn: freeToDyn))
        case .opaque(let name, let parameters):
            return .opaque(name, parameters.map { apply($0, freeToDyn: freeToDyn) })
        default: return type
        }
    }

    mutating func bind(_ name: String, to type: CELType) { found[name] = type }

    /// Whether values of one type may stand where the other is wanted; learns type parameters when they may.
    mutating func isAssignable(_ from: CELType, to: CELType) -> Bool {
        var trial = self
        guard trial.assign(from, to) else { return false }
        self = trial
        return true
    }

    mutating func areAssignable(_ from: [CELType], to: [CELType]) -> Bool {
        guard from.count == to.count else { return false }
        var trial = self
        for (one, other) in zip(from, to) where !trial.assign(one, other) { return false }
        self = trial
        return true
    }

    private mutating func assign(_ from: CELType, _ to: CELType) -> Bool {
        if case .typeParam = to {
            let (isValid, wasBound) = substitute(from, for: to)
            if isValid { return true }
            if wasBound { return false }
        }
        if case .typeParam = from { return substitute(to, for: from).isValid }
        if from.isDynamicOrError || to.isDynamicOrError { return true }
        switch (from, to) {
        case (.null, _): return to.admitsNull
        case (_, .null): return from.admitsNull
        case (.nullable(let wrapped), .nullable(let other)): return wrapped == other
        case (.nullable(let wrapped), let other), (let other, .nullable(let wrapped)): return wrapped == other
        case (.type, .type): return true
        case (.list(let element), .list(let other)): return assign(element, other)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            return assign(key, otherKey) && assign(value, otherValue)
        case (.opaque(let name, let parameters), .opaque(let other, let otherParameters)):
            guard name == other, parameters.count == otherParameters.count else { return false }
            for (one, two) in zip(parameters, otherParameters) where !assign(one, two) { return false }
            return true
        default: return from == to
        }
    }

    private mutating func substitute(_ type: CELType, for parameter: CELType) -> (isValid: Bool, wasBound: Bool) {
        guard case .typeParam(let name) = parameter else { return (false, false) }
        if type == parameter { return (true, true) }
        if let known = found[name] {
            if type == known { return (true, true) }
            guard assign(type, known) else { return (false, true) }
            let general = Self.mostGeneral(type, known)
            if !isReferenced(name, in: general) { found[name] = general }
            return (true, true)
        }
        guard !isReferenced(name, in: type) else { return (false, false) }
        found[name] = type
        return (true, false)
    }

    private func isReferenced(_ name: String, in type: CELType) -> Bool {
        if case .typeParam(let other) = type {
            if name == other { return true }
            return found[other].map { isReferenced(name, in: $0) } ?? false
        }
        return type.parameters.contains { isReferenced(name, in: $0) }
    }

    /// Of two types that fit each other, the one that says less.
    static func mostGeneral(_ one: CELType, _ other: CELType) -> CELType {
        isEqualOrLessSpecific(one, other) ? one : other
    }

    private static func isEqualOrLessSpecific(_ one: CELType, _ other: CELType) -> Bool {
        if one.isDynamic { return true }
        if case .typeParam = one { return true }
        if other.isDynamic { return false }
        if case .typeParam = other { return false }
        switch (one, other) {
        case (_, .null): return true
        case (.null, _): return false
        case (.nullable, _): return true
        case (_, .nullable): return false
        case (.type, .type): return true
        case (.list(let element), .list(let otherElement)): return isEqualOrLessSpecific(element, otherElement)
        case (.map(let key, let value), .map(let otherKey, let otherValue)):
            return isEqualOrLessSpecific(key, otherKey) && isEqualOrLessSpecific(value, otherValue)
        case (.opaque(let name, let parameters), .opaque(let otherName, let others)):
            return name == otherName && parameters.count == others.count
                && zip(parameters, others).allSatisfy { isEqualOrLessSpecific($0, $1) }
        default: return one == other
        }
    }
}

extension CELType {
    /// Whether null may stand where this type is wanted.
    fileprivate var admitsNull: Bool {
        switch self {
        case .null, .nullable, .opaque, .object, .timestamp, .duration, .any: true
        default: false
        }
    }
}
