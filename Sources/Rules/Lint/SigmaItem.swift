internal import CEL

/// A line of a selection, found again in the condition that it was lowered to.
struct SigmaItem {
    /// What the line asks.
    enum Ask {
        case like([SigmaPattern], texts: [String])
        case exists
        case compares
        case other
    }

    /// The field's name in the record.
    let field: String
    let ask: Ask

    /// Takes a call apart; nil for anything else.
    init?(_ node: Expression) {
        guard case .call(let function, let target?, let arguments) = node.kind,
            case .ident(SigmaFunctions.namespace) = target.kind, function != "field", let first = arguments.first,
            let field = Self.field(first)
        else { return nil }
        self.field = field
        switch function {
        case "like", "likeCased":
            guard arguments.count == 2, case .list(let elements, _) = arguments[1].kind else { return nil }
            let texts = elements.compactMap { element -> String? in
                if case .literal(.string(let text)) = element.kind { text } else { nil }
            }
            ask = .like(texts.map { SigmaPattern($0, isCased: function == "likeCased") }, texts: texts)
        case "exists": ask = .exists
        case "compare": ask = .compares
        default: ask = .other
        }
    }

    private static func field(_ node: Expression) -> String? {
        guard case .call("field", let target?, let arguments) = node.kind,
            case .ident(SigmaFunctions.namespace) = target.kind, arguments.count == 2,
            case .ident("raw") = arguments[0].kind, case .literal(.string(let name)) = arguments[1].kind
        else { return nil }
        return name
    }

    /// The values in lower case, where none has wildcards.
    var exactTexts: Set<String>? {
        guard case .like(let patterns, _) = ask else { return nil }
        let texts = patterns.compactMap { $0.exactText.map { String(decoding: $0, as: UTF8.self).lowercased() } }
        return texts.count == patterns.count ? Set(texts) : nil
    }

    /// Whether a field of an audit record has one value at most.
    static func isSingle(_ field: String) -> Bool {
        field.hasPrefix("objectRef.")
            || ["verb", "level", "stage", "auditID", "requestURI", "userAgent", "user.username"].contains(field)
    }

    /// All lines below a node.
    static func all(in node: Expression) -> [SigmaItem] {
        if let item = SigmaItem(node) { return [item] }
        return node.kind.children.flatMap { all(in: $0) }
    }
}
