import SecurityEvents
import Synchronization

/// How far the events of a Docker engine were told.
struct EnginePlace: Equatable, Sendable {
    /// The moment of the latest event by the engine's clock, in nanoseconds since 1970.
    let nanoseconds: Int64
    /// The containers whose inspection was not told yet.
    let uninspected: Set<String>

    /// How far back a replay reaches beyond the latest event: events aren't numbered strictly in time.
    static let overlap: Int64 = 5_000_000_000
    /// Far more than may wait.
    private static let sizeLimit = 4 << 20

    /// Names a place.
    init(nanoseconds: Int64, uninspected: Set<String> = []) {
        self.nanoseconds = nanoseconds
        self.uninspected = uninspected
    }

    /// Reads a place; nil where the bytes are none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.sizeLimit else { return nil }
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        guard let number = words.first.flatMap({ Int64($0) }), number > 0 else { return nil }
        self.init(nanoseconds: number, uninspected: Set(words.dropFirst().map(String.init)))
    }

    /// The place as it is kept.
    func place(of source: String) -> SourcePlace {
        SourcePlace(source: source) {
            Array(([String(nanoseconds)] + uninspected.sorted()).joined(separator: " ").utf8)
        }
    }

    /// Whether a container was inspected before the process was started anew, so that nobody has to ask for it again.
    func knows(_ container: String, at moment: Int64) -> Bool {
        moment <= nanoseconds && !uninspected.contains(container)
    }
}

/// The containers whose inspection is under way.
final class UnderInspection: Sendable {
    private let containers = Mutex<Set<String>>([])

    /// All of them.
    var all: Set<String> { containers.withLock { $0 } }

    func begin(_ container: String) { containers.withLock { _ = $0.insert(container) } }

    /// Notes that an inspection was told, or that it is a gap.
    func end(_ container: String) { containers.withLock { _ = $0.remove(container) } }
}
