public import JSONView

/// What one policy under one binding says about a request.
public struct PolicyVerdict: Sendable, Equatable {
    /// What came out.
    public enum Outcome: String, Sendable {
        /// The policy is not about the request.
        case notMatched
        /// The request is as the policy wants it.
        case passed
        /// It is not, and what ``PolicyVerdict/actions`` says happens.
        case violated
        /// It cannot be said without knowing more.
        case unknown
    }

    /// A validation that failed, or could not be evaluated.
    public struct Failure: Sendable, Equatable {
        /// Why.
        public enum Kind: String, Sendable {
            /// The expression was false.
            case violation
            /// The expression could not be evaluated, and the policy's failure policy refuses that.
            case error
            /// The policy or binding cannot be used.
            case configuration
        }

        public var kind: Kind
        /// The API server's message: that of the policy, or `failed expression: …`.
        public var message: String
        /// The status reason: `Invalid`, `Forbidden`.
        public var reason: String
        /// The validation's place in the policy, from 0.
        public var index: Int?
        /// The name of the parameter that it was judged with.
        public var parameter: String?
    }

    public var policy: String
    public var origin: AdmissionPolicy.Origin
    /// The rule of a policy that has several; empty otherwise.
    public var rule = ""
    /// nil where the policy itself is at fault.
    public var binding: String?
    public var actions: [PolicyBinding.Action]
    public var outcome: Outcome
    public var failures: [Failure] = []
    /// What would have to be known.
    public var unknowns: [String] = []
    /// Errors that the failure policy `Ignore` passes over.
    public var ignoredErrors: [String] = []
    /// What goes into the audit log, under `POLICY/KEY`.
    public var auditAnnotations: [String: String] = [:]

    /// The offending fields, where the judge names them itself.
    public var fields: [JSONPath] = []

    /// Whether the request is refused.
    public var denies: Bool {
        outcome == .violated && failures.contains { $0.kind == .configuration || actions.contains(.deny) }
    }

    /// The refusal as the API server words it.
    public var denialMessage: String? {
        guard denies, let first = failures.first else { return nil }
        return message(first)
    }

    /// A failure in the API server's words, with the policy's and the binding's name.
    public func message(_ failure: Failure) -> String {
        switch origin {
        case .validatingAdmissionPolicy:
            let with = binding.map { " with binding '\($0)'" } ?? ""
            return "ValidatingAdmissionPolicy '\(policy)'\(with) denied request: \(failure.message)"
        case .podSecurity: return failure.message
        case .constraintTemplate: return "[\(binding ?? policy)] \(failure.message)"
        case .kyvernoClusterPolicy, .kyvernoPolicy, .kyvernoValidatingPolicy:
            return "\(origin.rawValue) \(policy)\(rule.isEmpty ? "" : "/\(rule)"): \(failure.message)"
        }
    }

    /// The warnings that the user is shown.
    public var warnings: [String] {
        guard outcome == .violated, actions.contains(.warn) else { return [] }
        return failures.filter { $0.kind != .configuration }.map {
            "Validation failed for \(origin.rawValue) '\(policy)' with binding '\(binding ?? "")': \($0.message)"
        }
    }

    /// The status code that goes with a reason.
    public static func statusCode(of reason: String) -> Int {
        switch reason {
        case "Forbidden": 403
        case "Unauthorized": 401
        case "RequestEntityTooLarge": 413
        default: 422
        }
    }
}
