/// A change of a text's lines.
package enum TextEdit: Hashable, Sendable {
    /// Puts a text in the place of a scalar, which means what is given, however it is written.
    case replace(at: Place, old: PlacedValue.Content, new: String)
    /// Puts lines behind a line.
    case insert(after: Int, lines: [String])
    /// Takes a line away.
    case remove(line: Int)

    var line: Int {
        switch self {
        case .replace(let place, _, _): place.line
        case .insert(let line, _), .remove(let line): line
        }
    }

    /// Applies changes to lines.
    ///
    /// - Parameters:
    ///   - edits: changes with the places of the text before all of them; equal ones count once.
    ///   - lines: the text.
    /// - Returns: the changed text; a replacement whose old text does not stand where it should is left out.
    package static func apply(_ edits: Set<TextEdit>, to lines: [String]) -> [String] {
        var lines = lines
        let order = merged(edits).sorted { ($0.line, $0.rank) > ($1.line, $1.rank) }
        for edit in order {
            let index = edit.line - 1
            guard lines.indices.contains(index) else { continue }
            switch edit {
            case .replace(let place, let old, let new):
                var scalars = Array(lines[index].unicodeScalars)
                guard let range = scalar(in: scalars, from: place.column - 1, meaning: old) else { continue }
                scalars.replaceSubrange(range, with: Array(new.unicodeScalars))
                var view = String.UnicodeScalarView()
                view.append(contentsOf: scalars)
                lines[index] = String(view)
            case .insert(_, let added): lines.insert(contentsOf: added, at: index + 1)
            case .remove: lines.remove(at: index)
            }
        }
        return lines
    }

    /// Insertions behind one line that open the same mapping open it once.
    private static func merged(_ edits: Set<TextEdit>) -> [TextEdit] {
        var others: [TextEdit] = []
        var inserted: [Int: [[String]]] = [:]
        for edit in edits {
            if case .insert(let line, let lines) = edit {
                inserted[line, default: []].append(lines)
            } else {
                others.append(edit)
            }
        }
        for (line, blocks) in inserted {
            var lines: [String] = []
            for block in blocks.sorted(by: { $0.joined() < $1.joined() }) {
                let opens = block.count > 1 && block.first == lines.first
                lines += opens ? Array(block.dropFirst()) : block
            }
            others.append(.insert(after: line, lines: lines))
        }
        return others
    }

    /// The scalar that begins somewhere in a line, where it means what it should.
    private static func scalar(
        in line: [Unicode.Scalar], from begin: Int, meaning old: PlacedValue.Content
    ) -> Range<Int>? {
        guard line.indices.contains(begin) else { return nil }
        let quote = line[begin]
        let isQuoted = quote == "\"" || quote == "'"
        var end = begin
        if isQuoted {
            guard let close = line[(begin + 1)...].firstIndex(of: quote) else { return nil }
            end = close + 1
        } else {
            while end < line.count, !line[end].properties.isWhitespace, !",]}".unicodeScalars.contains(line[end]) {
                end += 1
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: isQuoted ? line[(begin + 1)..<(end - 1)] : line[begin..<end])
        let text = String(view)
        let meanings = [.text(text), YAMLScalar.content(text, .kubernetes)] as [PlacedValue.Content]
        return meanings.contains(old) ? begin..<end : nil
    }

    /// Among changes of one line the insertion behind it is made first, and from right to left.
    private var rank: Int {
        switch self {
        case .insert: Int.max
        case .replace(let place, _, _): place.column
        case .remove: -1
        }
    }
}
