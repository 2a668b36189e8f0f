import CEL
import JSONView
import Rules
import SecurityEvents

/// Finds the rules that an event has a chance with.
///
/// Most events of a log have a chance with none: that is one look into a table.
final class RuleIndex {
    let rules: [CompiledRule]
    private var entries: [Entry]
    private var resources: [Fingerprint: Int] = [:]
    /// Rules that come together for several kinds of events are planned once.
    private var buckets: [[Int]: RuleBucket] = [:]

    private struct Entry {
        /// The bucket for resources that no rule names.
        var other: RuleBucket?
        /// Buckets by resource, where some rule asks for one.
        var named: [RuleBucket?] = []
    }

    init(_ rules: [CompiledRule]) {
        let rules = rules.filter(\.isAsked)
        self.rules = rules
        let names = rules.compactMap(\.requirement.resources).reduce(into: Set<String>()) { $0.formUnion($1) }.sorted()
        for (position, name) in names.enumerated() { resources[Fingerprint(name)] = position }
        entries = Array(repeating: Entry(), count: SourceType.allCases.count * Action.allCases.count * 2)
        for source in SourceType.allCases {
            for action in Action.allCases {
                for deploys in [false, true] {
                    entries[Self.position(source, action, deploys)] = entry(source, action, deploys, names)
                }
            }
        }
    }

    private func entry(_ source: SourceType, _ action: Action, _ deploys: Bool, _ names: [String]) -> Entry {
        let candidates = rules.indices.filter { index in
            let asked = rules[index].requirement
            return asked.sources & Requirement.bit(source) != 0 && asked.actions & Requirement.bit(action) != 0
                && (deploys || !asked.deploys)
        }
        let general = candidates.filter { rules[$0].requirement.resources == nil }
        var entry = Entry(other: bucket(general))
        guard candidates.count > general.count else { return entry }
        entry.named = names.map { name in
            bucket(candidates.filter { rules[$0].requirement.resources?.contains(name) ?? true })
        }
        return entry
    }

    private func bucket(_ indices: [Int]) -> RuleBucket? {
        if indices.isEmpty { return nil }
        if let made = buckets[indices] { return made }
        let made = RuleBucket(indices, of: rules)
        buckets[indices] = made
        return made
    }

    /// The rules for an event; nil where there are none.
    func bucket(for event: borrowing Event, deploys: Bool) -> RuleBucket? {
        let position = Self.position(event.source, event.action, deploys)
        if entries[position].named.isEmpty { return entries[position].other }
        guard let resource = event.target.resource, let named = resources[Fingerprint(resource)] else {
            return entries[position].other
        }
        return entries[position].named[named]
    }

    @inline(__always)
    private static func position(_ source: SourceType, _ action: Action, _ deploys: Bool) -> Int {
        (source.position * 11 + action.position) * 2 + (deploys ? 1 : 0)
    }
}

/// Rules that are asked together, so that what they have in common is evaluated once.
final class RuleBucket {
    let eventRules: [Int]
    let containerRules: [Int]
    let eventFeatures: [FeatureRequirement]
    let containerFeatures: [FeatureRequirement]
    private let rules: [CompiledRule]
    lazy var eventSet = ProgramSet(eventRules.map { rules[$0].condition })
    lazy var containerSet = ProgramSet(containerRules.map { rules[$0].condition })

    init(_ indices: [Int], of rules: [CompiledRule]) {
        self.rules = rules
        eventRules = indices.filter { rules[$0].scope == .event }
        containerRules = indices.filter { rules[$0].scope == .container }
        eventFeatures = eventRules.map { rules[$0].features }
        containerFeatures = containerRules.map { rules[$0].features }
    }
}

extension SourceType {
    fileprivate var position: Int {
        switch self {
        case .dockerEvents: 0
        case .dockerDaemon: 1
        case .dockerAuthorization: 2
        case .dockerInspect: 3
        case .kubernetesAudit: 4
        case .kubernetesEvent: 5
        case .kubernetesAdmission: 6
        }
    }
}

extension Action {
    fileprivate var position: Int {
        switch self {
        case .create: 0
        case .start: 1
        case .exec: 2
        case .attach: 3
        case .connect: 4
        case .modify: 5
        case .delete: 6
        case .stop: 7
        case .image: 8
        case .read: 9
        case .other: 10
        }
    }
}
