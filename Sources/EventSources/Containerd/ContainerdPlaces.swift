import SecurityEvents
import Synchronization

/// Which containers were told of, as it is kept beside the ledger: containerd tells nothing again, so after a restart what
/// came and went meanwhile is seen only by comparing.
///
/// The name of a place is `SOCKET/known`, or `SOCKET/known/NAMESPACE/ID` for one container.
package final class ContainerdPlaces: Sendable {
    /// A container as it was known.
    struct Known: Sendable, Equatable {
        /// Who it is.
        var brief: [UInt8]
        /// The number of its first process, while it runs.
        var process: UInt32?
    }

    /// What is kept.
    struct Kept: Sendable {
        /// Up to when everything was told; nil where no list was ever complete.
        var moment: Timestamp?
        var containers: [ContainerdMemory.Key: Known] = [:]
    }

    /// More than a brief has, where nobody blows it up.
    private static let sizeLimit = 64 << 10

    private let kept: Mutex<Kept>

    /// Nothing is kept.
    package init() { kept = Mutex(Kept()) }

    /// Reads places.
    ///
    /// - Parameters:
    ///   - places: the places of all sources, by their names.
    ///   - source: the source's name, which is the socket's path.
    package init(_ places: [String: [UInt8]], of source: String) {
        var kept = Kept()
        let name = source + "/known"
        for (key, bytes) in places where key.hasPrefix(name) {
            let parts = key.dropFirst(name.count).split(separator: "/", omittingEmptySubsequences: false)
            if parts.count == 1, parts[0].isEmpty {
                kept.moment = Int64(String(decoding: bytes.prefix(20), as: UTF8.self)).map(Timestamp.init(nanoseconds:))
            } else if parts.count == 3, let known = Self.read(bytes) {
                let key = ContainerdMemory.Key(namespace: String(parts[1]), identifier: String(parts[2]))
                kept.containers[key] = known
            }
        }
        self.kept = Mutex(kept)
    }

    /// Hands over what is kept; it is held only once.
    func take() -> Kept {
        kept.withLock { kept in
            defer { kept = Kept() }
            return kept
        }
    }

    /// The place of everything: up to when it was told.
    static func place(in source: String, at moment: Timestamp) -> SourcePlace {
        SourcePlace(source: source + "/known") { Array("\(moment.nanoseconds)".utf8) }
    }

    /// The place of a container; one that is gone is kept no longer.
    static func place(of key: ContainerdMemory.Key, _ known: Known?, in source: String) -> SourcePlace {
        SourcePlace(source: "\(source)/known/\(key.namespace)/\(key.identifier)") {
            guard let known, known.brief.count <= sizeLimit else { return [] }
            return Array("\(known.process ?? 0) ".utf8) + known.brief
        }
    }

    private static func read(_ bytes: [UInt8]) -> Known? {
        guard let space = bytes.prefix(12).firstIndex(of: 0x20), bytes.count <= sizeLimit + 12,
            let process = UInt32(String(decoding: bytes[..<space], as: UTF8.self)),
            bytes[(space + 1)...].first == UInt8(ascii: "{")
        else { return nil }
        return Known(brief: Array(bytes[(space + 1)...]), process: process == 0 ? nil : process)
    }
}
