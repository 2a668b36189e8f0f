import JSONView
internal import SecurityEvents

/// Notices that an API server tells less of the same requests than before.
///
/// A policy decides by account, verb, resource and namespace, so that two requests that agree in all of them are logged
/// at one level. Bounded: the least recently seen kinds of requests are forgotten.
struct AuditPolicyWatch {
    /// How much is told of a request.
    private enum Level: Int {
        case metadata, request, requestResponse

        init?(_ text: JSONText) {
            switch text.count {
            case 8 where text == "Metadata": self = .metadata
            case 7 where text == "Request": self = .request
            case 15 where text == "RequestResponse": self = .requestResponse
            default: return nil
            }
        }

        var word: String {
            switch self {
            case .metadata: "Metadata"
            case .request: "Request"
            case .requestResponse: "RequestResponse"
            }
        }
    }

    private struct Habit {
        var level: Level
        /// How often the request was told at that level, up to a few.
        var count = 1
        var since: Timestamp?
        /// How often less was told since.
        var less = 0
        var lessSince: Timestamp?
    }

    private static let limit = 4096
    /// How often a request has to be told at a level before that counts as usual, and below it before that counts as less.
    ///
    /// Policies may name single objects, which are not told apart here.
    private static let habit = 3

    private var habits: [Int: Habit] = [:]
    /// Kinds of requests seen since the half of them was last forgotten.
    private var recent: [Int: Habit] = [:]

    /// Looks at a record of a request.
    ///
    /// - Parameter event: the event.
    /// - Returns: the gap, where less is told from here on.
    mutating func observe(_ event: borrowing Event) -> Gap? {
        guard event.source == .kubernetesAudit, event.target.resource != nil, event.outcome != .requested,
            let level = event.raw["level"]?.text.flatMap({ Level($0) })
        else { return nil }
        let key = Self.key(event)
        guard var habit = recent[key] ?? habits[key] else {
            keep(Habit(level: level, since: event.time), key)
            return nil
        }
        defer { keep(habit, key) }
        guard level.rawValue < habit.level.rawValue else {
            if level != habit.level { habit = Habit(level: level, since: event.time) }
            habit.count = min(habit.count + 1, Self.habit)
            habit.less = 0
            return nil
        }
        guard habit.count >= Self.habit else {
            habit = Habit(level: level, since: event.time)
            return nil
        }
        if habit.less == 0 { habit.lessSince = event.time }
        habit.less += 1
        guard habit.less >= Self.habit else { return nil }
        let before = habit.level
        let from = habit.lessSince
        habit = Habit(level: level, count: Self.habit, since: from)
        return gap(event, before, level, from: from)
    }

    private func gap(_ event: borrowing Event, _ before: Level, _ now: Level, from: Timestamp?) -> Gap {
        func text(_ text: JSONText?) -> String { text.map { String($0.prefix(128)) } ?? "" }
        let part = text(event.target.subresource)
        let resource = text(event.target.resource) + (part.isEmpty ? "" : "/\(part)")
        let namespace = text(event.target.namespace)
        let what = "\(text(event.verb)) \(resource)" + (namespace.isEmpty ? "" : " in \(namespace)")
        return Gap(
            source: event.position.name, from: from, to: event.time,
            reason:
                "the audit policy was changed: \(what) by \(text(event.actor.user)) was logged at \(before.word), and now is at \(now.word)",
            suspicion: .auditPolicyWeakened,
            key:
                "\(Gap.Suspicion.auditPolicyWeakened.rawValue)/\(before.word)/\(now.word)/\(from.map { "\($0.nanoseconds)" } ?? "")"
        )
    }

    private mutating func keep(_ habit: Habit, _ key: Int) {
        if recent.count >= Self.limit / 2, recent[key] == nil { (habits, recent) = (recent, [:]) }
        recent[key] = habit
        habits[key] = nil
    }

    private static func key(_ event: borrowing Event) -> Int {
        var hasher = Hasher()
        for text in [
            event.actor.user, event.actor.impersonatedUser, event.verb, event.target.apiGroup, event.target.resource,
            event.target.subresource, event.target.namespace,
        ] {
            if let text { hasher.combine(bytes: UnsafeRawBufferPointer(text.bytes)) }
            hasher.combine(UInt8(0xFF))
        }
        hasher.combine(event.statusCode.map { $0 >= 400 })
        hasher.combine(event.position.name)
        return hasher.finalize()
    }
}
