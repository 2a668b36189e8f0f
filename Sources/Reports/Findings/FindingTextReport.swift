public import SecurityEvents

/// A finding as a block of aligned lines for a person: level, what, who, where, when, why, what to do.
public struct FindingTextReport: FindingReport {
    /// How many pieces of evidence are shown.
    static let evidenceLimit = 12

    private let styling: Styling

    /// Makes the report.
    public init(styling: Styling = .plain) { self.styling = styling }

    public func text(of finding: Finding) -> String {
        var block = LabelledBlock(styling: styling, indentation: "  ", labelWidth: 8)
        let level = finding.level.rawValue.uppercased()
        let title = DisplayWidth.cut(visible(finding.title), columns: 200)
        block.add(line: "\(styling.paint(level, .level(finding.level)))  \(styling.paint(title, .title))")
        block.add("what", [visible(finding.message)])
        block.add("who", [ActorLine.text(of: finding.actor)])
        block.add(
            "again", finding.filled.isEmpty ? [] : ["now known: \(visible(finding.filled.joined(separator: ", ")))"])
        block.add("where", [PlaceLine.text(of: finding)])
        block.add("when", [when(finding)])
        block.add("events", finding.correlation.map(events) ?? [])
        block.add("why", evidence(finding.evidence))
        block.add("do", paragraphs(finding.remediation ?? ""))
        block.add("unless", finding.falsePositives.map(visible))
        block.add("rule", [visible(finding.ruleName.isEmpty ? finding.rule : finding.ruleName)])
        block.add("tags", [tags(finding.tags)])
        block.add("id", [visible(finding.id)])
        block.add(line: "")
        return block.text
    }

    private func when(_ finding: Finding) -> String {
        let time = finding.time?.description ?? "time not known"
        let action = "\(finding.action.rawValue) \(finding.outcome.rawValue)"
        return "\(time), \(action), \(finding.source.rawValue) at \(visible(finding.position.description))"
    }

    /// How many of the events that made a finding together are shown.
    private static let eventLimit = 8

    private func events(_ correlation: CorrelationSummary) -> [String] {
        let shown = correlation.events.prefix(Self.eventLimit).map { event in
            "\(event.time?.description ?? "time not known")  \(visible(event.position.description))  \(visible(event.rule))"
        }
        let left = correlation.count - shown.count
        return left > 0 ? shown + ["and \(left) more"] : shown
    }

    private func evidence(_ pieces: [Evidence]) -> [String] {
        let shown = pieces.prefix(Self.evidenceLimit).map { piece in
            piece.path.isEmpty ? visible(piece.value) : "\(visible(piece.path)) = \(visible(piece.value))"
        }
        let left = pieces.count - shown.count
        return left > 0 ? shown + ["and \(left) more"] : shown
    }

    /// The paragraphs and list items of a rule's own text, as Markdown has them: a line goes on with the one before.
    private func paragraphs(_ text: String) -> [String] {
        var paragraphs: [String] = []
        var goesOn = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let words = line.drop { $0 == " " }
            if words.isEmpty {
                goesOn = false
                continue
            }
            let beginsItem = words.hasPrefix("- ") || words.hasPrefix("* ") || line.hasPrefix("    ")
            let shown = visible(String(beginsItem ? line : words)).trimmedEnd
            if goesOn, !beginsItem {
                paragraphs[paragraphs.count - 1] += " " + shown
            } else {
                paragraphs.append(shown)
            }
            goesOn = true
        }
        return paragraphs
    }

    /// Techniques by their number, then the tactics, then all other tags.
    private func tags(_ tags: [String]) -> String {
        var techniques: [String] = []
        var tactics: [String] = []
        var others: [String] = []
        for tag in tags {
            let parts = tag.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, parts[0] == "attack" else {
                others.append(visible(tag))
                continue
            }
            let isTechnique = parts[1].first == "t" && parts[1].dropFirst().first?.isNumber == true
            if isTechnique {
                techniques.append(visible(parts[1].uppercased()))
            } else {
                tactics.append(visible(String(parts[1])))
            }
        }
        var text = techniques.isEmpty && tactics.isEmpty ? [] : ["ATT&CK " + techniques.joined(separator: ", ")]
        if !tactics.isEmpty { text[0] += "\(techniques.isEmpty ? "" : " ")(\(tactics.joined(separator: ", ")))" }
        return (text + others).joined(separator: ", ")
    }
}

extension String {
    fileprivate var trimmedEnd: String {
        var end = self[...]
        while end.last == " " { end.removeLast() }
        return String(end)
    }
}
