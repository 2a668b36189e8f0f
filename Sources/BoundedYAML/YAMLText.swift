package import SecurityEvents
package import Yams

/// A YAML text as nodes that know their places, or diagnostics of what is wrong with it.
///
/// Anchors and aliases are refused: files of rules and settings have no use for them, and a few lines of them stand for
/// gigabytes.
package struct YAMLText {
    /// The file's name, for diagnostics.
    package let file: String
    /// The text, a line each.
    package let lines: [Substring]
    /// The document.
    package let root: Node

    static let depthLimit = 32

    /// Reads a text of at most so many values.
    ///
    /// - Parameters:
    ///   - text: one YAML document (YAML 1.1, as Yams reads it).
    ///   - file: the file's name, for diagnostics.
    ///   - nodeLimit: how many values it may have.
    /// - Throws: what is wrong, and where.
    package init(_ text: String, file: String, nodeLimit: Int = 50_000) throws(Diagnostic) {
        self.file = file
        lines = Array(text.textLines)
        if let fault = Self.anchor(in: lines, file: file) { throw fault }
        if let fault = Self.nesting(in: lines, file: file) { throw fault }
        do {
            guard let node = try Self.parser(of: text).singleRoot() else {
                throw Diagnostic(file: file, message: "the file is empty")
            }
            root = node
        } catch let fault as Diagnostic {
            throw fault
        } catch {
            throw Self.diagnostic(error, file: file)
        }
        var nodes = 0
        try Self.bound(root, depth: 0, count: &nodes, limit: nodeLimit, file: file)
    }

    /// A parser that leaves open what a plain scalar is: who reads a value asks for the type that belongs there.
    ///
    /// Yams would try seven regular expressions on every key, only to find out whether two keys are the same.
    private static func parser(of text: String) throws -> Parser {
        try Parser(yaml: text, resolver: .basic, encoding: .utf8)
    }

    private init(file: String, lines: [Substring], root: Node) {
        self.file = file
        self.lines = lines
        self.root = root
    }

    /// Reads every document of a text; places are those in the whole text.
    ///
    /// Documents without anything in them are passed over.
    ///
    /// - Parameters:
    ///   - text: YAML documents, parted by `---`.
    ///   - file: the file's name, for diagnostics.
    ///   - nodeLimit: how many values all of them may have.
    /// - Returns: the documents, one at least.
    /// - Throws: what is wrong, and where.
    package static func documents(_ text: String, file: String, nodeLimit: Int = 50_000) throws(Diagnostic)
        -> [YAMLText]
    {
        let lines = Array(text.textLines)
        if let fault = anchor(in: lines, file: file) { throw fault }
        if let fault = nesting(in: lines, file: file) { throw fault }
        var documents: [YAMLText] = []
        var nodes = 0
        do {
            let parser = try Self.parser(of: text)
            while let root = try parser.nextRoot() {
                try bound(root, depth: 0, count: &nodes, limit: nodeLimit, file: file)
                if let scalar = root.scalar, scalar.string.isEmpty || scalar.string == "null" { continue }
                documents.append(YAMLText(file: file, lines: lines, root: root))
            }
        } catch let fault as Diagnostic {
            throw fault
        } catch {
            throw diagnostic(error, file: file)
        }
        guard !documents.isEmpty else { throw Diagnostic(file: file, message: "the file is empty") }
        return documents
    }

    /// The same text with another node in the place of the document.
    package func with(root: Node) -> YAMLText { YAMLText(file: file, lines: lines, root: root) }

    /// A diagnostic at a node.
    package func fault(_ severity: Diagnostic.Severity = .error, at node: Node, _ message: String) -> Diagnostic {
        Diagnostic(severity, file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, message: message)
    }

    private static func bound(
        _ node: Node, depth: Int, count: inout Int, limit: Int, file: String
    ) throws(Diagnostic) {
        count += 1
        guard depth <= depthLimit, count <= limit else {
            throw Diagnostic(
                file: file, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0,
                message: depth > depthLimit ? "nested deeper than \(depthLimit)" : "more than \(limit) values")
        }
        switch node {
        case .mapping(let mapping):
            for (key, value) in mapping {
                guard key.scalar != nil else {
                    throw Diagnostic(
                        file: file, line: key.mark?.line ?? 0, column: key.mark?.column ?? 0,
                        message: "a key must be a plain text")
                }
                try bound(value, depth: depth + 1, count: &count, limit: limit, file: file)
            }
        case .sequence(let sequence):
            for element in sequence { try bound(element, depth: depth + 1, count: &count, limit: limit, file: file) }
        default: break
        }
    }

    /// Finds the first anchor or alias outside quotes, comments and block texts.
    private static func anchor(in lines: [Substring], file: String) -> Diagnostic? {
        var block: Int?
        for (number, line) in lines.enumerated() {
            let bytes = Array(line.utf8)
            let indent = bytes.prefix { $0 == UInt8(ascii: " ") }.count
            if let outer = block {
                if indent > outer || bytes.allSatisfy(ASCII.isSpace) { continue }
                block = nil
            }
            if let column = anchorColumn(bytes) {
                return Diagnostic(
                    file: file, line: number + 1, column: column + 1,
                    message: "anchors and aliases are not read")
            }
            if startsBlock(bytes) { block = indent }
        }
        return nil
    }

    /// Whether a line ends with `|` or `>` and its indicators, so that a text follows.
    private static func startsBlock(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        if let comment = rest.indices.first(where: {
            rest[$0] == UInt8(ascii: "#") && $0 > rest.startIndex && ASCII.isSpace(rest[$0 - 1])
        }) {
            rest = rest[..<comment]
        }
        while let last = rest.last, ASCII.isSpace(last) { rest.removeLast() }
        while let last = rest.last, last == UInt8(ascii: "-") || last == UInt8(ascii: "+") || ASCII.isDigit(last) {
            rest.removeLast()
        }
        guard let last = rest.popLast(), last == UInt8(ascii: "|") || last == UInt8(ascii: ">") else { return false }
        while let last = rest.last, ASCII.isSpace(last) { rest.removeLast() }
        return rest.last == UInt8(ascii: ":") || rest.last == UInt8(ascii: "-") || rest.isEmpty
    }

    private static func anchorColumn(_ bytes: [UInt8]) -> Int? {
        var quote: UInt8?
        // Whether a value may begin here.
        var fresh = true
        for (column, byte) in bytes.enumerated() {
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "#") where column == 0 || ASCII.isSpace(bytes[column - 1]): return nil
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                if fresh { quote = byte }
                fresh = false
            case UInt8(ascii: "&"), UInt8(ascii: "*"):
                if fresh, column + 1 < bytes.count, ASCII.isAlphanumeric(bytes[column + 1]) { return column }
                fresh = false
            case UInt8(ascii: " "), UInt8(ascii: "\t"): break
            case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","),
                UInt8(ascii: "?"):
                fresh = true
            default: fresh = false
            }
        }
        return nil
    }

    /// Refuses a text that opens more brackets or indents deeper than any rule file does, before it is parsed.
    private static func nesting(in lines: [Substring], file: String) -> Diagnostic? {
        for (number, line) in lines.enumerated() {
            var (open, dashes, leading) = (0, 0, true)
            for byte in line.utf8 {
                if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") { open += 1 }
                if byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") { open -= 1 }
                if leading, byte == UInt8(ascii: "-") || byte == UInt8(ascii: "?") { dashes += 1 }
                if byte != UInt8(ascii: "-"), byte != UInt8(ascii: "?"), !ASCII.isSpace(byte) { leading = false }
                if open > depthLimit || dashes > 3 * depthLimit {
                    return Diagnostic(file: file, line: number + 1, message: "nested deeper than \(depthLimit)")
                }
            }
        }
        return nil
    }

    private static func diagnostic(_ error: any Error, file: String) -> Diagnostic {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return Diagnostic(file: file, line: mark.line, column: mark.column, message: problem)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            return Diagnostic(
                file: file, line: context.mark.line, column: context.mark.column,
                message: "the same key more than once: \(names)")
        case .reader(let problem, _, _, _):
            return Diagnostic(file: file, message: problem)
        default: return Diagnostic(file: file, message: "no YAML: \(error)")
        }
    }
}

/// The few classes of characters that YAML's marks depend on.
private enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 97 < 26 }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte &- 9 < 5 }
}
