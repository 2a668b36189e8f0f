internal import CEL
public import JSONView

extension PolicyVerdict {
    /// What the policy is called in tables: its name, with its kind where that is not Kubernetes' own, and its rule.
    public var title: String {
        let name = rule.isEmpty ? policy : "\(policy)/\(rule)"
        switch origin {
        case .validatingAdmissionPolicy: return name
        case .constraintTemplate: return binding.map { "\(policy)/\($0)" } ?? policy
        case .podSecurity: return "PodSecurity \(policy)"
        default: return name
        }
    }

    /// The places in the object that the failed expressions looked at.
    public func places(in set: AdmissionPolicySet) -> [[JSONPath.Step]] {
        if origin == .podSecurity { return fields.map(\.steps) }
        guard
            let found = set.policies.first(where: {
                $0.name == policy && $0.origin == origin && $0.rule == rule
            })
        else { return [] }
        var places: [[JSONPath.Step]] = []
        for index in failures.compactMap(\.index) where found.validations.indices.contains(index) {
            var programs = [found.validations[index].program]
            // What an expression asks of a variable, the variable asks of the object.
            if programs[0].reads.contains(where: { $0.variable == "variables" }) {
                programs += found.variables.programs
            }
            for read in programs.flatMap(\.reads) where read.variable == "object" && !read.path.isEmpty {
                places.append(read.path.map { .key($0) })
            }
        }
        return places
    }

    /// The verdict of Pod Security admission, before it was asked.
    public static func podSecurity(named name: String) -> PolicyVerdict {
        PolicyVerdict(policy: name, origin: .podSecurity, binding: nil, actions: [.deny], outcome: .passed)
    }

    /// Takes what Pod Security admission answered.
    public mutating func take(_ review: PodSecurity.Review) {
        auditAnnotations = review.auditAnnotations
        let offences = review.denial == nil ? review.concerns : review.violations
        fields = offences.flatMap(\.fields).map { JSONPath(review.place.steps + $0.steps) }
        if let denial = review.denial {
            outcome = .violated
            failures = [Failure(kind: .violation, message: denial, reason: "Forbidden")]
        } else if !review.warnings.isEmpty {
            outcome = .violated
            actions = [.warn]
            failures = review.warnings.map { Failure(kind: .violation, message: $0, reason: "Forbidden") }
        } else if let noted = review.auditAnnotations["audit-violations"] {
            outcome = .violated
            actions = [.audit]
            failures = [Failure(kind: .violation, message: noted, reason: "Forbidden")]
        }
    }
}
