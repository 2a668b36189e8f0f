import CEL
import JSONView
import Rules
import SecurityEvents

/// Why a condition was true: the values in the record that it looked at and that decided.
struct Explanation {
    /// Places and values, most telling first.
    var evidence: [Evidence] = []
    /// A fingerprint of what was found in the workload's description: the same for a Deployment and its Pods.
    var fingerprint = Fingerprint()
}

/// Finds the values that made a condition true.
struct EvidenceCollector {
    /// The event that the context shows, in place.
    private let place: UnsafePointer<Event>
    private let limits: DetectorOptions
    // In loops the last step decides: `exists` stops at the first element that is true.
    private let values: NodeTrace
    private let memory: EvidenceMemory
    private var pieces: [Piece] = []
    /// The container whose commands a loop goes over that is walked.
    private var commands: ContainerRecord?

    private struct Piece {
        var value: JSONValue
        /// What the record says the value is called, for secrets.
        var name: JSONText?
        var describesWorkload: Bool
    }

    init(_ trace: NodeTrace, event: UnsafePointer<Event>, memory: EvidenceMemory, limits: DetectorOptions) {
        place = event
        self.limits = limits
        self.memory = memory
        values = trace
    }

    private var event: Event { _read { yield place.pointee } }

    /// Collects what made an expression true.
    mutating func collect(_ node: EvidenceNode) { walk(node, wanted: true) }

    /// Collects what an expression looked at, whatever it came to.
    mutating func collectAll(_ node: EvidenceNode) { leaves(node) }

    private mutating func walk(_ node: EvidenceNode, wanted: Bool) {
        guard pieces.count < 4 * limits.evidence else { return }
        switch node.shape {
        case .all: walkParts(node, wanted: wanted, deciding: wanted ? nil : false)
        case .any: walkParts(node, wanted: wanted, deciding: wanted ? true : nil)
        case .not: walkParts(node, wanted: !wanted, deciding: nil)
        case .choice:
            var isTrue = false
            node.withPart(0) { condition in
                isTrue = isBool(condition, true)
                walk(condition, wanted: isTrue)
            }
            node.withPart(isTrue ? 1 : 2) { walk($0, wanted: wanted) }
        case .loop:
            let before = pieces.count
            let outer = commands
            node.withPart(node.count - 1) { if let record = commandTexts($0) { commands = record } }
            for step in 0..<node.count - 1 { node.withPart(step) { walk($0, wanted: wanted) } }
            commands = outer
            if pieces.count == before { node.withPart(node.count - 1) { leaves($0) } }
        default: leaves(node)
        }
    }

    /// Walks the parts that came to what decides; all of them where that is nil.
    private mutating func walkParts(_ node: EvidenceNode, wanted: Bool, deciding: Bool?) {
        for position in 0..<node.count {
            node.withPart(position) { part in
                if deciding.map({ isBool(part, $0) }) ?? true { walk(part, wanted: wanted) }
            }
        }
    }

    private mutating func leaves(_ node: EvidenceNode) {
        guard pieces.count < 4 * limits.evidence else { return }
        switch node.shape {
        case .presence: break
        case .field: if let field = node.field { node.withPart(0) { select(field, of: $0, node) } }
        case .name: name(node)
        case .loop: walk(node, wanted: true)
        case .looking:
            for origin in node.looking?.look.origins(in: place.pointee.raw) ?? [] {
                add(origin, named: nil, describesWorkload: false)
            }
        case .telling:
            for value in node.sigma?.values(in: record) ?? [] { add(value, named: nil, describesWorkload: true) }
        case .choice, .all, .any, .not, .other:
            for position in 0..<node.count { node.withPart(position) { leaves($0) } }
        }
    }

    private mutating func select(_ field: EvidenceNode.Field, of operand: EvidenceNode, _ node: EvidenceNode) {
        let value = values.value(of: operand.id)
        if case .object(let object)? = value, let record = EventSchema.record(object),
            let index = field.index(in: record.objectType)
        {
            add(field, at: index, of: record)
        } else if case .json(let value)? = values.value(of: node.id) {
            add(value, named: nil, describesWorkload: true)
        } else if case .json(let object)? = value, let member = field.name.withText({ object.member($0) }) {
            add(member, named: nil, describesWorkload: true)
        } else {
            leaves(operand)
        }
    }

    /// The container whose commands a loop goes over.
    private func commandTexts(_ range: EvidenceNode) -> ContainerRecord? {
        guard range.field?.name == "commandTexts" else { return nil }
        var record: ContainerRecord?
        range.withPart(0) { operand in
            if case .object(let object)? = values.value(of: operand.id) { record = object as? ContainerRecord }
        }
        return record
    }

