import JSONView

/// The little that the live source itself has to know of an event.
struct EngineEvent {
    /// When it happened by the engine's clock, in nanoseconds since 1970; 0 where it does not say.
    var nanoseconds: Int64 = 0
    /// The container that has to be inspected now.
    var inspects: String?
    /// Whether it has to be inspected even if it was before: it is new, or was changed.
    var alwaysInspects = false
    /// The container that is no more.
    var destroys: String?

    /// Reads an event; one that makes no sense says nothing.
    ///
    /// - Parameters:
    ///   - line: the event as the engine sent it.
    ///   - parser: the parser to use.
    init(_ line: [UInt8], parser: JSONParser) {
        guard let document = try? parser.parse(line) else { return }
        withExtendedLifetime(document) {
            let root = document.root
            nanoseconds = root["timeNano"]?.int64 ?? 0
            guard let type = root["Type"]?.text, type == "container", let action = root["Action"]?.text,
                let identifier = root["Actor"]?["ID"]?.string
            else { return }
            if action == "create" || action == "start" || action == "update" { inspects = identifier }
            alwaysInspects = action == "create" || action == "update"
            if action == "destroy" { destroys = identifier }
        }
    }
}

/// What was told of a stream of events, so that a replay after a new connection tells nothing twice.
struct EventMemory {
    /// The engine itself remembers 256.
    private static let capacity = 1024

    /// The latest moment of an event, by the engine's clock.
    private(set) var latest: Int64 = 0
    private var known = RecentSet<Int>(capacity: capacity)

    /// Remembers an event.
    ///
    /// - Parameters:
    ///   - line: the event as the engine sent it.
    ///   - nanoseconds: when it happened.
    /// - Returns: whether it is new.
    mutating func remember(_ line: [UInt8], at nanoseconds: Int64) -> Bool {
        // Seeded by the process, so that nobody outside can make two events look the same.
        guard known.insert(line.hashValue) else { return false }
        latest = max(latest, nanoseconds)
        return true
    }

    /// Says whether an event was told already.
    func knows(_ line: [UInt8]) -> Bool { known.contains(line.hashValue) }
}

/// A moment as the engine's API takes it: seconds, and nanoseconds after the dot.
func engineMoment(_ nanoseconds: Int64) -> String {
    let (seconds, rest) = max(nanoseconds, 0).quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(rest)
    return "\(seconds)." + String(repeating: "0", count: 9 - digits.count) + digits
}
