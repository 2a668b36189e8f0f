import CEL
import Rules

/// A part of a condition taken apart once: what it is need not be found out again for each finding.
///
/// Its parts are walked for every finding: they are reached without counting references, which is half of a walk's work.
final class EvidenceNode {
    /// What a part is to whoever looks for values that decided.
    enum Shape {
        /// `&&`, `||` and `!`.
        case all, any, not
        /// A condition and what is chosen by it.
        case choice
        /// What stands in the steps of a loop, and last what it goes over.
        case loop
        /// `has(…)`, which looks at nothing.
        case presence
        /// A field of the only part.
        case field
        case name
        /// One of Falco's fields.
        case looking
        /// A call of Sigma's functions, which know what they look at.
        case telling
        case other
    }

    /// The number of the node.
    let id: Int
    let shape: Shape
    private let parts: UnsafeMutableBufferPointer<Unmanaged<EvidenceNode>>
    /// Of ``Shape/field``.
    let field: Field?
    /// Of ``Shape/looking``.
    let looking: Looking?
    /// Of ``Shape/telling``.
    let sigma: SigmaEvidence?

    init(_ expression: Expression) {
        id = expression.id
        var (field, looking, sigma): (Field?, Looking?, SigmaEvidence?)
        let parts: [Expression]
        switch expression.kind {
        case .call("_&&_", nil, let sides): (shape, parts) = (.all, sides)
        case .call("_||_", nil, let sides): (shape, parts) = (.any, sides)
        case .call("!_", nil, let sides): (shape, parts) = (.not, sides)
        case .call("_?_:_", nil, let sides) where sides.count == 3: (shape, parts) = (.choice, sides)
        case .comprehension(let loop):
            // The accumulator's own steps are no evidence; what stands in them is.
            let steps = loop.step.kind.children.filter { child in
                if case .ident(let name) = child.kind { return name != loop.accumulator }
                return true
            }
            (shape, parts) = (.loop, steps + [loop.range])
        case .select(_, _, testOnly: true): (shape, parts) = (.presence, [])
        case .select(let operand, let name, _):
            field = Field(name)
            (shape, parts) = (.field, [operand])
        case .ident: (shape, parts) = (.name, [])
        case .call where FalcoFunctions.isField(expression):
            looking = FalcoFunctions.look(of: expression).map { Looking($0) }
            (shape, parts) = looking == nil ? (.other, expression.kind.children) : (.looking, [])
        default:
            sigma = SigmaEvidence(expression)
            (shape, parts) = sigma == nil ? (.other, expression.kind.children) : (.telling, [])
        }
        // Most nodes are literals, which show nothing: they are left out where a part is not known by its position.
        let telling = shape == .other ? parts.filter { !$0.isLiteral } : parts
        self.parts =
            telling.isEmpty ? UnsafeMutableBufferPointer(start: nil, count: 0) : .allocate(capacity: telling.count)
        _ = self.parts.initialize(from: telling.map { .passRetained(EvidenceNode($0)) })
        (self.field, self.looking, self.sigma) = (field, looking, sigma)
    }

    deinit {
        for part in parts { part.release() }
        parts.deallocate()
    }

    /// How many parts it has.
    var count: Int { parts.count }

    /// Lends one of its parts.
    @inline(__always)
    func withPart(_ position: Int, _ body: (EvidenceNode) -> Void) { parts[position]._withUnsafeGuaranteedRef(body) }

    /// One of Falco's fields; an object, because few nodes have one.
    final class Looking {
        let look: FalcoFunctions.Look

        init(_ look: FalcoFunctions.Look) { self.look = look }
    }

    /// A field that is selected, whatever it is selected of.
    final class Field {
        let name: String
        /// Fields that this one may be worked out of.
        let sources: [String]
        /// Whether it differs between a workload and what it makes.
        let isOwn: Bool
        /// Where the field stands in the type that was asked last: nearly always the same.
        ///
        /// The types of records never go.
        private var known: (type: ObjectIdentifier, index: Int?)?

        init(_ name: String) {
            self.name = name
            sources = Self.sources[name] ?? []
            isOwn = Self.ownFields.contains(name)
        }

        func index(in type: ObjectType) -> Int? {
            if let known, known.type == ObjectIdentifier(type) { return known.index }
            let index = type.index(of: name)
            known = (ObjectIdentifier(type), index)
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

extension Expression {
    fileprivate var isLiteral: Bool { if case .literal = kind { true } else { false } }
}
