import Foundation
import JSONView

/// The corpora beside the project, where they are present.
enum SharedCorpora {
    static var directory: URL? {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let candidates = [
            ProcessInfo.processInfo.environment["TALLYMAN_SHARED"].map { URL(filePath: $0) },
            root.deletingLastPathComponent().appending(path: "shared"),
        ]
        return candidates.compactMap { $0?.appending(path: "data/corpora") }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// The rows of a corpus; nil, with a line that says so, where it is absent.
    static func rows(_ name: String) throws -> [JSONDocument]? {
        guard let file = directory?.appending(path: name), FileManager.default.fileExists(atPath: file.path) else {
            print("corpus \(name) is absent: skipped")
            return nil
        }
        let text = try Data(contentsOf: file)
        return try text.split(separator: UInt8(ascii: "\n")).map { try JSONParser().parse(Array($0)) }
    }

    /// The ids of a skip list beside this file: one a line, with its reason.
    static func skips(_ name: String) throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
        var skips: [String: String] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            skips[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return skips
    }
}
