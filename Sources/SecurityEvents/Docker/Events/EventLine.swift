/// Turns a line that `docker events` prints into the JSON of the event.
///
/// `2026-11-23T13:43:17.1Z container create ID (image=alpine, name=web)`. Neither commands nor labels are quoted in
/// such a line, so that a part which could be read in two ways is left out.
enum EventLine {
    private static let types = [
        "container", "image", "network", "volume", "service", "node", "plugin", "secret", "config", "daemon", "builder",
    ].map { Array($0.utf8) }

    /// Nil where the line is none of the kind.
    static func json(_ line: UnsafeRawBufferPointer) -> CompactJSON? {
        guard let first = line.first, first >= 0x30, first <= 0x39 else { return nil }
        let parts = line.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count >= 20, parts[0].count <= 40,
            types.contains(where: { $0.elementsEqual(parts[1]) })
        else { return nil }
        let rest = Array(parts[2])
        let split = identifier(in: rest, isContainer: parts[1].elementsEqual("container".utf8))
        guard !split.action.isEmpty else { return nil }
        var json = CompactJSON()
        json.write(raw: #"{"Type":"#)
        json.write(string: parts[1])
        json.write(raw: #","Action":"#)
        json.write(string: split.action)
        json.write(raw: #","Actor":{"ID":"#)
        json.write(string: split.id)
        json.write(raw: #","Attributes":{"#)
        var isFirst = true
        for name in ["image", "name"] {
            guard let value = attribute(name, in: split.attributes) else { continue }
            if !isFirst { json.write(raw: ",") }
            isFirst = false
            json.write(string: name.utf8)
            json.write(raw: ":")
            json.write(string: value)
        }
        json.write(raw: #"}},"time":"#)
        json.write(string: parts[0])
        json.write(raw: "}")
        return json
    }

    private struct Parts {
        var action: ArraySlice<UInt8>
        var id: ArraySlice<UInt8>
        var attributes: ArraySlice<UInt8>
    }

    /// Splits `exec_start: sh -c id ID (a=b)` at the identifier.
    private static func identifier(in text: [UInt8], isContainer: Bool) -> Parts {
        var found: Parts?
        var at = 0
        while let space = text[at...].firstIndex(of: 0x20) {
            at = space + 1
            let end = text[at...].firstIndex(of: 0x20) ?? text.count
            let word = text[at..<end]
            // Identifiers of images and volumes have no fixed form, but no spaces come before them either.
            let isIdentifier = isContainer ? word.count == 64 && word.allSatisfy { hexadecimalDigit($0) != nil } : true
            guard isIdentifier else { continue }
            let parts = Parts(action: text[..<space], id: word, attributes: text[end...])
            guard isContainer, parts.action.contains(0x20) || found != nil else { return parts }
            // A command may hold what looks like an identifier: then nobody can say where it ends.
            guard found == nil else { return Parts(action: parts.action, id: [], attributes: []) }
            found = parts
        }
        return found ?? Parts(action: text[...], id: [], attributes: [])
    }

    /// The value of an attribute whose name stands once.
    private static func attribute(_ name: String, in text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard text.starts(with: " (".utf8), text.last == UInt8(ascii: ")") else { return nil }
        let inner = text.dropFirst(2).dropLast()
        let key = Array("\(name)=".utf8)
        var value: ArraySlice<UInt8>?
        var at = inner.startIndex
        while at < inner.endIndex {
            let isStart = at == inner.startIndex || (inner[at - 1] == 0x20 && inner[at - 2] == UInt8(ascii: ","))
            if isStart, inner[at...].starts(with: key) {
                guard value == nil else { return nil }
                let start = at + key.count
                var end = start
                while end < inner.endIndex, !inner[end...].starts(with: ", ".utf8) { end += 1 }
                value = inner[start..<end]
            }
            at += 1
        }
        return value
    }
}
