/// Names of properties as identifiers of the language.
enum FieldName {
    private static let reserved: Set<String> = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    ]

    /// Whether a name is reserved, and yet can stand behind a dot.
    static func isSelectable(_ name: String) -> Bool {
        reserved.contains(name) && !["true", "false", "null", "in"].contains(name)
    }

    /// The identifier for a name; nil for a name that can have none.
    static func escape(_ name: String) -> String? {
        if reserved.contains(name) { return "__\(name)__" }
        guard let first = name.utf8.first, !first.isDigit,
            name.utf8.allSatisfy({ $0.isLetter || $0.isDigit || "_.-/".utf8.contains($0) })
        else { return nil }
        return name.replacing("__", with: "__underscores__").replacing(".", with: "__dot__")
            .replacing("-", with: "__dash__").replacing("/", with: "__slash__")
    }
}
