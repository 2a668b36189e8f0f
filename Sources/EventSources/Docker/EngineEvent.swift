import JSONView
import SecurityEvents

/// The little that the live source itself has to know of an event.
struct EngineEvent {
    /// When it happened by the engine's clock, in nanoseconds since 1970; 0 where it does not say.
    var nanoseconds: Int64 = 0
    /// The container that has to be inspected now.
    var inspects: String?
    /// Whether it has to be inspected even if it was before: it is new, or was changed.
    var alwaysInspects = false
    /// The container that runs from now on.
    var starts: String?
    /// The container that does not run any more.
    var ends: String?
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
            if action == "start" || action == "restore" { starts = identifier }
            if action == "die" || action == "destroy" { ends = identifier }
        }
    }
}

/// Reads a moment as the engine's API takes it; nil for anything else.
func momentOfEngine(_ text: String) -> Timestamp? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].utf8.count == 9, let seconds = Int64(parts[0]), let rest = Int64(parts[1]),
        seconds >= 0, seconds < 9_000_000_000, rest >= 0
    else { return nil }
    return Timestamp(nanoseconds: seconds * 1_000_000_000 + rest)
}

/// A moment as the engine's API takes it: seconds, and nanoseconds after the dot.
func engineMoment(_ nanoseconds: Int64) -> String {
    let (seconds, rest) = max(nanoseconds, 0).quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(rest)
    return "\(seconds)." + String(repeating: "0", count: 9 - digits.count) + digits
}
