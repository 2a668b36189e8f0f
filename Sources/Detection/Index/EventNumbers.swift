import JSONView
import Rules
import SecurityEvents

/// The number of an event: what rules ask of it by literals (its source, action, outcome, resource, verb and so on).
struct EventNumbers {
    /// What each rule asks.
    private let requirements: [Requirement]
    /// The texts that some rule asks for, by field.
    private let literals: [TextNumbers]
    /// The fields that some rule asks for, and their texts, which ``literals`` holds: a reference counted for each field of each
    /// event would take longer than looking its text up.
    private let asked: [(field: IndexedText, texts: Unmanaged<TextNumbers>)]

    /// Bits of a number that each text has; texts beyond share the last value, and may be any of those.
    private static let textWidth = 9

    init(_ requirements: [Requirement]) {
        self.requirements = requirements
        let literals = IndexedText.all.map { field in
            let texts = requirements.compactMap { $0.texts[field] }.joined().map { $0.lowercased() }
            return TextNumbers(Set(texts).sorted())
        }
        self.literals = literals
        asked = IndexedText.all.compactMap {
            literals[$0.rawValue].isEmpty ? nil : ($0, .passUnretained(literals[$0.rawValue]))
        }
    }

    /// The number of an event.
    @inline(__always)
    func number(of event: borrowing Event, _ flags: EventFlags) -> UInt64 {
        // 10 sources, 12 actions, 6 outcomes and 6 bodies are 13 bits, flags 6, texts 45: all of a number's 64.
        var key = UInt64(event.source.position)
        key = key * UInt64(Action.allCases.count) + UInt64(event.action.position)
        key = key * UInt64(Outcome.allCases.count) + UInt64(event.outcome.position)
        key = key * UInt64(BodyState.allCases.count) + UInt64(event.body.position)
        key = key << UInt64(EventFlags.width) | UInt64(flags.rawValue)
        for (field, texts) in asked {
            let text = field.text(of: event)
            key = key << UInt64(Self.textWidth) | UInt64(texts._withUnsafeGuaranteedRef { number(of: text, among: $0) })
        }
        return key
    }

    /// The positions of the rules that have a chance with an event, and with all of its number.
    func candidates(for event: borrowing Event, _ flags: EventFlags) -> [Int] {
        let (source, action) = (Requirement.bit(event.source), Requirement.bit(event.action))
        let (outcome, body) = (Requirement.bit(event.outcome), Requirement.bit(event.body))
        let numbers = IndexedText.allCases.map { number(of: $0.text(of: event), among: literals[$0.rawValue]) }
        return requirements.indices.filter { index in
            let asked = requirements[index]
            return asked.sources & source != 0 && asked.actions & action != 0 && asked.outcomes & outcome != 0
                && asked.bodies & body != 0 && flags.isSuperset(of: asked.flags)
                && asked.texts.allSatisfy { field, texts in
                    texts.contains { text in
                        text.withText { number(of: $0, among: literals[field.rawValue]) } == numbers[field.rawValue]
                    }
                }
        }
    }

    @inline(__always)
    private func number(of text: JSONText, among texts: TextNumbers) -> Int {
        // Some languages compare without regard to case; the index may not be stricter than they are.
        let number = hasUppercase(text) ? String(copying: text).lowercased().withText { texts[$0] } : texts[text]
        return min(number, 1 << Self.textWidth - 1)
    }

    @inline(__always)
    private func hasUppercase(_ text: JSONText) -> Bool {
        for byte in text.bytes where byte &- UInt8(ascii: "A") < 26 { return true }
        return false
    }
}

extension SourceType {
    fileprivate var position: Int {
        switch self {
        case .dockerEvents: 0
        case .dockerDaemon: 1
        case .dockerAuthorization: 2
        case .dockerInspect: 3
        case .kubernetesAudit: 4
        case .kubernetesEvent: 5
        case .kubernetesAdmission: 6
        case .kubernetesObject: 7
        case .containerdEvents: 8
        case .containerdContainer: 9
        }
    }
}

extension Action {
    fileprivate var position: Int {
        switch self {
        case .create: 0
        case .start: 1
        case .exec: 2
        case .attach: 3
        case .connect: 4
        case .modify: 5
        case .delete: 6
        case .stop: 7
        case .image: 8
        case .read: 9
        case .other: 10
        case .found: 11
        }
    }
}

extension Outcome {
    fileprivate var position: Int {
        switch self {
        case .requested: 0
        case .allowed: 1
        case .denied: 2
        case .succeeded: 3
        case .failed: 4
        case .unknown: 5
        }
    }
}

extension BodyState {
    fileprivate var position: Int {
        switch self {
        case .none: 0
        case .present: 1
        case .missing: 2
        case .truncated: 3
        case .oversize: 4
        case .unreadable: 5
        }
    }
}
