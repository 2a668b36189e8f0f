package import Detection
import JSONView
internal import Ledger
package import Logging
internal import Reports
package import SecurityEvents

/// Writes what the agent says of itself as lines: for a person, or one JSON object each.
///
/// Nothing gets past it that has not gone through the ``Redactor``, and nothing that a terminal would act on.
package struct StructuredLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level
    package var metadataProvider: Logger.MetadataProvider?

    private let form: LogSection.Form
    private let redactor: Redactor
    private let now: @Sendable () -> Timestamp
    private let write: @Sendable (String) -> Void

    /// The longest message or value that is written whole.
    private static let lengthLimit = 4096

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - form: the form of the lines.
    ///   - level: what is less serious is left out.
    ///   - redactor: takes secrets out.
    ///   - now: the clock.
    ///   - write: takes a line with its end.
    package init(
        form: LogSection.Form, level: Logger.Level, redactor: Redactor,
        now: @escaping @Sendable () -> Timestamp, write: @escaping @Sendable (String) -> Void
    ) {
        self.form = form
        logLevel = level
        self.redactor = redactor
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let given = event.metadata { fields.merge(given) { _, new in new } }
        let sorted = fields.sorted { $0.key < $1.key }.map { (name: $0.key, value: clean("\($0.value)")) }
        switch form {
        case .json: write(json(event, sorted))
        case .text: write(text(event, sorted))
        }
    }

    /// Milliseconds are enough for a person.
    private var moment: Timestamp { Timestamp(nanoseconds: now().nanoseconds / 1_000_000 * 1_000_000) }

    private func clean(_ text: String) -> String {
        let whole = text.utf8.count <= Self.lengthLimit ? text : text.prefix(Self.lengthLimit) + "…"
        return redactor.redact(whole)
    }

    private func json(_ event: LogEvent, _ fields: [(name: String, value: String)]) -> String {
        var writer = JSONWriter()
        writer.object { line in
            line.member("time", "\(moment)")
            line.member("level", event.level.rawValue)
            line.member("message", clean(event.message.description))
            for (name, value) in fields { line.member(name, value) }
        }
        return writer.text + "\n"
    }

    private func text(_ event: LogEvent, _ fields: [(name: String, value: String)]) -> String {
        var line = "\(moment) \(event.level.rawValue): \(clean(event.message.description))"
        for (name, value) in fields {
            let isPlain = !value.isEmpty && !value.contains { $0 == " " || $0 == "=" || $0 == "\"" }
            line += " \(name)=" + (isPlain ? value : "\"" + value.replacing("\"", with: "\\\"") + "\"")
        }
        return visible(line) + "\n"
    }
}

extension LogSection {
    /// A logger as the section says.
    ///
    /// - Parameters:
    ///   - redactor: takes secrets out.
    ///   - write: takes a line with its end.
    /// - Returns: the logger.
    package func logger(redactor: Redactor, write: @escaping @Sendable (String) -> Void) -> Logger {
        let level = Logger.Level(rawValue: level.rawValue) ?? .info
        return Logger(label: "tallyman") { [form] _ in
            StructuredLogHandler(
                form: form, level: level, redactor: redactor, now: { @Sendable in SystemTime.now }, write: write)
        }
    }
}
