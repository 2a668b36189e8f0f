internal import SecurityEvents

extension FalcoException {
    /// What the exception adds to its rule's condition: `and not (…)`; nothing where it has no values.
    ///
    /// As Falco does, it is added to the text: a condition with `or` outside of parentheses takes it into its last part.
    func pieces() throws(FalcoExceptionFault) -> [FalcoPiece] {
        guard let fields else { throw FalcoExceptionFault(origin, "the exception '\(name)' needs 'fields'") }
        switch fields {
        case .text(let field): return try single(field)
        case .list(let entries, let place): return try tuples(entries, place)
        }
    }

    /// One field, all values in one list.
    private func single(_ field: FalcoPiece) throws(FalcoExceptionFault) -> [FalcoPiece] {
        var comparison = made("in")
        switch comps {
        case nil: break
        case .text(let comp):
            guard let known = FalcoOperator(rawValue: comp.text), known.takesList else {
                throw FalcoExceptionFault(
                    FalcoOrigin(node: comp.node, file: comp.file),
                    "'comps' of a single field is one of in, intersects, pmatch, not '\(comp.text)'")
            }
            comparison = comp.made
        case .list(_, let place):
            throw FalcoExceptionFault(place, "'fields' and 'comps' must both be texts or both lists")
        }
        if values.isEmpty { return [] }
        var pieces = [made("and not ("), field.made, comparison, made("(")]
        for (position, value) in values.enumerated() {
            guard case .text(let text) = value else {
                throw FalcoExceptionFault(
                    value.origin, "the values of an exception with a single field are texts, not lists")
            }
            if position > 0 { pieces.append(made(",")) }
            pieces.append(text.quoted)
        }
        return pieces + [made("))")]
    }

    /// Several fields, each entry of the values one of each.
    private func tuples(_ fields: [FalcoEntry], _ place: FalcoOrigin) throws(FalcoExceptionFault) -> [FalcoPiece] {
        let names = try texts(fields, "fields")
        var comparisons = names.map { FalcoPiece(text: "=", node: $0.node, file: $0.file, isMade: true) }
        switch comps {
        case nil: break
        case .text(let comp):
            throw FalcoExceptionFault(
                FalcoOrigin(node: comp.node, file: comp.file), "'fields' is a list, so 'comps' must be one too")
        case .list(let entries, let place):
            comparisons = try texts(entries, "comps")
            guard comparisons.count == names.count else {
                throw FalcoExceptionFault(place, "'comps' has \(comparisons.count) entries, 'fields' \(names.count)")
            }
        }
        for comparison in comparisons {
            guard let known = FalcoOperator(rawValue: comparison.text), known != .exists else {
                throw FalcoExceptionFault(
                    FalcoOrigin(node: comparison.node, file: comparison.file),
                    "'\(comparison.text)' is no operator that compares with a value"
                        + Spelling.hint(for: comparison.text, among: FalcoOperator.allCases.map(\.rawValue)))
            }
        }
        if values.isEmpty { return [] }
        var pieces = [made("and not (")]
        for (position, value) in values.enumerated() {
            guard case .list(let entries, let place) = value, entries.count == names.count else {
                throw FalcoExceptionFault(
                    value.origin, "each entry of 'values' must be a list of \(names.count), one for each of 'fields'")
            }
            pieces.append(made(position > 0 ? "or (" : "("))
            for (index, entry) in entries.enumerated() {
                if index > 0 {
                    pieces.append(FalcoPiece(text: "and", node: place.node, file: place.file, isMade: true))
                }
                pieces += [names[index].made, comparisons[index].made]
                pieces += try right(entry, of: comparisons[index])
            }
            pieces.append(made(")"))
        }
        return pieces + [made(")")]
    }

    private func right(_ entry: FalcoEntry, of comparison: FalcoPiece) throws(FalcoExceptionFault) -> [FalcoPiece] {
        switch entry {
        case .list(let entries, _):
            var pieces = [made("(")]
            for (position, text) in try texts(entries, "values").enumerated() {
                if position > 0 { pieces.append(made(",")) }
                pieces.append(text.quoted)
            }
            return pieces + [made(")")]
        case .text(let text):
            guard FalcoOperator(rawValue: comparison.text)?.takesList ?? false else { return [text.quoted] }
            return text.text.hasPrefix("(") ? [text.made] : [made("("), text.quoted, made(")")]
        }
    }

    private func texts(_ entries: [FalcoEntry], _ key: String) throws(FalcoExceptionFault) -> [FalcoPiece] {
        var texts: [FalcoPiece] = []
        for entry in entries {
            guard case .text(let text) = entry else {
                throw FalcoExceptionFault(entry.origin, "'\(key)' of the exception '\(name)' nests too deep")
            }
            texts.append(text)
        }
        return texts
    }

    private func made(_ text: String) -> FalcoPiece {
        FalcoPiece(text: text, node: origin.node, file: origin.file, isMade: true)
    }
}

/// What is wrong with an exception.
struct FalcoExceptionFault: Error {
    var diagnostic: Diagnostic

    init(_ origin: FalcoOrigin, _ message: String) { diagnostic = origin.diagnostic(message) }
}

extension FalcoEntry {
    var origin: FalcoOrigin {
        switch self {
        case .text(let piece): FalcoOrigin(node: piece.node, file: piece.file)
        case .list(_, let origin): origin
        }
    }
}

extension FalcoPiece {
    /// The piece as a part of a text that does not stand in the file as it is.
    fileprivate var made: FalcoPiece { FalcoPiece(text: text, node: node, file: file, isMade: true) }

    /// The piece in quotes where it has blanks.
    fileprivate var quoted: FalcoPiece {
        let isQuoted = text.hasPrefix("\"") || text.hasPrefix("'")
        return FalcoPiece(
            text: text.contains(" ") && !isQuoted ? "\"\(text)\"" : text, node: node, file: file, isMade: true)
    }
}
