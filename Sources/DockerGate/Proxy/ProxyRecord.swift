import SecurityEvents

/// Writes what came through the proxy in the form in which the engine asks its plugins.
enum ProxyRecord {
    /// Headers that carry passwords; the engine shows them to no plugin either.
    private static let secret: Set<String> = ["authorization", "x-registry-auth", "x-registry-config", "cookie"]

    static func request(_ head: ProxyHead) -> [UInt8] {
        var written = CompactJSON()
        write(head, into: &written)
        written.write(raw: "}")
        return written.bytes
    }

    /// A call and its answer; nil where the answer is no HTTP.
    static func answer(_ answer: [UInt8], to head: ProxyHead) -> [UInt8]? {
        guard answer.starts(with: "HTTP/1.1 ".utf8),
            let status = Int(String(decoding: answer[9..<min(12, answer.count)], as: UTF8.self)),
            let (top, body) = split(answer)
        else { return nil }
        var content = Array(body)
        if top.lowercased().contains("transfer-encoding: chunked") {
            guard let joined = joined(body) else { return nil }
            content = joined
        }
        var written = CompactJSON()
        write(head, into: &written)
        written.write(raw: ",\"ResponseStatusCode\":")
        written.write(number: status)
        written.write(raw: ",\"ResponseBody\":")
        written.write(string: Base64.encode(content))
        written.write(raw: "}")
        return written.bytes
    }

    private static func write(_ head: ProxyHead, into written: inout CompactJSON) {
        written.write(raw: "{\"RequestMethod\":")
        written.write(string: head.method.utf8)
        written.write(raw: ",\"RequestUri\":")
        written.write(string: head.uri.utf8)
        written.write(raw: ",\"RequestHeaders\":{")
        var seen = Set<String>()
        for header in head.headers.reversed() where !secret.contains(header.name.lowercased()) {
            guard seen.insert(header.name.lowercased()).inserted else { continue }
            if seen.count > 1 { written.write(raw: ",") }
            written.write(string: header.name.utf8)
            written.write(raw: ":")
            written.write(string: header.value.utf8)
        }
        if head.framing == .none, !seen.contains("content-length") {
            written.write(raw: seen.isEmpty ? "\"Content-Length\":\"0\"" : ",\"Content-Length\":\"0\"")
        }
        written.write(raw: "}")
    }

    private static func split(_ answer: [UInt8]) -> (top: String, body: ArraySlice<UInt8>)? {
        var at = 0
        while at + 4 <= answer.count {
            if answer[at] == 0x0D, answer[at + 1] == 0x0A, answer[at + 2] == 0x0D, answer[at + 3] == 0x0A {
                return (String(decoding: answer[..<at], as: UTF8.self), answer[(at + 4)...])
            }
            at += 1
        }
        return nil
    }

    private static func joined(_ chunks: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = chunks
        var body: [UInt8] = []
        while let end = rest.firstIndex(of: 0x0D) {
            guard let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), size >= 0 else {
                return nil
            }
            if size == 0 { return body }
            rest = rest[end...].dropFirst(2)
            guard rest.count >= size + 2 else { return nil }
            body += rest.prefix(size)
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }
}
