import Detection
import Foundation
import LogLines
import Rules
import SecurityEvents
import TestSupport

/// Plays logs through the shipped rules, as a hunt does.
struct LogPlayer {
    /// The shipped rules, compiled once.
    static let shipped = Result { try RuleLibrary.load() }

    private(set) var detector: Detector
    private(set) var findings: [Finding] = []
    private(set) var events = 0

    init() throws { detector = Detector(library: try Self.shipped.get()) }

    /// Plays a file of the shared folder, plain or compressed.
    mutating func play(file name: String) throws {
        guard let folder = SharedFolder.path else { return }
        let lines = try LineReader(path: folder + "/" + name)
        var reader = LogReader()
        while let item = lines.next() {
            guard case .line(let line) = item else { continue }
            reader.read(line.bytes, at: SourcePosition(name: name, line: line.number)) { take($0) }
        }
        reader.finish { take($0) }
    }

    /// Plays one record.
    mutating func play(record: Data, line: Int = 1) {
        var reader = LogReader()
        record.withUnsafeBytes { bytes in
            reader.read(bytes, at: SourcePosition(name: "record", line: line)) { take($0) }
        }
        reader.finish { take($0) }
    }

    private mutating func take(_ event: borrowing Event) {
        events += 1
        findings += detector.observe(event)
    }

    /// The highest level of all findings.
    var highest: Level? { findings.map(\.level).max() }

    /// How many findings of each level there are, and of which rules the serious ones are.
    var summary: String {
        let counts = Level.allCases.reversed().compactMap { level -> String? in
            let count = findings.count { $0.level == level }
            return count == 0 ? nil : "\(count) \(level.rawValue)"
        }
        let serious = Set(findings.filter { $0.level >= .medium }.map(\.ruleName)).sorted()
        return (counts.isEmpty ? "nothing" : counts.joined(separator: ", "))
            + (serious.isEmpty ? "" : " (\(serious.joined(separator: ", ")))")
    }
}
