import SecurityEvents

/// Who did it, in one line.
enum ActorLine {
    static func text(of actor: ActorSummary) -> String {
        var text = name(of: actor)
        if let person = actor.onBehalfOf { text = "\(visible(person)), through \(text)" }
        if let proof = proof(of: actor) { text += " (\(proof))" }
        if !actor.addresses.isEmpty { text += " from \(list(actor.addresses))" }
        if !actor.groups.isEmpty { text += ", groups \(list(actor.groups))" }
        if let agent = actor.userAgent { text += ", with \(visible(agent))" }
        return text
    }

    private static func name(of actor: ActorSummary) -> String {
        guard let user = actor.user else {
            switch actor.authentication {
            case .localSocket: return "whoever can reach the engine's local socket"
            case .anonymous: return "somebody who did not say who"
            default: return "not known to this source"
            }
        }
        guard let other = actor.impersonatedUser else { return visible(user) }
        return "\(visible(user)) acting as \(visible(other))"
    }

    private static func proof(of actor: ActorSummary) -> String? {
        switch actor.authentication {
        case .certificate: "client certificate"
        case .serviceAccount: "service account token"
        case .token: "token"
        case .localSocket: actor.user == nil ? nil : "local socket"
        case .anonymous: actor.user == nil ? nil : "not authenticated"
        case .unknown: nil
        }
    }

    private static func list(_ texts: [String]) -> String {
        let shown = texts.prefix(6).map(visible).joined(separator: ", ")
        return texts.count > 6 ? "\(shown) and \(texts.count - 6) more" : shown
    }
}
