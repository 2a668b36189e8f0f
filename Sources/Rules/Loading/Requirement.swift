internal import CEL
internal import SecurityEvents

/// What an event must be for a condition to have a chance: cheap to look up, and never too strict.
package struct Requirement: Sendable, Hashable {
    /// Sets of cases, a bit for each.
    package var sources: UInt16
    package var actions: UInt16
    /// Whether only events that deploy something count.
    package var deploys: Bool
    /// The resources; nil for any.
    package var resources: Set<String>?

    /// Any event.
    package static let any = Requirement(
        sources: bits(SourceType.allCases), actions: bits(Action.allCases), deploys: false, resources: nil)

    private static let none = Requirement(sources: 0, actions: 0, deploys: true, resources: [])

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
        var both = Requirement(
            sources: sources & other.sources, actions: actions & other.actions, deploys: deploys || other.deploys,
            resources: resources)
        if let theirs = other.resources { both.resources = resources.map { $0.intersection(theirs) } ?? theirs }
        return both
    }

    /// What one of the two asks for.
    func or(_ other: Requirement) -> Requirement {
        var either = Requirement(
            sources: sources | other.sources, actions: actions | other.actions, deploys: deploys && other.deploys,
            resources: nil)
        if let mine = resources, let theirs = other.resources { either.resources = mine.union(theirs) }
        return either
    }

    /// Works out what a condition asks of `event`.
    init(of node: Expression) { self = Self.requirement(of: node) }

    private init(sources: UInt16, actions: UInt16, deploys: Bool, resources: Set<String>?) {
        self.sources = sources
        self.actions = actions
        self.deploys = deploys
        self.resources = resources
    }

    private static func requirement(of node: Expression) -> Requirement {
        switch node.kind {
        case .literal(.bool(false)): return none
        case .select(_, "deploys", false) where path(node) == "event.deploys":
            var wanted = any
            wanted.deploys = true
            wanted.actions = bits([Action.create, .start, .modify])
            return wanted
        case .call("_&&_", nil, let sides): return sides.reduce(any) { $0.and(requirement(of: $1)) }
        case .call("_||_", nil, let sides): return sides.reduce(none) { $0.or(requirement(of: $1)) }
        case .call("_==_", nil, let sides) where sides.count == 2:
            if let text = text(sides[1]) { return field(path(sides[0]), among: [text]) }
            if let text = text(sides[0]) { return field(path(sides[1]), among: [text]) }
            return any
        case .call("_!=_", nil, let sides) where sides.count == 2:
            return text(sides[1]).map { field(path(sides[0]), notAmong: [$0]) } ?? any
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
        default: return any
        }
    }

    private static func field(_ path: String?, among texts: [String]) -> Requirement {
        var wanted = any
        switch path {
        case "event.action": wanted.actions = bits(texts.compactMap(Action.init(rawValue:)))
        case "event.source": wanted.sources = bits(texts.compactMap(SourceType.init(rawValue:)))
        case "event.platform":
            wanted.sources = bits(SourceType.allCases.filter { texts.contains($0.platform.rawValue) })
        case "event.resource": wanted.resources = Set(texts)
        default: break
        }
        return wanted
    }

    private static func field(_ path: String?, notAmong texts: [String]) -> Requirement {
        var wanted = any
        let others = field(path, among: texts)
        switch path {
        case "event.action": wanted.actions &= ~others.actions
        case "event.source", "event.platform": wanted.sources &= ~others.sources
        default: break
        }
        return wanted
    }

    private static func text(_ node: Expression) -> String? {
        if case .literal(.string(let text)) = node.kind { text } else { nil }
    }

    private static func path(_ node: Expression) -> String? {
        switch node.kind {
        case .ident(let name): name
        case .select(let operand, let field, false): path(operand).map { $0 + "." + field }
        default: nil
        }
    }
}
