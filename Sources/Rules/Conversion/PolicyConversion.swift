internal import CEL

/// A detection as a ValidatingAdmissionPolicy: what a rule finds once it has happened, refused beforehand.
///
/// Only what the policy language can say of an object is converted. A part of the condition that is about who asks, about
/// times or about other events is left out and named, where the rule without it means more, never less; any other part that
/// cannot be said refuses the conversion.
package struct PolicyConversion: Sendable {
    /// The expression that must be true of what is admitted.
    package let validation: String
    /// Parts of the condition that the policy does not look at, and what that means.
    package let lost: [String]

    /// Why a rule cannot be a policy.
    package struct Refusal: Error, Equatable {
        package let reason: String
    }

    /// Converts a rule.
    ///
    /// - Parameters:
    ///   - rule: the rule.
    ///   - lists: the lists that it uses.
    /// - Throws: why it cannot be converted.
    package init(_ rule: CompiledRule, lists: RuleLists) throws(Refusal) {
        guard rule.aggregation == nil else {
            throw Refusal(reason: "it counts events; admission sees one request and remembers none")
        }
        var parts: [String] = []
        var lost: [String] = []
        var role = PolicyContainers.all
        for part in Self.conjuncts(rule.condition.root) {
            if Self.isImplied(part) { continue }
            if let asked = try PolicyContainers(part) {
                role = asked
                continue
            }
            let reads = Self.variables(of: part)
            if !reads.isEmpty, reads.isSubset(of: ["event", "actor", "facts"]) || Self.spareCreations(part) {
                lost.append(Self.note(part, reads))
                continue
            }
            parts.append(try PolicyTranslation(lists: lists).translate(part))
        }
        guard !parts.isEmpty else {
            throw Refusal(reason: "nothing of its condition is about the object that is admitted")
        }
        let condition = parts.joined(separator: " && ")
        validation = rule.scope == .container ? "\(role.expression).all(c, !(\(condition)))" : "!(\(condition))"
        if validation.contains("variables.hostPathVolumes") {
            lost.append("mounts: of ways to the host only hostPath is looked at, not NFS from the node itself")
        }
        if !rule.levels.isEmpty { lost.append("levels: a policy admits or refuses") }
        self.lost = lost
    }

    static func conjuncts(_ node: Expression) -> [Expression] {
        if case .call("_&&_", nil, let sides) = node.kind { return sides.flatMap(conjuncts) }
        return [node]
    }

    /// What the policy's own constraints say already.
    private static func isImplied(_ node: Expression) -> Bool {
        let text = node.text
        return text == "event.deploys" || text == "event.action == 'create'"
            || text.hasPrefix("event.action in ['create'")
    }

    /// `event.action != 'modify' || …`: true of every creation, and about what a change changes.
    private static func spareCreations(_ node: Expression) -> Bool {
        guard case .call("_||_", nil, let sides) = node.kind else { return false }
        return sides.contains { $0.text == "event.action != 'modify'" || spareCreations($0) }
    }

    private static func variables(of node: Expression) -> Set<String> {
        var found: Set<String> = []
        func look(_ node: Expression) {
            if case .ident(let name) = node.kind, EventSchema.variables.contains(where: { $0.name == name }) {
                found.insert(name)
            }
            for child in node.kind.children { look(child) }
        }
        look(node)
        return found
    }

    private static func note(_ node: Expression, _ reads: Set<String>) -> String {
        let what =
            reads.contains("facts") ? "what happened before" : reads.contains("actor") ? "who asks" : "how it was asked"
        return "\(what) is not looked at: \(node.text)"
    }
}

/// The containers that a policy looks at.
enum PolicyContainers {
    case all, main, lasting

    /// Understands a condition on the container's role; nil of other conditions.
    init?(_ node: Expression) throws(PolicyConversion.Refusal) {
        let text = node.text
        guard text.contains("container.role") else { return nil }
        switch text {
        case "container.role == 'main'": self = .main
        case "container.role != 'ephemeral'": self = .lasting
        case "container.role in ['main', 'sidecar']": self = .lasting
        default: throw PolicyConversion.Refusal(reason: "the policy cannot say: \(text)")
        }
    }

    var expression: String {
        switch self {
        case .all: "variables.containers"
        case .main: "variables.podSpec.?containers.orValue([])"
        case .lasting: "(variables.podSpec.?containers.orValue([]) + variables.podSpec.?initContainers.orValue([]))"
        }
    }
}
