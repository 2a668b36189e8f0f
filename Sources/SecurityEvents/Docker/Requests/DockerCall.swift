import JSONView

/// A call of the engine's API: what its method and URI ask for.
///
/// The path is read as the engine reads it: percent-decoded, cleaned, with or without the version in front. Texts point
/// into the URI, or into ``decoded`` where something had to be decoded.
struct DockerCall {
    /// A path with as many parts as it needs to tell the routes apart.
    var method: JSONText
    var uri: JSONText
    /// The first part: `containers`, `exec`, `images`, `services`.
    var resource: JSONText
    /// The last part where the path names something between: `start`, `exec`; or the second of `containers/create`.
    var operation: JSONText?
    /// What stands between, which may hold slashes: a container's name or identifier, an image's name.
    var name: JSONText?
    /// The API's version, 41 for `/v1.41`; nil where the path has none.
    var version: Int?
    /// The texts of a URI that had to be decoded.
    var decoded: JSONDocument?
    /// The parameters of the query, decoded.
    private var parameters: [(name: JSONText, value: JSONText)]
    var isIrregular: Bool

    /// Reads a method and a URI as they stand in the request line.
    init(method: JSONText, uri: JSONText, parser: JSONParser) {
        self.method = method
        self.uri = uri
        let split = uri.firstIndex(of: UInt8(ascii: "?"))
        let path = split.map { uri.prefix($0) } ?? uri
        let query = split.map { uri.dropFirst($0 + 1) } ?? JSONText("")
        var reading = PathReading(path)
        let queryIsPlain = !query.bytes.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }
        if reading.isPlain, queryIsPlain {
            parameters = Self.split(query)
        } else {
            decoded = Self.decode(reading, query, parser)
            let root = decoded?.root
            parameters = []
            for parameter in root?["query"].map({ Array($0.elements) }) ?? [] {
                guard let name = parameter[0]?.text, let value = parameter[1]?.text else { continue }
                parameters.append((name, value))
            }
            if !reading.isPlain, let text = root?["path"]?.text { reading.parts = PathReading.split(text) }
        }
        isIrregular = reading.isIrregular
        var parts = reading.parts[...]
        version = parts.first.flatMap(Self.version)
        if version != nil { parts.removeFirst() }
        resource = parts.first ?? JSONText("")
        operation = nil
        name = nil
        // An encoded slash is ordinary in the name of an image or plugin, and nowhere else.
        let namesImages = resource == "images" || resource == "plugins" || resource == "distribution"
        if reading.encodesSlash, !namesImages { isIrregular = true }
        assign(parts.dropFirst())
    }

    /// The first parameter of a name; nil where there is none or it is empty.
    func parameter(_ name: StaticString) -> JSONText? {
        parameters.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// Whether the method is one that only reads.
    var isReading: Bool { method == "GET" || method == "HEAD" }

    /// Whether the path is that of a resource and an operation.
    func asks(_ resource: StaticString, _ operation: StaticString) -> Bool {
        self.resource == resource && self.operation.map { $0 == operation } == true
    }

    /// The engine matches `/containers/{name:.*}/start`, `/containers/create`, `/containers/{name:.*}`.
    private mutating func assign(_ rest: ArraySlice<JSONText>) {
        guard let last = rest.last, let first = rest.first else { return }
        if rest.count == 1 {
            // DELETE and GET name the thing itself.
            if method == "DELETE" || !Self.isCollective(first) { name = first } else { operation = first }
            return
        }
        if method == "DELETE" {
            name = Self.joined(first, Self.isCheckpoint(rest) ? rest[rest.startIndex] : last)
            if Self.isCheckpoint(rest) { operation = rest[rest.startIndex + 1] }
            return
        }
        operation = last
        name = Self.joined(first, rest[rest.endIndex - 2])
        if last == "ws", rest[rest.endIndex - 2] == "attach", rest.count > 2 {
            operation = rest[rest.endIndex - 2]
            name = Self.joined(first, rest[rest.endIndex - 3])
        }
    }

    private static func isCheckpoint(_ rest: ArraySlice<JSONText>) -> Bool {
        rest.count == 3 && rest[rest.startIndex + 1] == "checkpoints"
    }

    /// The text from the beginning of one part to the end of a later one of the same text.
    private static func joined(_ first: JSONText, _ last: JSONText) -> JSONText {
        let length = last.start + last.count - first.start
        return JSONText(start: first.start, count: max(0, length))
    }

    private static func isCollective(_ part: JSONText) -> Bool {
        let words: [StaticString] = [
            "create", "load", "prune", "json", "search", "get", "init", "join", "leave", "update", "unlock",
            "unlockkey", "pull", "privileges", "df",
        ]
        return words.contains { part == $0 }
    }

    /// `v1.41` → 41.
    private static func version(_ part: JSONText) -> Int? {
        guard part.hasPrefix("v"), part.count > 1, part.count < 16 else { return nil }
        let digits = part.dropFirst(1)
        guard digits.bytes.allSatisfy({ $0 == UInt8(ascii: ".") || ($0 >= 0x30 && $0 <= 0x39) }) else { return nil }
        guard let point = digits.firstIndex(of: UInt8(ascii: ".")) else { return 0 }
        return Int(String(digits.dropFirst(point + 1))) ?? 0
    }

    private static func split(_ query: JSONText) -> [(name: JSONText, value: JSONText)] {
        var found: [(name: JSONText, value: JSONText)] = []
        var rest = query
        while !rest.isEmpty, found.count < 64 {
            let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.count
            let pair = rest.prefix(end)
            rest = rest.dropFirst(end + 1)
            let equal = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.count
            found.append((pair.prefix(equal), pair.dropFirst(equal + 1)))
        }
        return found
    }

    /// Puts the decoded path and parameters into a document of their own, for texts to point into.
    private static func decode(_ path: PathReading, _ query: JSONText, _ parser: JSONParser) -> JSONDocument? {
        var written = CompactJSON()
        written.write(raw: #"{"path":"#)
        written.write(string: path.cleaned)
        written.write(raw: #","query":["#)
        for (position, pair) in split(query).enumerated() {
            written.write(raw: position > 0 ? ",[" : "[")
            written.write(string: PercentEncoding.decode(pair.name, plusIsSpace: true))
            written.write(raw: ",")
            written.write(string: PercentEncoding.decode(pair.value, plusIsSpace: true))
            written.write(raw: "]")
        }
        written.write(raw: "]}")
        return try? parser.parse(written.bytes)
    }
}

/// The parts of a path.
private struct PathReading {
    /// The path after decoding and cleaning, where that changed it; else empty.
    var cleaned: [UInt8] = []
    var parts: [JSONText] = []
    var isPlain: Bool
    var isIrregular: Bool
    var encodesSlash = false

    init(_ path: JSONText) {
        let path = Self.withoutAuthority(path)
        parts = Self.split(path)
        let odd = path.bytes.contains(UInt8(ascii: "%"))
        isPlain = !odd && Self.isClean(path)
        isIrregular = false
        guard !isPlain else { return }
        let decoded = PercentEncoding.decode(path, plusIsSpace: false)
        cleaned = Self.clean(decoded)
        // An image's name or a label may need encoding; letters, digits and the route's own words never do.
        isIrregular = cleaned != decoded || PercentEncoding.encodesPlainly(path)
        encodesSlash = path.contains("%2F") || path.contains("%2f")
    }

    /// `POST http://docker/v1.41/…` is answered as `POST /v1.41/…`.
    private static func withoutAuthority(_ path: JSONText) -> JSONText {
        guard !path.hasPrefix("/"), let colon = path.firstIndex(of: UInt8(ascii: ":")),
            path.dropFirst(colon).hasPrefix("://")
        else { return path }
        let rest = path.dropFirst(colon + 3)
        return rest.dropFirst(rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count)
    }

    static func split(_ path: JSONText) -> [JSONText] {
        var found: [JSONText] = []
        var rest = path
        while !rest.isEmpty, found.count < 64 {
            let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count
            if end > 0 { found.append(rest.prefix(end)) }
            rest = rest.dropFirst(end + 1)
        }
        return found
    }

    private static func isClean(_ path: JSONText) -> Bool {
        !path.contains("//") && !path.contains("/./") && !path.contains("/../") && !path.hasSuffix("/.")
            && !path.hasSuffix("/..")
    }

    private static func clean(_ path: [UInt8]) -> [UInt8] {
        var kept: [ArraySlice<UInt8>] = []
        for part in path.split(separator: UInt8(ascii: "/")) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) {
                _ = kept.popLast()
                continue
            }
            kept.append(part)
        }
        return Array("/".utf8) + Array(kept.joined(separator: "/".utf8))
    }
}

/// The `%41` form of URIs.
enum PercentEncoding {
    /// Decodes; a `%` that no two digits follow stays.
    static func decode(_ text: JSONText, plusIsSpace: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        let bytes = text.bytes
        var at = 0
        while at < bytes.count {
            if let byte = encoded(bytes, at) {
                result.append(byte)
                at += 3
                continue
            }
            let byte = bytes[at]
            result.append(plusIsSpace && byte == UInt8(ascii: "+") ? 0x20 : byte)
            at += 1
        }
        return result
    }

    /// Whether letters, digits or one of `-_.~/` are encoded, which nothing asks for.
    static func encodesPlainly(_ text: JSONText) -> Bool {
        let bytes = text.bytes
        for at in bytes.indices {
            guard let byte = encoded(bytes, at) else { continue }
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                return true
            default: continue
            }
        }
        return false
    }

    private static func encoded(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> UInt8? {
        guard bytes[at] == UInt8(ascii: "%"), at + 2 < bytes.count, let high = hexadecimalDigit(bytes[at + 1]),
            let low = hexadecimalDigit(bytes[at + 2])
        else { return nil }
        return high << 4 | low
    }
}
