import Agent
import JSONView
import Reports
import SecurityEvents

/// What `rules show` prints of a finding that no rule makes.
enum BuiltinText {
    /// For a person.
    static func text(_ builtin: BuiltinFinding) -> String {
        """
        \(builtin.title)
          name         \(builtin.name)
          id           \(builtin.id)
          level        \(builtin.level.rawValue)
          tags         \(builtin.tags.joined(separator: ", "))

        built in: said of a gap of a live source (docs/live-sources.md), which rules do not see

        false positives
        \(builtin.falsePositives.map { "  - \($0)" }.joined(separator: "\n"))

        what to do
          \(builtin.remediation)

        \(builtin.page)

        """
    }

    /// For a program: one object, with the members that rules have.
    static func json(_ builtin: BuiltinFinding) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("id", builtin.id)
            object.member("name", builtin.name)
            object.member("title", builtin.title)
            object.member("description", builtin.description)
            object.member("level", builtin.level.rawValue)
            object.member("status", "stable")
            object.member("tags", builtin.tags)
            object.member("falsepositives", builtin.falsePositives)
            object.member("remediation", builtin.remediation)
            object.member("page", builtin.page)
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }
}
