/// What a gate said to one request, and every reason for it.
public struct Decision: Sendable, Equatable {
    /// What became of the request.
    public enum Verdict: String, CaseIterable, Comparable, Sendable {
        case allow
        /// It was let through, and who asked was told what is wrong with it.
        case warn
        case deny

        public static func < (left: Verdict, right: Verdict) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
    }

    /// What a reason does to the request that it speaks against.
    public enum Mode: String, CaseIterable, Comparable, Sendable {
        /// It is written down.
        case record
        /// Who asks is told.
        case warn
        /// The request is refused.
        case enforce

        public static func < (left: Mode, right: Mode) -> Bool { left.rank < right.rank }

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        /// The verdict on a request that a reason of this mode speaks against.
        public var verdict: Verdict {
            switch self {
            case .record: .allow
            case .warn: .warn
            case .enforce: .deny
            }
        }
    }

    /// The ledger's name of the decision, by which an audit log can be joined to it.
    public var id: String
    public var verdict: Verdict
    /// What speaks against the request, gravest first.
    public var reasons: [Reason]
    /// Why it was not, or not wholly, judged; none where it was.
    public var unjudged: [Unjudged]
    /// The break-glass exemption that let the request through; nil where none was needed.
    public var exemption: String?
    /// What policies wrote for the audit log, under `POLICY/KEY`.
    public var annotations: [String: String]

    /// Makes a decision.
    public init(
        id: String, verdict: Verdict, reasons: [Reason] = [], unjudged: [Unjudged] = [], exemption: String? = nil,
        annotations: [String: String] = [:]
    ) {
        self.id = id
        self.verdict = verdict
        self.reasons = reasons
        self.unjudged = unjudged
        self.exemption = exemption
        self.annotations = annotations
    }

    /// The verdict and its gravest reason in one line: `deny privileged-container: container web runs with full privileges`.
    public var summary: String {
        var text = verdict.rawValue
        if let exemption { text += " (exemption \(exemption))" }
        if let cause = unjudged.first { text += " unjudged (\(cause.cause.rawValue)): \(cause.detail)" }
        guard let reason = reasons.first else { return text }
        text += " \(reason.ruleName): \(reason.message)"
        return reasons.count == 1 ? text : text + " (and \(reasons.count - 1) more)"
    }

    /// Something that speaks against a request.
    public struct Reason: Sendable, Equatable {
        /// Who says it.
        public enum Origin: String, CaseIterable, Sendable {
            case rule, policy, podSecurity
            /// The gate's own reading of the request: two meanings, a route that nobody knows.
            case reading
        }

        public var origin: Origin
        /// The identifier: a rule's UUID, a policy's name, `gate/two-readings`.
        public var rule: String
        /// The name that people use.
        public var ruleName: String
        public var level: Level
        /// What it does here.
        public var mode: Mode
        /// What is wrong, with the values that made it so.
        public var message: String
        /// The container that it is about, where it is about one.
        public var container: String?
        /// The fields that made it so and their values, the most telling first.
        public var fields: [Evidence]
        /// What would make the request pass; empty where no safe change is known.
        public var patch: [PatchOperation]
        /// Whether the object was so before the request, which therefore does not make it worse.
        public var isUnchanged: Bool
        /// The exception that lowered ``mode``; nil where none did.
        public var exception: String?

        /// Makes a reason.
        public init(
            origin: Origin, rule: String, ruleName: String, level: Level, mode: Mode, message: String,
            container: String? = nil, fields: [Evidence] = [], patch: [PatchOperation] = [],
            isUnchanged: Bool = false, exception: String? = nil
        ) {
            self.origin = origin
            self.rule = rule
            self.ruleName = ruleName
            self.level = level
            self.mode = mode
            self.message = message
            self.container = container
            self.fields = fields
            self.patch = patch
            self.isUnchanged = isUnchanged
            self.exception = exception
        }
    }

    /// One change of an object, as JSON Patch (RFC 6902) has it.
    public struct PatchOperation: Sendable, Equatable {
        /// `add`, `replace` or `remove`.
        public var operation: String
        /// A JSON Pointer (RFC 6901) into the object.
        public var path: String
        /// The value as compact JSON; nil for `remove`.
        public var value: String?

        /// Makes a change.
        public init(operation: String, path: String, value: String? = nil) {
            self.operation = operation
            self.path = path
            self.value = value
        }
    }

    /// A reason for which a request was not judged.
    public struct Unjudged: Sendable, Equatable {
        /// What kept the gate from judging.
        public enum Cause: String, CaseIterable, Sendable {
            /// The time was over.
            case deadline
            /// The body is missing, cut, too large or no JSON.
            case body
            /// A field is of a type that it must not have.
            case field
            /// A rule had no answer.
            case rule
            /// A policy had no answer: it asks for what nobody knows.
            case policy
            /// There are more containers than are looked at.
            case size
            /// The gate has too much to do.
            case overload
        }

        public var cause: Cause
        /// What was missing, for a person.
        public var detail: String

        /// Makes a reason.
        public init(_ cause: Cause, _ detail: String) {
            self.cause = cause
            self.detail = detail
        }
    }
}

/// A decision and what it was about, made of copies only, so that it can be kept.
public struct DecisionRecord: Sendable, Equatable {
    /// When it was made.
    public var time: Timestamp
    /// The gate that made it: `kubernetes`, `docker`.
    public var gate: String
    public var decision: Decision
    /// What was asked for, and by whom.
    public var request: EventRecord
    /// Whether the request asked only for a trial.
    public var isDryRun: Bool

    /// Makes a record.
    public init(time: Timestamp, gate: String, decision: Decision, request: EventRecord, isDryRun: Bool = false) {
        self.time = time
        self.gate = gate
        self.decision = decision
        self.request = request
        self.isDryRun = isDryRun
    }
}
