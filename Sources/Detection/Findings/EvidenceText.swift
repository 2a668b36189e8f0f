import JSONView
import Rules
import SecurityEvents

/// Writes values of a record for a person: compact JSON, cut to a length, without secrets.
enum EvidenceText {
    static func write(
        _ value: JSONValue, path: String, in event: borrowing Event, length: Int, _ redactor: Redactor
    ) -> String {
        var writer = Writer(left: length, redactor: redactor)
        let isSecret = isSecretPlace(path, event) || isOfSecret(path, value, event)
        writer.write(value, isSecret: isSecret)
        return writer.text
    }

    /// Whether a path is the value of a variable or member with a secret's name: `….env[3].value`.
    private static func isSecretPlace(_ path: String, _ event: borrowing Event) -> Bool {
        let last = path[
            (path.utf8.lastIndex(of: UInt8(ascii: ".")).map { path.utf8.index(after: $0) } ?? path.startIndex)...]
        if last == "value", let parent = value(at: path.dropLast(".value".count), in: event) {
            return parent["name"]?.text.map(SecretNames.isSecret) ?? false
        }
        return String(last).withText(SecretNames.isSecret)
    }

    /// What a Secret's own object is called in the records of one.
    private static let objectNames: Set<Substring> = [
        "requestObject", "responseObject", "object", "oldObject", "data", "stringData", "value",
    ]

    /// Whether a value is, or may hold, what a Secret keeps: whatever its object has.
    private static func isOfSecret(_ path: String, _ value: JSONValue, _ event: borrowing Event) -> Bool {
        guard event.target.resource.map({ $0 == "secrets" }) ?? false else { return false }
        let steps = path.split(whereSeparator: { $0 == "." || $0 == "[" })
        return steps.isEmpty || value.kind == .object && steps.count == 1
            || steps.contains { objectNames.contains($0) }
    }

    /// The value at a path as evidence writes it; only plain keys and positions are followed.
    private static func value(at path: Substring, in event: borrowing Event) -> JSONValue? {
        var roots = [event.raw]
        var steps = path.split(whereSeparator: { $0 == "." || $0 == "[" }).map {
            $0.hasSuffix("]") ? $0.dropLast() : $0
        }
        if let first = steps.first, let attachment = event.attachments.first(where: { $0.label == first }) {
            roots = [attachment.document.root]
            steps.removeFirst()
        }
        var at = roots.first
        for step in steps {
            guard let current = at else { return nil }
            at = Int(step).flatMap { current[$0] } ?? String(step).withText { current.member($0) }
        }
        return at
    }

    /// Writes until there is no room left.
    private struct Writer {
        var text = ""
        var left: Int
        private var depth = 0
        private let redactor: Redactor

        init(left: Int, redactor: Redactor) {
            self.left = left
            self.redactor = redactor
        }

        mutating func put(_ piece: some StringProtocol) {
            guard left > 0 else { return }
            let length = piece.utf8.count == 1 ? 1 : piece.count
            if length <= left {
                text += piece
                left -= length
            } else {
                text += piece.prefix(left) + "…"
                left = 0
            }
        }

        mutating func write(_ value: JSONValue, isSecret: Bool) {
            guard left > 0, depth < 32 else { return }
            depth += 1
            defer { depth -= 1 }
            switch value.kind {
            case .null: put("null")
            case .bool: put(value.bool == true ? "true" : "false")
            case .int64: put("\(value.int64 ?? 0)")
            case .uint64: put("\(value.uint64 ?? 0)")
            case .double: put("\(value.double ?? 0)")
            case .bigNumber: put(value.bigNumberText.map { String(copying: $0) } ?? "0")
            case .string: write(string: value.text ?? .none, isSecret: isSecret)
            case .array:
                put("[")
                for (position, element) in value.elements.enumerated() {
                    guard left > 0 else { break }
                    if position > 0 { put(",") }
                    write(element, isSecret: isSecret)
                }
                put("]")
            case .object: write(object: value, isSecret: isSecret)
            }
        }

        private mutating func write(object: JSONValue, isSecret: Bool) {
            let named = object["name"]?.text.map(SecretNames.isSecret) ?? false
            put("{")
            for (position, member) in object.members.enumerated() {
                guard left > 0 else { break }
                if position > 0 { put(",") }
                write(string: member.key, isSecret: false)
                put(":")
                let hides = isSecret || (named && member.key == "value") || SecretNames.isSecret(member.key)
                write(member.value, isSecret: hides && (member.value.kind == .string || isSecret))
            }
            put("}")
        }

        private mutating func write(string: JSONText, isSecret: Bool) {
            if isSecret, !string.isEmpty {
                put("\"\(redactor.replacement(of: String(string)))\"")
                return
            }
            if string.count + 2 <= left, string.isPlain, !Redactor.mayHold(string) {
                text += "\""
                text += String(string)
                text += "\""
                left -= string.count + 2
                return
            }
            let shown = redactor.redact(String(string.prefix(4 * left + 16)))
            var escaped = "\""
            for scalar in shown.unicodeScalars.prefix(left + 1) {
                switch scalar {
                case "\"": escaped += "\\\""
                case "\\": escaped += "\\\\"
                case "\n": escaped += "\\n"
                case "\t": escaped += "\\t"
                case _ where scalar.value < 0x20:
                    escaped += "\\u00" + (scalar.value < 16 ? "0" : "1") + String(scalar.value & 15, radix: 16)
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            put(escaped + "\"")
        }
    }
}

extension JSONText {
    /// Whether the text is printable ASCII that JSON writes as it is: as many characters as bytes.
    fileprivate var isPlain: Bool {
        bytes.allSatisfy { $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}
