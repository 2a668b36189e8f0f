/// Takes a YAML stream apart into its documents, so that a fault in one does not hide the others.
///
/// `---` and `...` at the beginning of a line divide documents wherever they stand (YAML 1.2.2, 9.1.2: no scalar may
/// contain them there).
struct YAMLDocuments: Sequence, IteratorProtocol {
    /// One document of a stream.
    struct Part {
        var text: String
        /// How many lines of the file stand before its first.
        var linesBefore: Int
        /// What Helm says that the document was made of: `# Source: chart/templates/deployment.yaml`.
        var source: String?
    }

    private let lines: [Substring]
    private var at = 0

    init(lines: [Substring]) { self.lines = lines }

    mutating func next() -> Part? {
        while at < lines.count {
            let begin = at
            var body: [Substring] = []
            while at < lines.count {
                let line = lines[at]
                if Self.isMarker(line, "---") {
                    if at > begin { break }
                    // What follows on the marker's line belongs to the document, in its column.
                    body.append("   " + line.dropFirst(3))
                } else if Self.isMarker(line, "...") {
                    at += 1
                    break
                } else if line.hasPrefix("{"), Self.endsObject(body) {
                    // JSON objects one behind the other, as `jq` and log shippers write them.
                    break
                } else if line.hasPrefix("%"), body.allSatisfy(Self.isBlank) {
                    body.append("")
                } else {
                    body.append(line)
                }
                at += 1
            }
            guard !body.allSatisfy(Self.isBlank) else { continue }
            return Part(text: body.joined(separator: "\n"), linesBefore: begin, source: Self.source(body))
        }
        return nil
    }

    private static func isMarker(_ line: Substring, _ marker: String) -> Bool {
        guard line.hasPrefix(marker) else { return false }
        guard let after = line.dropFirst(marker.count).unicodeScalars.first else { return true }
        return after == " " || after == "\t" || after == "\r"
    }

    /// Whether lines are one whole JSON object, as far as their first and last signs tell.
    private static func endsObject(_ lines: [Substring]) -> Bool {
        guard let first = lines.first(where: { !isBlank($0) }), first.hasPrefix("{") || first.hasPrefix("   {"),
            let last = lines.last(where: { !isBlank($0) })
        else { return false }
        return last.last { $0 != " " && $0 != "\t" } == "}"
    }

    /// Whether a line has nothing but white space or a comment.
    static func isBlank(_ line: Substring) -> Bool {
        guard let first = line.unicodeScalars.first(where: { $0 != " " && $0 != "\t" && $0 != "\r" }) else {
            return true
        }
        return first == "#"
    }

    private static func source(_ lines: [Substring]) -> String? {
        let prefix = "# Source: "
        return lines.prefix(8).first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count).prefix(300)) }
    }
}
