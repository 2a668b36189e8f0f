/// Reads `.env` files: `NAME=value`, comments, `export`, quotes (Compose specification, Interpolation, .env files).
package enum EnvironmentFile {
    /// The variables of a text; lines that are none are passed over.
    package static func variables(in text: String) -> [String: String] {
        var variables: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            var line = line.drop { $0 == " " || $0 == "\t" }
            if line.hasPrefix("export ") { line = line.dropFirst(7) }
            guard !line.hasPrefix("#"), let equal = line.firstIndex(of: "=") else { continue }
            let name = String(line[..<equal]).trimmed
            let value = String(line[line.index(after: equal)...])
            variables[name] = ShellWords.split(value)?.first?.text ?? ""
        }
        return variables
    }
}
