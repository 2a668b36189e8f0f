import JSONView

/// The regular expressions of the language (RE2) for those who have strings.
package struct TextRegex: Sendable {
    private let regex: RegularExpression

    /// Texts that a replacement makes are cut to this many bytes.
    private static let lengthLimit = 1 << 16

    /// Compiles a pattern; nil where it is none.
    package init?(_ pattern: String) {
        guard pattern.utf8.count <= 10_000, let regex = Self.withView(of: pattern, { try? RegularExpression($0) })
        else {
            return nil
        }
        self.regex = regex
    }

    /// Whether the expression matches anywhere.
    package func matches(_ text: String) -> Bool { Self.withView(of: text) { regex.matches($0) } }

    /// The text with all matches replaced; `\1` stands for what the first group matched.
    package func replacing(in text: String, with replacement: String) -> String {
        Self.withView(of: text) { view in
            var result: [UInt8] = []
            var at = 0
            while at <= view.count, result.count < Self.lengthLimit, let found = regex.find(view, from: at),
                let whole = found.first.flatMap({ $0 })
            {
                result += view.bytes[at..<whole.lowerBound]
                Self.write(replacement, found, view, to: &result)
                at = whole.upperBound
                if whole.isEmpty {
                    if at < view.count { result.append(view.bytes[at]) }
                    at += 1
                }
            }
            if at < view.count { result += view.bytes[at...] }
            return String(decoding: result.prefix(Self.lengthLimit), as: UTF8.self)
        }
    }

    private static func write(
        _ replacement: String, _ groups: [Range<Int>?], _ view: JSONText, to result: inout [UInt8]
    ) {
        var rest = Array(replacement.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let next = rest.popFirst() else {
                result.append(byte)
                continue
            }
            let group = Int(next) - 0x30
            if (0...9).contains(group) {
                if groups.indices.contains(group), let range = groups[group] { result += view.bytes[range] }
            } else {
                result.append(next)
            }
        }
    }

    private static func withView<Result>(of text: String, _ body: (JSONText) -> Result) -> Result {
        var text = text
        return text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else {
                return withUnsafePointer(to: 0 as UInt8) { body(JSONText(start: $0, count: 0)) }
            }
            return body(JSONText(start: start, count: bytes.count))
        }
    }
}
