internal import CEL
internal import SecurityEvents

extension Requirement {
    /// What an event must be for a field of its record to be one of some texts.
    ///
    /// `objectRef`, `verb` and `responseStatus` stand in audit records alone, and there they are what the index knows of the event.
    static func raw(_ field: Expression, among values: Expression) -> Requirement {
        guard case .call("field", let target?, let arguments) = field.kind, arguments.count == 2,
            case .ident(SigmaFunctions.namespace) = target.kind, case .ident("raw") = arguments[0].kind,
            case .literal(.string(let name)) = arguments[1].kind, let texts = exactTexts(values)
        else { return any }
        var wanted = any
        wanted.sources = bits([SourceType.kubernetesAudit])
        let indexed: IndexedText
        switch name {
        case "responseStatus.code":
            wanted.flags = EventFlags.answered(texts)
            return wanted
        case "objectRef.resource": indexed = .resource
        case "objectRef.subresource": indexed = .subresource
        case "objectRef.apiGroup": indexed = .apiGroup
        case "objectRef.namespace": indexed = .namespace
        case "verb": indexed = .verb
        default: return any
        }
        wanted.texts[indexed] = Set(texts)
        return wanted
    }

    /// Values without wildcards, in lower case; nil where there are others.
    private static func exactTexts(_ values: Expression) -> [String]? {
        guard case .list(let elements, _) = values.kind else { return nil }
        var texts: [String] = []
        for element in elements {
            guard case .literal(.string(let text)) = element.kind, let bytes = SigmaPattern(text).exactText else {
                return nil
            }
            texts.append(String(decoding: bytes, as: UTF8.self))
        }
        return texts
    }
}