    private mutating func name(_ node: EvidenceNode) {
        switch values.value(of: node.id) {
        case .text(let text): add(text, describesWorkload: true)
        case .string(let text):
            // A command put together of words stands nowhere as a whole.
            for origin in commands?.origins(ofCommand: text) ?? [] {
                add(origin, named: nil, describesWorkload: true)
            }
        case .json(let value): add(value, named: nil, describesWorkload: true)
        case .object(let object):
            if !(object is ContainerRecord), let origin = EventSchema.record(object)?.origin {
                add(origin, named: nil, describesWorkload: true)
            }
        default: break
        }
    }

    /// The record that an expression gave.
    private func record(_ node: Expression) -> JSONValue? {
        if case .json(let value)? = values.value(of: node.id) { value } else { nil }
    }

    private mutating func add(_ field: EvidenceNode.Field, at index: Int, of record: any SchemaRecord) {
        let describes = Self.describesWorkload(record, field)
        let origins = record.origins(index)
        if !origins.isEmpty {
            for origin in origins { add(origin, named: nil, describesWorkload: describes) }
            return
        }
        if record is ImageRecord {
            if let reference = imageReference { add(reference, named: nil, describesWorkload: true) }
            return
        }
        if case .text(let text) = record.field(index), !text.isEmpty { add(text, describesWorkload: describes) }
        // What was worked out of other fields is shown by them.
        for source in field.sources {
            guard let other = record.objectType.index(of: source), other != index else { continue }
            if case .text(let text) = record.field(other), !text.isEmpty { add(text, describesWorkload: false) }
            for origin in record.origins(other) { add(origin, named: nil, describesWorkload: false) }
        }
    }

    /// The image of the container that is looked at.
    var imageReference: JSONValue?

    private static func describesWorkload(_ record: any SchemaRecord, _ field: EvidenceNode.Field) -> Bool {
        switch record {
        case is WorkloadRecord, is ContainerRecord: !field.isOwn
        case is ImageRecord, is MountRecord, is PortRecord, is VariableRecord: true
        default: false
        }
    }

    private mutating func add(_ text: JSONText, describesWorkload: Bool) {
        guard let value = TextPlaces.find(text, in: place.pointee) else { return }
        add(value, named: nil, describesWorkload: describesWorkload)
    }

    private mutating func add(_ value: JSONValue, named name: JSONText?, describesWorkload: Bool) {
        if pieces.contains(where: { $0.value.index == value.index && $0.value == value }) { return }
        pieces.append(Piece(value: value, name: name, describesWorkload: describesWorkload))
    }

    private func isBool(_ node: EvidenceNode, _ wanted: Bool) -> Bool { values.isBool(node.id, wanted) }

    /// Where nothing was found, the container's image or the name of what was touched.
    private mutating func completePieces() {
        if pieces.isEmpty, let imageReference { add(imageReference, named: nil, describesWorkload: true) }
        if pieces.isEmpty {
            for text in [event.target.name, event.target.resource, event.verb] {
                if let text, !text.isEmpty { add(text, describesWorkload: false) }
            }
        }
    }

    /// What was found beside what is known already.
    mutating func evidence(besides known: [Evidence]) -> [Evidence] {
        completePieces()
        var found: [Evidence] = []
        var paths: [String] = []
        for piece in pieces where paths.count < limits.evidence {
            let number = memory.number(of: piece.value, in: place)
            let path = memory.path(of: number)
            if path.isEmpty || paths.contains(path) { continue }
            paths.append(path)
            if known.contains(where: { $0.path == path }) { continue }
            found.append(Evidence(path: path, value: memory.text(of: number, in: place)))
        }
        return found
    }

    /// What was found; where that is nothing, the container's image or the name of what was touched.
    mutating func explanation() -> Explanation {
        completePieces()
        var explanation = Explanation()
        var prints: [Fingerprint] = []
        for piece in pieces {
            let number = memory.number(of: piece.value, in: place)
            let path = memory.path(of: number)
            if path.isEmpty { continue }
            if piece.describesWorkload { prints.append(memory.print(of: number, in: place)) }
            guard explanation.evidence.count < limits.evidence,
                !explanation.evidence.contains(where: { $0.path == path })
            else { continue }
            explanation.evidence.append(Evidence(path: path, value: memory.text(of: number, in: place)))
        }
        // In an order of their own, each once: a Deployment's values may stand elsewhere in a Pod.
        if prints.count > 1 { prints.sort() }
        for (position, print) in prints.enumerated() where position == 0 || print != prints[position - 1] {
            explanation.fingerprint.add(print.hexadecimal)
        }
        return explanation
    }
}
