package import JSONView
package import SecurityEvents

/// What many rules ask of an event and few events have, seen without asking any rule.
///
/// A flag may be set where a rule would say no, never the other way round.
package struct EventFlags: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `event.deploys`.
    package static let deploys = EventFlags(rawValue: 1 << 0)
    /// `actor.anonymous`.
    package static let anonymous = EventFlags(rawValue: 1 << 1)
    /// The actor acts under another name or with other groups.
    package static let impersonated = EventFlags(rawValue: 1 << 2)
    /// `event.irregularities` names something.
    package static let irregular = EventFlags(rawValue: 1 << 3)
    /// The user's name does not begin with `system:`, or there is none.
    package static let outsider = EventFlags(rawValue: 1 << 4)
    /// No code of success (1 to 399) was answered.
    package static let unwell = EventFlags(rawValue: 1 << 5)

    /// How many bits there are.
    package static let width = 6
    package static let all: EventFlags = [.deploys, .anonymous, .impersonated, .irregular, .outsider, .unwell]

    /// The flags of an event.
    package init(of event: borrowing Event) {
        var flags: EventFlags = []
        if EventSchema.deploys(event) { flags.insert(.deploys) }
        if ActorJudgement.isAnonymous(event.actor) { flags.insert(.anonymous) }
        if event.actor.impersonatedUser != nil || event.actor.impersonatedGroups != nil { flags.insert(.impersonated) }
        if !event.irregularities.isEmpty { flags.insert(.irregular) }
        if event.actor.user.map({ !$0.hasPrefix("system:") }) ?? true { flags.insert(.outsider) }
        if !Self.isGood(event.statusCode) { flags.insert(.unwell) }
        self = flags
    }

    /// With what the names of Kubernetes' own accounts begin.
    static let systemPrefix = "system:"

    /// Whether an HTTP status is one of success.
    static func isGood(_ code: Int?) -> Bool { code.map { (1..<400).contains($0) } ?? false }

    /// The flag that an answer has whose code is one of some texts; none where one of them is a code of success.
    static func answered(_ codes: [String]) -> EventFlags { codes.contains { isGood(Int($0)) } ? [] : .unwell }

    /// Fields that are true or false.
    static let booleans: [String: EventFlags] = ["event.deploys": .deploys, "actor.anonymous": .anonymous]
    /// Fields of which a condition asks that they are not empty.
    static let fillable: [String: EventFlags] = [
        "actor.impersonatedUser": .impersonated, "actor.impersonatedGroups": .impersonated,
        "event.irregularities": .irregular,
    ]
}

/// A text of an event that rules ask for by literals.
package enum IndexedText: Int, CaseIterable, Sendable {
    case resource, subresource, verb, apiGroup, namespace

    /// All of them, made once.
    package static let all = Array(allCases)

    /// The field as rules name it.
    var path: String { "event.\(self)" }

    /// The field that rules see.
    package func text(of event: borrowing Event) -> JSONText {
        switch self {
        case .resource: event.target.resource ?? .none
        case .subresource: event.target.subresource ?? .none
        case .verb: event.verb ?? .none
        case .apiGroup: event.target.apiGroup ?? .none
        case .namespace: event.target.namespace ?? .none
        }
    }
}
