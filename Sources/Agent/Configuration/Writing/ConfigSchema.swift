import JSONView

/// The JSON Schema of the configuration file, made from its keys.
package enum ConfigSchema {
    /// The schema (2020-12), for editors and for whoever makes configuration files.
    package static var text: String {
        var writer = JSONWriter()
        writer.object { root in
            root.member("$schema", "https://json-schema.org/draft/2020-12/schema")
            root.member("title", "Tallyman's configuration file")
            write(at: "", to: &root)
        }
        return JSONLayout.indented(writer.text)
    }

    private static func write(at path: String, to object: inout JSONWriter) {
        object.member("type", "object")
        if let part = AgentConfiguration.sections.first(where: { $0.path == path }) {
            object.member("description", part.summary)
        }
        object.key("additionalProperties")
        object.value(false)
        object.key("properties")
        object.object { properties in
            var written: Set<String> = []
            let start = path.isEmpty ? "" : path + "."
            for entry in AgentConfiguration.entries where entry.path.hasPrefix(start) {
                let rest = entry.path.dropFirst(start.count).split(separator: ".")
                guard let name = rest.first.map(String.init), written.insert(name).inserted else { continue }
                properties.key(name)
                properties.object {
                    if rest.count == 1 { write(entry, to: &$0) } else { write(at: start + name, to: &$0) }
                }
            }
        }
    }

    private static func write(_ entry: ConfigEntry, to object: inout JSONWriter) {
        object.member("description", entry.summary)
        switch entry.form {
        case .text, .path, .address: object.member("type", "string")
        case .flag: object.member("type", "boolean")
        case .choice(let choices): object.member("enum", choices)
        case .number(let range):
            object.member("type", "integer")
            object.member("minimum", range.lowerBound)
            object.member("maximum", range.upperBound)
        case .duration:
            object.member("type", "string")
            object.member("pattern", DurationText.pattern)
        case .size:
            object.member("type", ["string", "integer"])
            object.member("pattern", SizeText.pattern)
        case .paths:
            object.member("type", "array")
            object.key("items")
            object.object { $0.member("type", "string") }
        }
        switch entry.usual {
        case .none: break
        case .texts(let texts): object.member("default", texts)
        case .flag(let flag):
            object.key("default")
            object.value(flag)
        case .number(let number): object.member("default", number)
        case .text, .duration, .size: object.member("default", entry.usual.text)
        }
    }
}

/// Compact JSON over several lines.
enum JSONLayout {
    /// Breaks and indents compact JSON.
    ///
    /// - Parameter compact: what a `JSONWriter` wrote.
    /// - Returns: the same with line ends and two spaces a level.
    static func indented(_ compact: String) -> String {
        let bytes = Array(compact.utf8)
        var text: [UInt8] = []
        var depth = 0
        var isQuoted = false
        func line() -> [UInt8] { [0x0A] + [UInt8](repeating: 0x20, count: depth * 2) }
        for (place, byte) in bytes.enumerated() {
            let next = place + 1 < bytes.count ? bytes[place + 1] : 0
            let isEscaped = place > 0 && bytes[..<place].reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 1
            if byte == UInt8(ascii: "\""), !isEscaped { isQuoted.toggle() }
            switch byte {
            case UInt8(ascii: "{") where !isQuoted, UInt8(ascii: "[") where !isQuoted:
                depth += 1
                text.append(byte)
                // Both closing brackets stand two behind their opening ones.
                if next != byte + 2 { text += line() }
            case UInt8(ascii: "}") where !isQuoted, UInt8(ascii: "]") where !isQuoted:
                depth -= 1
                if bytes[place - 1] != byte - 2 { text += line() }
                text.append(byte)
            case UInt8(ascii: ",") where !isQuoted: text += [byte] + line()
            case UInt8(ascii: ":") where !isQuoted: text += [byte, 0x20]
            default: text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self) + "\n"
    }
}
