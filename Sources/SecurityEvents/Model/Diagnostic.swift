/// Something that could not be read or understood, and where.
public struct Diagnostic: Error, Sendable, Equatable, CustomStringConvertible {
    /// How much it hinders.
    public enum Severity: String, Sendable {
        /// The thing it is about is left out.
        case error
        /// The thing it is about is used, with a reservation.
        case warning
    }

    public var severity: Severity
    /// The file (or socket) it is in.
    public var file: String
    /// The line, from 1; 0 where it is about the whole file.
    public var line: Int
    /// The column in characters, from 1; 0 where it is about the whole line.
    public var column: Int
    public var message: String

    /// Makes a diagnostic.
    public init(_ severity: Severity = .error, file: String, line: Int = 0, column: Int = 0, message: String) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    /// `file:line:column: severity: message`, the form that editors follow.
    public var description: String {
        var place = file
        if line > 0 { place += ":\(line)" }
        if column > 0 { place += ":\(column)" }
        return "\(place): \(severity.rawValue): \(message)"
    }
}

/// A stretch of time for which a source cannot answer.
public struct Gap: Sendable, Equatable {
    /// The source's name.
    public var source: String
    /// From when; nil where it is not known.
    public var from: Timestamp?
    public var to: Timestamp?
    public var reason: String
    /// How many records may be missing; nil where nobody can say.
    public var estimate: Int?
    /// What it looks like, where it looks as if somebody made it.
    public var suspicion: Suspicion?
    /// What tells it from every other gap of its source, where the same one may be noticed again after a restart.
    public var key: String?

    /// What a gap looks like that somebody may have made; the names of what is said of it.
    public enum Suspicion: String, CaseIterable, Sendable {
        /// A log was cut short while it was written, or a rotated file gone unread.
        case logCut = "log-cut"
        /// The API server's audit policy has it tell less than before.
        case auditPolicyWeakened = "audit-policy-weakened"
    }

    /// Whether it looks as if somebody made it.
    public var isSuspicious: Bool { suspicion != nil }

    /// Makes a gap.
    public init(
        source: String, from: Timestamp?, to: Timestamp?, reason: String, estimate: Int? = nil,
        suspicion: Suspicion? = nil, key: String? = nil
    ) {
        self.source = source
        self.from = from
        // A clock that was put back in between makes no stretch that ends before it begins.
        if let from, let to, to < from { self.to = from } else { self.to = to }
        self.reason = reason
        self.estimate = estimate
        self.suspicion = suspicion
        self.key = key
    }
}
