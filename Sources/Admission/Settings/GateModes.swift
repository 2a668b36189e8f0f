internal import Rules
public import SecurityEvents

/// What each rule does where: a list of lines, of which the last one that fits counts.
public struct GateModes: Sendable, Equatable {
    /// One line: what some rules do in some places.
    public struct Line: Sendable, Equatable {
        public var mode: Decision.Mode
        /// The rule's name or identifier, with `*` and `?`; nil for every rule.
        public var rule: String?
        /// The level that a finding has at least; nil for any.
        public var level: Level?
        /// The namespace, with `*` and `?`; nil for any place.
        public var namespace: String?
        /// The Docker host, with `*` and `?`; nil for any place.
        public var host: String?

        /// Makes a line.
        public init(
            _ mode: Decision.Mode, rule: String? = nil, level: Level? = nil, namespace: String? = nil,
            host: String? = nil
        ) {
            self.mode = mode
            self.rule = rule
            self.level = level
            self.namespace = namespace
            self.host = host
        }

        /// Whether the line says something of a certain rule or place, and not of everything alike.
        var isSpecific: Bool { rule != nil || namespace != nil || host != nil }
    }

    /// Where a request belongs.
    public struct Place: Sendable, Equatable {
        public var namespace: String?
        public var host: String?

        /// Names a place.
        public init(namespace: String? = nil, host: String? = nil) {
            self.namespace = namespace
            self.host = host
        }
    }

    /// The lines, the general ones first.
    public var lines: [Line]
    /// What no line can exceed: `warn` lets everything through and tells what would be refused.
    public var ceiling: Decision.Mode

    /// What is done without a word of anybody: what is grave is refused, what is doubtful is told, the rest is written down.
    public static let standard = GateModes(lines: [
        Line(.record), Line(.warn, level: .medium), Line(.enforce, level: .high),
    ])

    /// Makes modes of lines.
    public init(lines: [Line], ceiling: Decision.Mode = .enforce) {
        self.lines = lines
        self.ceiling = ceiling
    }

    /// What a rule does to a request.
    ///
    /// - Parameters:
    ///   - names: the names that the rule goes by.
    ///   - level: how much the finding matters.
    ///   - place: where the request belongs.
    /// - Returns: the mode, and whether a line about this very rule or place said so.
    func mode(of names: [String], level: Level, in place: Place) -> (mode: Decision.Mode, isSpecific: Bool) {
        let line = lines.last { line in
            if let least = line.level, level < least { return false }
            if let rule = line.rule, !names.contains(where: { Wildcard(rule).matches($0) }) { return false }
            return Self.fits(line.namespace, place.namespace) && Self.fits(line.host, place.host)
        }
        return (min(line?.mode ?? .record, ceiling), line?.isSpecific ?? false)
    }

    private static func fits(_ pattern: String?, _ name: String?) -> Bool {
        guard let pattern else { return true }
        return name.map { Wildcard(pattern).matches($0) } ?? false
    }
}
