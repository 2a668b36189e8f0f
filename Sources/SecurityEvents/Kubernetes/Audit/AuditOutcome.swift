import JSONView

extension Event {
    /// Reads the answer of the API server, as far as it was given at this stage.
    mutating func readOutcome(of record: AuditRecord, at stage: AuditRecord.Stage) {
        var status: JSONText?
        if let answer = record.responseStatus?.object(&faults) {
            for (key, value) in answer.members {
                switch key.count {
                case 4 where key == "code": statusCode = value.integer(&faults)
                case 6 where key == "reason": if reason == nil { reason = value.text(&faults) }
                case 6 where key == "status": status = value.text
                case 7 where key == "message": reason = value.text(&faults) ?? reason
                default: break
                }
            }
        }
        switch stage {
        case .requestReceived:
            outcome = .requested
            return
        case .panic:
            outcome = .failed
            return
        default: break
        }
        if let statusCode, statusCode > 0 {
            outcome = outcome(ofCode: statusCode)
        } else if let status {
            outcome = status == "Success" ? .succeeded : .failed
        } else if let decision = record.annotations?["authorization.k8s.io/decision"]?.text {
            outcome = decision == "allow" ? .allowed : .denied
            if outcome == .denied { reason = reason ?? record.annotations?["authorization.k8s.io/reason"]?.text }
        }
    }

    private func outcome(ofCode code: Int) -> Outcome {
        switch code {
        case ..<400: return .succeeded
        case 401, 403: return .denied
        default: return isRefusedByAdmission ? .denied : .failed
        }
    }

    /// Webhooks and admission policies refuse with a code of their own choice, and say so in these words.
    var isRefusedByAdmission: Bool {
        reason.map { $0.contains("denied the request") || $0.contains("denied request") } ?? false
    }
}
