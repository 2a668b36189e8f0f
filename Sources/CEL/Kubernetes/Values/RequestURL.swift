/// A URL as Go reads one that stands in a request: an absolute URI or an absolute path, no fragment.
struct RequestURL {
    private(set) var scheme = ""
    private(set) var user: String?
    private(set) var host = ""
    private(set) var opaque = ""
    private(set) var path = ""
    private(set) var query = ""
    private var rawPath = ""

    /// Why a text is no URL, in Go's words.
    struct Fault: Error { let message: String }

    init(parsing text: String) throws(Fault) {
        do throws(Fault) {
            try read(text)
        } catch {
            throw Fault(message: "parse \(Self.quote(text)): \(error.message)")
        }
    }

    private mutating func read(_ text: String) throws(Fault) {
        if text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            throw Fault(message: "net/url: invalid control character in URL")
        }
        if text.isEmpty { throw Fault(message: "empty url") }
        if text == "*" {
            path = "*"
            return
        }
        var rest = try takeScheme(text[...])
        if let mark = rest.firstIndex(of: "?") {
            query = String(rest[rest.index(after: mark)...])
            rest = rest[..<mark]
        }
        if !rest.hasPrefix("/") {
            guard !scheme.isEmpty else { throw Fault(message: "invalid URI for request") }
            opaque = String(rest)
            return
        }
        if !scheme.isEmpty, rest.hasPrefix("//") {
            rest = rest.dropFirst(2)
            let end = rest.firstIndex(of: "/") ?? rest.endIndex
            try takeAuthority(rest[..<end])
            rest = rest[end...]
        }
        rawPath = String(rest)
        path = try Self.unescape(rawPath)
    }

    private mutating func takeScheme(_ text: Substring) throws(Fault) -> Substring {
        for (offset, byte) in text.utf8.enumerated() {
            if byte.isLetter { continue }
            if byte.isDigit || "+-.".utf8.contains(byte) {
                if offset == 0 { return text }
                continue
            }
            guard byte == UInt8(ascii: ":") else { return text }
            if offset == 0 { throw Fault(message: "missing protocol scheme") }
            let colon = text.utf8.index(text.startIndex, offsetBy: offset)
            scheme = text[..<colon].lowercased()
            return text[text.utf8.index(after: colon)...]
        }
        return text
    }

    private mutating func takeAuthority(_ authority: Substring) throws(Fault) {
        var hostPart = authority
        if let at = authority.lastIndex(of: "@") {
            let information = authority[..<at]
            hostPart = authority[authority.index(after: at)...]
            guard information.utf8.allSatisfy({ $0.isDigit || $0.isLetter || "-._:~!$&'()*+,;=%@".utf8.contains($0) })
            else { throw Fault(message: "net/url: invalid userinfo") }
            user = String(information)
        }
        var port: Substring?
        if hostPart.hasPrefix("[") {
            guard let bracket = hostPart.lastIndex(of: "]") else { throw Fault(message: "missing ']' in host") }
            port = hostPart[hostPart.index(after: bracket)...]
        } else {
            port = hostPart.lastIndex(of: ":").map { hostPart[$0...] }
        }
        if let port, !port.isEmpty {
            guard port.hasPrefix(":"), port.dropFirst().utf8.allSatisfy(\.isDigit) else {
                throw Fault(message: "invalid port \(Self.quote(String(port))) after host")
            }
        }
        for byte in hostPart.utf8 where byte < 0x80 {
            guard byte.isDigit || byte.isLetter || "-_.~!$&'()*+,;=:[]<>\"%".utf8.contains(byte) else {
                throw Fault(message: "invalid character \(Self.quote(String(UnicodeScalar(byte)))) in host name")
            }
        }
        host = String(hostPart)
    }

    /// The host without its port and brackets.
    var hostname: String {
        let (name, _) = hostAndPort
        return name.hasPrefix("[") && name.hasSuffix("]") ? String(name.dropFirst().dropLast()) : String(name)
    }

    /// The port, without its colon.
    var port: String { String(hostAndPort.port) }

    private var hostAndPort: (host: Substring, port: Substring) {
        guard let colon = host.lastIndex(of: ":") else { return (host[...], "") }
        let port = host[host.index(after: colon)...]
        return port.utf8.allSatisfy(\.isDigit) ? (host[..<colon], port) : (host[...], "")
    }

    /// The path with all that needs it percent-encoded.
    var escapedPath: String {
        let isEncoded = rawPath.utf8.allSatisfy {
            $0.isDigit || $0.isLetter || "-_.~!$&'()*+,;=:@[]%/".utf8.contains($0)
        }
        if isEncoded { return rawPath.isEmpty ? path : rawPath }
        var escaped: [UInt8] = []
        for byte in path.utf8 {
            if byte.isDigit || byte.isLetter || "-_.~$&+,/:;=@".utf8.contains(byte) {
                escaped.append(byte)
            } else {
                escaped += [UInt8(ascii: "%"), Self.hex(byte >> 4), Self.hex(byte & 15)]
            }
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    private static func hex(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "A") + digit - 10
    }

    /// The query's names, in the order of their first use, each with its values.
    var queryValues: [(name: String, values: [String])] {
        var found: [(name: String, values: [String])] = []
        var positions: [String: Int] = [:]
        for part in query.split(separator: "&") where !part.contains(";") {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = try? Self.unescape(String(pieces[0]), isQuery: true),
                let value = pieces.count > 1 ? try? Self.unescape(String(pieces[1]), isQuery: true) : ""
            else { continue }
            if let position = positions[name] {
                found[position].values.append(value)
            } else {
                positions[name] = found.count
                found.append((name, [value]))
            }
        }
        return found
    }

    private static func unescape(_ text: String, isQuery: Bool = false) throws(Fault) -> String {
        var output: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                let digits = rest.prefix(2).compactMap(\.hexValue)
                guard digits.count == 2 else {
                    let shown = [byte] + rest.prefix(2)
                    throw Fault(message: "invalid URL escape \(quote(String(decoding: shown, as: UTF8.self)))")
                }
                output.append(digits[0] << 4 | digits[1])
                rest = rest.dropFirst(2)
            } else {
                output.append(isQuery && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func quote(_ text: String) -> String { "\"\(text.replacing("\"", with: "\\\""))\"" }
}

/// A URL as a value of the language.
final class URLValue: OpaqueValue {
    static let type = CELType.opaque("kubernetes.URL", [])

    let url: RequestURL
    let text: String

    init(_ url: RequestURL, text: String) {
        self.url = url
        self.text = text
    }

    var typeName: String { "kubernetes.URL" }

    func isEqual(to other: any OpaqueValue) -> Bool {
        guard let other = (other as? URLValue)?.url else { return false }
        return url.scheme == other.scheme && url.user == other.user && url.host == other.host
            && url.opaque == other.opaque && url.escapedPath == other.escapedPath && url.query == other.query
    }
}
