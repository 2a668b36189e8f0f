import JSONView
import Reports
import Rules
import SecurityEvents

/// What `rules show` prints of a rule.
enum RuleText {
    /// For a person: the envelope, the condition, and the page.
    static func text(_ compiled: CompiledRule) -> String {
        let rule = compiled.rule
        var text = """
            \(visible(rule.title))
              name         \(visible(rule.name))
              id           \(visible(rule.id))
              level        \(rule.level.rawValue)
              status       \(visible(rule.status))
              tags         \(visible(rule.tags.joined(separator: ", ")))
              file         \(visible(rule.file))

            condition
            \(indented(rule.condition))

            """
        if let aggregation = compiled.aggregation {
            text += "\ncounted, of events that the condition is true of\n  \(visible(aggregation.description))\n"
        }
        if !compiled.generates { text += "\nonly there for other rules to count; it makes no findings of its own\n" }
        if !compiled.waitsFor.isEmpty {
            text += "\nnot evaluated; it waits for\n" + compiled.waitsFor.map { "  - \(visible($0))\n" }.joined()
        }
        if !rule.falsePositives.isEmpty {
            text += "\nfalse positives\n" + rule.falsePositives.map { "  - \(visible($0))\n" }.joined()
        }
        if let remediation = rule.remediation { text += "\nwhat to do\n\(indented(remediation))\n" }
        if let page = rule.page {
            text +=
                "\n\(page.split(separator: "\n", omittingEmptySubsequences: false).map { visible(String($0)) }.joined(separator: "\n"))\n"
        }
        return text
    }

    /// For a program: one object.
    static func json(_ compiled: CompiledRule) -> String {
        let rule = compiled.rule
        var writer = JSONWriter()
        writer.object { object in
            object.member("id", rule.id)
            object.member("name", rule.name)
            object.member("title", rule.title)
            object.member("description", rule.description)
            object.member("level", rule.level.rawValue)
            object.member("status", rule.status)
            object.member("tags", rule.tags)
            object.member("references", rule.references)
            object.member("falsepositives", rule.falsePositives)
            object.member("remediation", rule.remediation)
            object.member("cel", rule.condition)
            object.member("aggregation", compiled.aggregation?.description)
            object.member("waitsFor", compiled.waitsFor)
            object.member("file", rule.file)
            object.member("page", rule.page)
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + visible(String($0)) }
            .joined(separator: "\n")
    }
}
