internal import Yams

/// The places in a YAML file of the characters of one scalar.
///
/// YAML folds lines, drops indentation and resolves escapes; a fault in an expression must still point at the line and
/// column that its author sees.
struct ScalarPlaces {
    private var places: [(line: Int, column: Int)] = []
    private let lineStarts: [Int]
    private let fallback: (line: Int, column: Int)

    init(_ node: Node, in lines: [Substring]) {
        let mark = node.mark
        fallback = (mark?.line ?? 0, mark?.column ?? 0)
        guard let scalar = node.scalar, let mark else {
            lineStarts = [0]
            return
        }
        let content = Array(scalar.string.unicodeScalars)
        lineStarts = [0] + content.indices.filter { content[$0] == "\n" }.map { $0 + 1 }
        var (line, column) = (mark.line - 1, mark.column - 1)
        var indent: Int?
        switch scalar.style {
        case .literal, .folded:
            (line, column) = (line + 1, 0)
            // What is indented deeper keeps the difference.
            indent = lines.dropFirst(line).first { !$0.allSatisfy(\.isWhitespace) }?.prefix { $0 == " " }.count
        case .singleQuoted, .doubleQuoted: column += 1
        default: break
        }
        places = Self.align(content, with: lines, from: line, column: column, indent: indent)
    }

    /// The place of a line and column of the scalar's own text, both from 1.
    func place(line: Int, column: Int) -> (line: Int, column: Int) {
        guard lineStarts.indices.contains(line - 1) else { return fallback }
        return place(offset: lineStarts[line - 1] + column - 1)
    }

    /// The place of a scalar of the text, counted from 0.
    func place(offset: Int) -> (line: Int, column: Int) {
        if places.indices.contains(offset) { return places[offset] }
        guard offset == places.count, let last = places.last else { return fallback }
        return (last.line, last.column + 1)
    }

    private static func align(
        _ content: [Unicode.Scalar], with lines: [Substring], from firstLine: Int, column firstColumn: Int,
        indent: Int?
    ) -> [(line: Int, column: Int)] {
        var places: [(line: Int, column: Int)] = []
        var (line, column) = (firstLine, firstColumn)
        var source = lines.indices.contains(line) ? Array(lines[line].unicodeScalars) : []
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" || scalar == "\r" }
        for scalar in content {
            let isBreak = scalar == "\n" || scalar == " "
            while !isBreak || column >= source.count {
                // Spaces before a text and lines without one are not part of what was folded.
                while column < source.count, isSpace(source[column]), scalar != source[column] { column += 1 }
                if column < source.count || isBreak || line + 1 >= lines.count { break }
                line += 1
                column = 0
                source = Array(lines[line].unicodeScalars)
            }
            places.append((line + 1, column + 1))
            if column < source.count, source[column] == scalar {
                column += 1
            } else if isBreak, line + 1 < lines.count {
                line += 1
                source = Array(lines[line].unicodeScalars)
                column = source.prefix { isSpace($0) }.count
                if let indent { column = min(column, indent) }
            } else if column < source.count, source[column] == "\\" {
                column += 2
            } else {
                column += 1
            }
        }
        return places
    }
}
