internal import CEL
internal import SecurityEvents

/// What an event must be for a condition to have a chance: cheap to look up, and never too strict.
package struct Requirement: Sendable, Hashable {
    /// Sets of cases, a bit for each.
    package var sources: UInt16
    package var actions: UInt16
    package var outcomes: UInt16
    package var bodies: UInt16
    /// Flags of which the event must have all.
    package var flags: EventFlags
    /// Texts of which the event must have one, by the field that has it; a field that is not there may be anything.
    package var texts: [IndexedText: Set<String>]

    /// Any event.
    package static let any = Requirement(
        sources: bits(SourceType.allCases), actions: bits(Action.allCases), outcomes: bits(Outcome.allCases),
        bodies: bits(BodyState.allCases), flags: [], texts: [:])

    private static let none = Requirement(sources: 0, actions: 0, outcomes: 0, bodies: 0, flags: .all, texts: [:])

    /// Whether only events that deploy something count.
    package var deploys: Bool { flags.contains(.deploys) }
    /// The resources; nil for any.
    package var resources: Set<String>? { texts[.resource] }

    /// Whether no event can be what is asked.
    private var isImpossible: Bool { sources == 0 || actions == 0 || outcomes == 0 || bodies == 0 }

    /// The bit of a case.
    package static func bit<Case: CaseIterable & Equatable>(_ value: Case) -> UInt16
    where Case.AllCases: RandomAccessCollection {
        guard let position = Array(Case.allCases).firstIndex(of: value) else { return 0 }
        return 1 << UInt16(position)
    }

    static func bits<Case: CaseIterable & Equatable>(_ values: [Case]) -> UInt16
    where Case.AllCases: RandomAccessCollection { values.reduce(0) { $0 | bit($1) } }

    /// What both ask for.
    func and(_ other: Requirement) -> Requirement {
        var both = self
        both.sources &= other.sources
        both.actions &= other.actions
        both.outcomes &= other.outcomes
        both.bodies &= other.bodies
        both.flags.formUnion(other.flags)
        both.texts.merge(other.texts) { $0.intersection($1) }
        return both
    }

    /// What one of the two asks for.
    func or(_ other: Requirement) -> Requirement {
        if isImpossible { return other }
        if other.isImpossible { return self }
        var either = self
        either.sources |= other.sources
        either.actions |= other.actions
        either.outcomes |= other.outcomes
        either.bodies |= other.bodies
        either.flags.formIntersection(other.flags)
        either.texts = texts.filter { other.texts[$0.key] != nil }
        either.texts.merge(other.texts.filter { texts[$0.key] != nil }) { $0.union($1) }
        return either
    }

    /// Works out what a condition asks of `event`, `actor` and `facts`.
    init(of node: Expression) { self = Self.requirement(of: node) }

    private init(
        sources: UInt16, actions: UInt16, outcomes: UInt16, bodies: UInt16, flags: EventFlags,
        texts: [IndexedText: Set<String>]
    ) {
        self.sources = sources
        self.actions = actions
        self.outcomes = outcomes
        self.bodies = bodies
        self.flags = flags
        self.texts = texts
    }

    private static func requirement(of node: Expression) -> Requirement {
        switch node.kind {
        case .literal(.bool(false)): return none
        case .select(_, _, false):
            guard let flag = path(node).flatMap({ EventFlags.booleans[$0] }) else { return any }
            return requiring(flag)
        case .call("_&&_", nil, let sides): return sides.reduce(any) { $0.and(requirement(of: $1)) }
        case .call("_||_", nil, let sides): return sides.reduce(none) { $0.or(requirement(of: $1)) }
        case .call("_==_", nil, let sides) where sides.count == 2:
            if let text = text(sides[1]) { return field(path(sides[0]), among: [text]) }
            if let text = text(sides[0]) { return field(path(sides[1]), among: [text]) }
            return any
        case .call("like", let target?, let arguments):
            guard path(target) == SigmaFunctions.namespace, arguments.count == 2 else { return any }
            return raw(arguments[0], among: arguments[1])
        case .call("_!=_", nil, let sides) where sides.count == 2:
            guard let text = text(sides[1]) else { return any }
            return text.isEmpty ? filled(path(sides[0])) : field(path(sides[0]), notAmong: [text])
        case .call("_>_", nil, let sides) where sides.count == 2:
            guard case .call("size", nil, let sized) = sides[0].kind, sized.count == 1,
                case .literal(.int(0)) = sides[1].kind
            else { return any }
            return filled(path(sized[0]))
        case .call("@in", nil, let sides) where sides.count == 2:
            guard case .list(let elements, _) = sides[1].kind else { return any }
            let texts = elements.compactMap(text)
            return texts.count == elements.count ? field(path(sides[0]), among: texts) : any
        case .call("!_", nil, let sides) where sides.count == 1:
            guard case .call("@in", nil, let inner) = sides[0].kind, inner.count == 2,
                case .list(let elements, _) = inner[1].kind
            else { return any }
            let texts = elements.compactMap(text)
            return texts.count == elements.count ? field(path(inner[0]), notAmong: texts) : any
        case .comprehension(let loop):
            if case .exists = loop.shape { return filled(path(loop.range)) }
            return any
        default: return any
        }
    }

    private static func requiring(_ flag: EventFlags) -> Requirement {
        var wanted = any
        wanted.flags = flag
        if flag.contains(.deploys) { wanted.actions = bits([Action.create, .start, .found, .modify]) }
        return wanted
    }

    /// A field that must not be empty.
    private static func filled(_ path: String?) -> Requirement {
        guard let path else { return any }
        if let flag = EventFlags.fillable[path] { return requiring(flag) }
        var wanted = any
        if let resources = Fact.allCases.first(where: { path == "facts." + $0.name })?.resources {
            wanted.texts[.resource] = resources
        }
        return wanted
    }

    private static func field(_ path: String?, among texts: [String]) -> Requirement {
        var wanted = any
        switch path {
        case "event.action": wanted.actions = bits(texts.compactMap(Action.init(rawValue:)))
        case "event.source": wanted.sources = bits(texts.compactMap(SourceType.init(rawValue:)))
        case "event.platform":
            wanted.sources = bits(SourceType.allCases.filter { texts.contains($0.platform.rawValue) })
        case "event.outcome": wanted.outcomes = bits(texts.compactMap(Outcome.init(rawValue:)))
        case "event.body": wanted.bodies = bits(texts.compactMap(BodyState.init(rawValue:)))
        default:
            if let text = IndexedText.allCases.first(where: { $0.path == path }) { wanted.texts[text] = Set(texts) }
        }
        return wanted
    }

    private static func field(_ path: String?, notAmong texts: [String]) -> Requirement {
        var wanted = any
        let others = field(path, among: texts)
        switch path {
        case "event.action": wanted.actions &= ~others.actions
        case "event.source", "event.platform": wanted.sources &= ~others.sources
        case "event.outcome": wanted.outcomes &= ~others.outcomes
        case "event.body": wanted.bodies &= ~others.bodies
        default: break
        }
        return wanted
    }

    private static func path(_ node: Expression) -> String? {
        switch node.kind {
        case .ident(let name): name
        case .select(let operand, let field, false): path(operand).map { $0 + "." + field }
        default: nil
        }
    }

    private static func text(_ node: Expression) -> String? {
        if case .literal(.string(let text)) = node.kind { text } else { nil }
    }
}
