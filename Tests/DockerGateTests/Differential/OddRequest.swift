import TestSupport

/// A request around a body: mostly an ordinary one, else with a path, query, headers and framing that readers differ on.
struct OddRequest {
    var method: String
    /// The path without a version.
    var path: String
    /// The query with its values, which an odd request gives twice or hides.
    var query: String
    /// What the request is found by again.
    var round: String
    /// A value of the query that is not meant.
    var other: String
    /// The content type of an ordinary request.
    var type = "application/json"
    /// The version of the API of an ordinary request, as the path has it.
    var version = "/v1.41"

    /// The request as it is sent; the same generator makes the same.
    func bytes(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let path = random.chance(20) ? oddPath(&random) : "\(version)\(path)"
        let query = random.chance(12) ? oddQuery(&random) : query.isEmpty ? "" : "?\(query)"
        let method = random.chance(4) ? oddMethod(&random) : method
        var headers = random.chance(3) ? ["Host: docker", "Host: other"] : ["Host: docker"]
        headers += ["X-Round: \(round)", "Connection: close"]
        headers += random.chance(20) ? oddTypes(&random) : ["Content-Type: \(type)"]
        if random.chance(3) { headers.append("Expect: 100-continue") }
        var framed = body
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<25:
            headers.append("Transfer-Encoding: chunked")
            framed = Self.chunked(body, &random)
        case 25: headers += ["Content-Length: \(body.count)", "Content-Length: \(body.count)"]
        case 26: headers += ["Content-Length: \(body.count)", "Content-Length: 0"]
        case 27:
            headers += ["Content-Length: 0", "Transfer-Encoding: chunked"]
            framed = Self.chunked(body, &random)
        case 28: headers += ["Content-Length: +\(body.count)"]
        default: headers.append("Content-Length: \(body.count)")
        }
        return Array("\(method) \(path)\(query) HTTP/1.1\r\n".utf8)
            + Array((headers.joined(separator: "\r\n") + "\r\n\r\n").utf8) + framed
    }

    private func oddPath(_ random: inout SeededGenerator) -> String {
        let cut = path.index(after: path.startIndex)
        let last = path.lastIndex(of: "/").map { path.index(after: $0) } ?? cut
        let encoded = path[last...].unicodeScalars.first.map { "%" + String($0.value, radix: 16) } ?? ""
        let slashed = path.replacing("/", with: "%2F", subrange: cut..<path.endIndex, maxReplacements: 1)
        return random.pick([
            path, "/v1.41\(path[..<last])\(encoded)\(path[last...].dropFirst())", "/v1.24\(path)", "/v1.23\(path)",
            "/v1.41\(slashed)", "//v1.41\(path)", "/v1.41/.\(path)", "/v1.041\(path)", "/v1.41.0\(path)",
            "/v1.41\(path)/", "http://docker/v1.41\(path)", "HTTP://x:1/v1.41\(path)?", "/v1.41\(path.uppercased())",
            "/v1.41\(path)%00", "/v\(path)", "/v1.41\(path)#x", "*",
        ])
    }

    private func oddQuery(_ random: inout SeededGenerator) -> String {
        let name = query.split(separator: "=").first.map(String.init) ?? "a"
        return random.pick([
            "?\(query)&\(name)=\(other)", "?\(name)=\(other)&\(query)", "?\(query);x=1",
            "?\(name.uppercased())=x&\(query)",
            "?%7\(query)", "?\(query)&platform=", "?\(query)&a=%zz", "??\(query)", "?\(query)#\(name)=\(other)",
            "?x=1&\(query)+",
        ])
    }

    private func oddMethod(_ random: inout SeededGenerator) -> String {
        random.pick(["post", "Post", "PUT", "PATCH", "OPTIONS", "HEAD", "GET", "DELETE", "POST\t", "P\u{D6}ST"])
    }

    private func oddTypes(_ random: inout SeededGenerator) -> [String] {
        random.pick([
            ["Content-Type: application/json; charset=utf-8"], ["Content-Type: Application/JSON"], [],
            ["Content-Type: text/plain"], ["Content-Type: application/json;"], ["Content-Type: application/json; a"],
            ["Content-Type: application/json", "Content-Type: text/plain"],
            ["Content-Type: text/plain", "Content-Type: application/json"],
            ["Content-Type: application/x-www-form-urlencoded"], ["content-type:\tapplication/json"],
        ])
    }

    private static func chunked(_ body: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var result: [UInt8] = []
        var rest = body[...]
        let longest = body.count > 10_000 ? 65_536 : 40
        while !rest.isEmpty {
            let part = rest.prefix(Int.random(in: 1...longest, using: &random))
            result += Array("\(String(part.count, radix: 16))\r\n".utf8) + part + [0x0D, 0x0A]
            rest = rest.dropFirst(part.count)
        }
        return result + Array("0\r\n\r\n".utf8)
    }
}
