import CEL

/// Parses, and looks whether each fault has a place within the text.
enum ParserTarget {
    static func run(_ text: String) {
        for environment in Fixture.environments {
            do {
                let parsed = try environment.parse(text)
                precondition(parsed.location(of: parsed.root.id) != nil, "a tree without a place")
            } catch {
                look(error, text)
            }
        }
    }

    /// What every report of faults must fulfil.
    static func look(_ errors: CompileErrors, _ text: String) {
        precondition(!errors.issues.isEmpty, "refused without a reason")
        let lines = text.utf8.reduce(1) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        for issue in errors.issues {
            precondition(issue.location.line <= lines, "a fault below the text")
            precondition(
                issue.location.column <= issue.sourceLine.unicodeScalars.count + 1, "a fault beside its line")
            precondition(!issue.message.isEmpty, "a fault without a message")
        }
        _ = errors.description
    }
}
