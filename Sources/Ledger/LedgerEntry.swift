import JSONView
public import SecurityEvents

/// One thing that the ledger keeps.
public enum LedgerEntry: Sendable, Equatable {
    /// Something was deployed, changed, entered or removed.
    case deployment(EventRecord)
    /// A rule said something about an event.
    case finding(Finding)
    /// A source could not answer for a stretch of time.
    case gap(Gap)
    /// A person or a component wrote something down.
    case note(LedgerNote)
    /// A gate decided about a request.
    case decision(DecisionRecord)

    /// What an entry is, as the ledger spells it.
    public enum Kind: String, CaseIterable, Sendable {
        case deployment, finding, gap, note, decision
    }

    /// What the entry is.
    public var kind: Kind {
        switch self {
        case .deployment: .deployment
        case .finding: .finding
        case .gap: .gap
        case .note: .note
        case .decision: .decision
        }
    }

    /// What tells the entry from others of its kind; an entry whose key the ledger already has is not appended again.
    public var key: String? {
        switch self {
        case .deployment(let event): event.key
        case .finding(let finding):
            finding.filled.isEmpty ? finding.id : "\(finding.id)/filled/" + finding.filled.joined(separator: ",")
        case .decision(let record): record.decision.id
        case .gap(let gap): gap.key.map { "\(gap.source)/\($0)" }
        case .note: nil
        }
    }

    /// When it happened; nil where that is not known.
    public var time: Timestamp? {
        switch self {
        case .deployment(let event): event.time
        case .finding(let finding): finding.time
        case .gap(let gap): gap.from ?? gap.to
        case .note: nil
        case .decision(let record): record.time
        }
    }

    /// The entry as the compact JSON that is hashed and kept.
    public var payload: [UInt8] {
        switch self {
        case .deployment(let event): event.json
        case .finding(let finding): finding.json
        case .gap(let gap): gap.json
        case .note(let note): note.json
        case .decision(let record): record.json
        }
    }

    /// How large a payload may be.
    static let payloadLimit = 16 << 20

    /// The payload, unless it is larger than a ledger takes.
    func boundedPayload() throws(LedgerError) -> [UInt8] {
        let payload = payload
        guard payload.count <= Self.payloadLimit else {
            throw .entryTooLarge(bytes: payload.count, limit: Self.payloadLimit)
        }
        return payload
    }

    /// Reads what ``payload`` wrote.
    ///
    /// - Parameters:
    ///   - kind: what it is.
    ///   - payload: the bytes that the ledger kept.
    ///   - parser: reads them.
    /// - Throws: why they are no entry of that kind.
    init(kind: Kind, payload: [UInt8], parser: JSONParser) throws(ReadFault) {
        let document: JSONDocument
        do throws(JSONError) { document = try parser.parse(payload) } catch { throw ReadFault(error.description) }
        // Values do not keep their document.
        defer { withExtendedLifetime(document) {} }
        let root = document.root
        switch kind {
        case .deployment: self = .deployment(try EventRecord(json: root))
        case .finding: self = .finding(try Finding(json: root))
        case .gap: self = .gap(try Gap(json: root))
        case .note: self = .note(try LedgerNote(json: root))
        case .decision: self = .decision(try DecisionRecord(json: root))
        }
    }
}
