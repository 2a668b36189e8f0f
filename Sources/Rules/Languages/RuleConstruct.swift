/// A part of a rule language, and what becomes of it: a row of the table in `docs/rule-languages.md`.
package struct RuleConstruct: Sendable, Equatable {
    /// What becomes of a part of a language.
    package enum Support: Sendable, Equatable {
        /// It means what its specification says; what is worth knowing beside that.
        case supported(note: String = "")
        /// Rules that have it are refused where it stands: why, and what to write instead.
        case refused(reason: String, instead: String)
    }

    /// The part as its users write it: `|base64offset`.
    package let name: String
    /// What it belongs to: `Modifiers`.
    package let group: String
    package let support: Support

    /// Describes a part that is supported.
    package init(_ name: String, in group: String, note: String = "") {
        self.name = name
        self.group = group
        support = .supported(note: note)
    }

    /// Describes a part that is refused.
    package init(refused name: String, in group: String, because reason: String, instead: String) {
        self.name = name
        self.group = group
        support = .refused(reason: reason, instead: instead)
    }
}

/// The page about the languages that rules are read in.
package enum RuleLanguagePage {
    /// The page, as it stands in `docs/rule-languages.md`.
    package static func text(of languages: [any RuleLanguage.Type] = RuleLanguages.all) -> String {
        var lines = [
            "# Rule languages", "",
            "Written by a test out of the code (`TALLYMAN_REGENERATE=1 swift test --filter RuleLanguagePageTests`); do not edit.",
            "",
            "A file's language is told by what stands in it. What is refused is an error with file, line, column and reason; a "
                + "rule that has it is left out whole, and so never half understood.",
        ]
        for language in languages {
            lines += ["", "## \(language.name)"]
            var groups: [String] = []
            for construct in language.constructs where !groups.contains(construct.group) {
                groups.append(construct.group)
            }
            for group in groups {
                lines += ["", "### \(group)", "", "| construct | | what to know |", "|---|---|---|"]
                for construct in language.constructs where construct.group == group { lines.append(row(of: construct)) }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func row(of construct: RuleConstruct) -> String {
        let (word, note) =
            switch construct.support {
            case .supported(let note): ("supported", note)
            case .refused(let reason, let instead): ("refused", "\(reason). Instead: \(instead)")
            }
        let name = construct.name.replacing("|", with: "\\|")
        return "| `\(name)` | \(word) | \(note.replacing("|", with: "\\|")) |"
    }
}
