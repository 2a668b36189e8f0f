import CEL
import Rules

/// A part of a condition taken apart once: what it is need not be found out again for each finding.
final class EvidenceNode {
    /// What a part is to whoever looks for values that decided.
    enum Shape {
        /// `&&`, `||` and `!`.
        case all([EvidenceNode]), any([EvidenceNode]), not([EvidenceNode])
        case choice(EvidenceNode, EvidenceNode, EvidenceNode)
        /// What stands in the steps of a loop, and what it goes over.
        case loop(steps: [EvidenceNode], range: EvidenceNode)
        /// `has(…)`, which looks at nothing.
        case presence
        case field(of: EvidenceNode, Field)
        case name
        /// One of Falco's fields.
        case looking(FalcoFunctions.Look)
        /// A call of Sigma's functions, which know what they look at.
        case telling(SigmaEvidence)
        case other([EvidenceNode])
    }

    let expression: Expression
    let shape: Shape

    init(_ expression: Expression) {
        self.expression = expression
        func nodes(_ parts: [Expression]) -> [EvidenceNode] { parts.map { EvidenceNode($0) } }
        switch expression.kind {
        case .call("_&&_", nil, let sides): shape = .all(nodes(sides))
        case .call("_||_", nil, let sides): shape = .any(nodes(sides))
        case .call("!_", nil, let sides): shape = .not(nodes(sides))
        case .call("_?_:_", nil, let sides) where sides.count == 3:
            shape = .choice(EvidenceNode(sides[0]), EvidenceNode(sides[1]), EvidenceNode(sides[2]))
        case .comprehension(let loop):
            // The accumulator's own steps are no evidence; what stands in them is.
            let steps = loop.step.kind.children.filter { child in
                if case .ident(let name) = child.kind { return name != loop.accumulator }
                return true
            }
            shape = .loop(steps: nodes(steps), range: EvidenceNode(loop.range))
        case .select(_, _, testOnly: true): shape = .presence
        case .select(let operand, let field, _): shape = .field(of: EvidenceNode(operand), Field(field))
        case .ident: shape = .name
        case .call where FalcoFunctions.isField(expression):
            shape =
                FalcoFunctions.look(of: expression).map { .looking($0) } ?? .other(nodes(expression.kind.children))
        default:
            shape =
                SigmaEvidence(expression).map { .telling($0) } ?? .other(nodes(expression.kind.children))
        }
    }

    /// A field that is selected, whatever it is selected of.
    final class Field {
        let name: String
        /// Fields that this one may be worked out of.
        let sources: [String]
        /// Whether it differs between a workload and what it makes.
        let isOwn: Bool
        /// Where the field stands in the type that was asked last: nearly always the same.
        private var known: (type: ObjectType, index: Int?)?

        init(_ name: String) {
            self.name = name
            sources = Self.sources[name] ?? []
            isOwn = Self.ownFields.contains(name)
        }

        func index(in type: ObjectType) -> Int? {
            if let known, known.type === type { return known.index }
            let index = type.index(of: name)
            known = (type, index)
            return index
        }

        private static let sources: [String: [String]] = [
            "systemNamespace": ["namespace"], "known": ["user"], "system": ["user"], "anonymous": ["user"],
            "controller": ["user"], "node": ["user"], "serviceAccount": ["user"], "mirrorPod": ["annotations"],
            "action": ["verb"], "role": ["name"], "effectiveUser": ["user"], "outcome": ["reason"],
        ]

        private static let ownFields: Set<String> = [
            "kind", "apiVersion", "name", "uid", "labels", "annotations", "ownerKind", "ownerName", "ownerUID", "owned",
            "node", "object", "spec", "mirrorPod", "namespace", "id", "imageID",
        ]
    }
}
