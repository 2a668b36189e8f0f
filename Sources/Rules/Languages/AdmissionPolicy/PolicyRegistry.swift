internal import CEL
internal import JSONView
internal import Synchronization

/// The policies that conditions name: `event.violatesPolicy("…")`.
final class PolicyRegistry: Sendable {
    /// A policy under one binding.
    struct Entry: Sendable {
        let set: AdmissionPolicySet
        let position: Int
        let binding: String
        let inventory: PolicyInventory
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Adds a policy.
    ///
    /// - Parameters:
    ///   - entry: the policy.
    ///   - name: what it is to be called.
    /// - Returns: the name, with a number where another has it already.
    func add(_ entry: Entry, named name: String) -> String {
        entries.withLock { entries in
            var key = name
            var number = 2
            while entries[key] != nil {
                key = "\(name)#\(number)"
                number += 1
            }
            entries[key] = entry
            return key
        }
    }

    subscript(name: String) -> Entry? { entries.withLock { $0[name] } }

    /// The functions that ask the policies, as a library.
    func library() -> Library {
        let event = CELType.object(EventRecordView.table.type)
        return Library(
            "tallyman.policies",
            overloads: [
                Overload(
                    id: "event_violatesPolicy", function: "violatesPolicy", isMember: true,
                    parameters: [event, .string],
                    result: .bool, documentation: "Whether the request of the event violates a loaded policy."
                ) { [self] arguments in
                    guard let verdict = verdict(arguments) else { return .bool(false) }
                    switch verdict.outcome {
                    case .violated: return .bool(true)
                    case .unknown: return .error(EvaluationError(verdict.unknowns.first ?? "not known"))
                    case .passed, .notMatched: return .bool(false)
                    }
                },
                Overload(
                    id: "event_policyMessage", function: "policyMessage", isMember: true, parameters: [event, .string],
                    result: .string, documentation: "How the API server would word the refusal."
                ) { [self] arguments in
                    let verdict = verdict(arguments)
                    return .string(verdict.flatMap { verdict in verdict.failures.first.map(verdict.message) } ?? "")
                },
            ])
    }

    private func verdict(_ arguments: Arguments) -> PolicyVerdict? {
        guard case .object(let object) = arguments.value(0), let record = object as? EventRecordView,
            let name = arguments.text(1), let entry = self[String(name)],
            case .request(let request)? = record.context.admissionRequest
        else { return nil }
        return withExtendedLifetime(request.documents) {
            entry.set.judge(entry.position, request, entry.inventory, nil, record.context.policyEvaluator)
                .first { $0.binding == entry.binding }
        }
    }
}
