/// Turns the patterns of `glob` into regular expressions, which take linear time: fnmatch(3) with extended patterns, as
/// libsinsp calls it.
enum FalcoGlob {
    /// What is wrong with a pattern.
    struct Fault: Error { let message: String }

    /// An RE2 expression that matches a whole text as the pattern does.
    static func expression(_ pattern: String, ignoringCase: Bool) throws(Fault) -> String {
        var reader = Reader(scalars: Array(pattern.unicodeScalars))
        let body = try reader.sequence(endingWith: [], depth: 0)
        return "\\A(?s\(ignoringCase ? "i" : ""):\(body))\\z"
    }

    private struct Reader {
        let scalars: [Unicode.Scalar]
        var at = 0

        mutating func sequence(endingWith ends: [Unicode.Scalar], depth: Int) throws(Fault) -> String {
            guard depth < 16 else { throw Fault(message: "the pattern nests deeper than 16") }
            var made = ""
            while at < scalars.count, !ends.contains(scalars[at]) {
                let scalar = scalars[at]
                if "?*+@!".unicodeScalars.contains(scalar), at + 1 < scalars.count, scalars[at + 1] == "(" {
                    made += try group(scalar, depth: depth)
                    continue
                }
                at += 1
                switch scalar {
                case "*": made += ".*"
                case "?": made += "."
                case "[": made += bracket()
                case "\\":
                    made += FalcoGlob.literal(at < scalars.count ? scalars[at] : "\\")
                    at += 1
                default: made += FalcoGlob.literal(scalar)
                }
            }
            return made
        }

        /// `+(a|b)` and its like; where no parenthesis closes, the characters stand for themselves.
        private mutating func group(_ sign: Unicode.Scalar, depth: Int) throws(Fault) -> String {
            let begin = at
            at += 2
            var parts: [String] = []
            repeat {
                if !parts.isEmpty { at += 1 }
                parts.append(try sequence(endingWith: ["|", ")"], depth: depth + 1))
            } while at < scalars.count && scalars[at] == "|"
            guard at < scalars.count else {
                at = begin + 1
                return sign == "*" ? ".*" : sign == "?" ? "." : FalcoGlob.literal(sign)
            }
            at += 1
            let inner = "(?:" + parts.joined(separator: "|") + ")"
            switch sign {
            case "?": return inner + "?"
            case "*": return inner + "*"
            case "+": return inner + "+"
            case "@": return inner
            default:
                throw Fault(
                    message: "'!(…)' in a pattern is not supported; write the condition with 'not' and a second glob")
            }
        }

        /// `[a-z]`, `[!a]`, `[[:alpha:]]`; where no bracket closes, `[` stands for itself.
        private mutating func bracket() -> String {
            var end = at
            if end < scalars.count, scalars[end] == "!" || scalars[end] == "^" { end += 1 }
            // A bracket that comes first is a member.
            if end < scalars.count, scalars[end] == "]" { end += 1 }
            while end < scalars.count, scalars[end] != "]" {
                if scalars[end] == "[", end + 1 < scalars.count, scalars[end + 1] == ":",
                    let close = (end + 2..<scalars.count).first(where: {
                        scalars[$0] == ":" && $0 + 1 < scalars.count && scalars[$0 + 1] == "]"
                    })
                {
                    end = close + 2
                } else {
                    end += 1
                }
            }
            guard end < scalars.count else { return "\\[" }
            var made = "["
            if scalars[at] == "!" || scalars[at] == "^" {
                made += "^"
                at += 1
            }
            while at < end {
                let scalar = scalars[at]
                let isClass = scalar == "[" && at + 1 < end && scalars[at + 1] == ":"
                if scalar == "]" || scalar == "\\" || scalar == "[" && !isClass || scalar == "^" { made += "\\" }
                made.unicodeScalars.append(scalar)
                at += 1
                if isClass {
                    while at < end, !(scalars[at] == "]" && scalars[at - 1] == ":") {
                        made.unicodeScalars.append(scalars[at])
                        at += 1
                    }
                    if at < end {
                        made.unicodeScalars.append(scalars[at])
                        at += 1
                    }
                }
            }
            at = end + 1
            return made + "]"
        }
    }

    private static func literal(_ scalar: Unicode.Scalar) -> String {
        "\\.+*?()|[]{}^$".unicodeScalars.contains(scalar) ? "\\\(scalar)" : "\(scalar)"
    }
}
