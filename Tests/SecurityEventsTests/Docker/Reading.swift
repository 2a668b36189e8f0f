import Foundation
import JSONView
import SecurityEvents
import TestSupport

/// Events and faults of a text, read by one reader.
struct Reading {
    var events: [Event] = []
    var faults: [String] = []

    /// Reads a record a line.
    init(lines text: some StringProtocol, with reader: some EventReader, keeps: Bool = true) {
        self.init(texts: text.split(separator: "\n").map { Array($0.utf8) }, with: reader, keeps: keeps)
    }

    /// Reads a shared file, a record a line; nothing where it is not there.
    init(shared name: String, with reader: some EventReader) {
        let data = SharedFolder.contents(name) ?? Data()
        self.init(texts: data.split(separator: 0x0A).map { Array($0) }, with: reader, name: name)
    }

    /// Reads texts, each one record.
    init(texts: [[UInt8]], with reader: some EventReader, name: String = "test", keeps: Bool = true) {
        var reader = reader
        let parser = JSONParser()
        var events: [Event] = []
        for (number, text) in texts.enumerated() {
            do {
                let document = try parser.parse(text)
                let position = SourcePosition(name: name, line: number + 1)
                try reader.read(document, at: position) { events.append(copy $0) }
            } catch {
                faults.append("\(number + 1): \(error)")
            }
        }
        reader.finish { events.append(copy $0) }
        self.events = events
        if keeps { events.forEach { $0.keep() } }
    }

    /// Reads a shared file's lines as the engine's own log; nothing where it is not there.
    init(daemon name: String) {
        let data = SharedFolder.contents(name) ?? Data()
        self.init(daemonLines: data.split(separator: 0x0A).map { Array($0) }, name: name)
    }

    /// Reads lines of the engine's own log.
    init(daemonLines lines: [[UInt8]], name: String = "test", keeps: Bool = true) {
        var reader = DockerDaemonReader()
        var events: [Event] = []
        for (number, line) in lines.enumerated() {
            line.withUnsafeBytes { bytes in
                do {
                    let position = SourcePosition(name: name, line: number + 1)
                    try reader.readLine(bytes, at: position) { events.append(copy $0) }
                } catch {
                    faults.append("\(number + 1): \(error)")
                }
            }
        }
        reader.finish { events.append(copy $0) }
        self.events = events
        if keeps { events.forEach { $0.keep() } }
    }

    /// Events of an action.
    func of(_ action: Action) -> [Event] { events.filter { $0.action == action } }
}

extension Event {
    /// Lets the event's documents live as long as the process.
    ///
    /// An expectation may read a value after the event that it came from was used last.
    func keep() {
        for document in [document] + attachments.map({ $0.document }) { _ = Unmanaged.passRetained(document) }
    }

    /// The first container's image as it was written.
    var image: String? { containers.first?.image?.string }

    /// What the first container mounts of the host: `/source:/target`.
    var hostMounts: [String] {
        (containers.first?.dockerMounts() ?? []).filter { $0.kind == .host }.map {
            "\($0.source.map { String($0) } ?? ""):\($0.target.map { String($0) } ?? "")\($0.isReadOnly ? ":ro" : "")"
        }
    }
}
