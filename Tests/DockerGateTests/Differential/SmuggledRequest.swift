import TestSupport

/// A request behind, within or beside another one, where one server sees one request and another sees two.
enum SmuggledRequest {
    /// Bytes around a hidden request; the same generator makes the same.
    ///
    /// - Parameters:
    ///   - hidden: the request that nobody may find.
    ///   - name: what the outer request calls its container.
    ///   - random: chooses.
    /// - Returns: what is sent.
    static func any(around hidden: String, name: String, _ random: inout SeededGenerator) -> [UInt8] {
        let outer = random.pick(outers(name))
        let headers = random.pick(framings(hidden))
        let connection = random.pick(connections)
        var lines = ["\(outer.call) \(random.chance(90) ? "HTTP/1.1" : random.pick(protocols))", "Host: docker"]
        if let type = outer.type { lines.append("Content-Type: \(type)") }
        lines += connection + headers.lines.map { $0.replacing("BODY", with: String(outer.body.utf8.count)) }
        let end = random.chance(95) ? "\r\n" : "\n"
        let body = headers.isChunked ? chunked(outer.body, &random) : outer.body
        return Array((lines.joined(separator: end) + end + end + body + headers.behind).utf8)
    }

    private static func outers(_ name: String) -> [(call: String, type: String?, body: String)] {
        [
            (
                "POST /v1.41/containers/create?name=\(name)", "application/json",
                #"{"Image":"\#(DifferentialTests.image)"}"#
            ),
            ("GET /_ping", nil, ""), ("HEAD /_ping", nil, ""), ("GET /v1.41/info", "application/json", "{}"),
            ("GET /v1.41/containers/json", nil, "x"), ("OPTIONS /v1.41/info", nil, ""),
            ("POST /v1.41/containers/none/attach?stream=1&stdin=1", nil, ""),
            ("GET /v1.41/containers/none/attach/ws?stream=1", nil, ""),
            ("POST /v1.41/exec/00/start", "application/json", #"{"Detach":true}"#),
            ("POST /v1.41/containers/none/wait", nil, ""), ("DELETE /v1.41/containers/none", nil, ""),
            ("POST /v1.41/build?remote=none&dockerfile=x", "application/x-tar", ""),
            ("POST /v1.41/session", nil, ""), ("POST /v1.41/grpc", nil, ""),
            ("PUT /v1.41/containers/none/archive?path=/", "application/x-tar", "xx"),
            ("POST /v1.41/images/create?fromImage=none", nil, ""), ("CONNECT docker:80", nil, ""),
        ]
    }

    private static let protocols = ["HTTP/1.0", "HTTP/1.2", "HTTP/2.0", "HTTP/1.1 ", "HTTP/01.1", "http/1.1", ""]

    private static let connections: [[String]] = [
        [], ["Connection: close"], ["Connection: keep-alive"], ["Connection: Upgrade", "Upgrade: tcp"],
        ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"],
        [
            "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: eHh4eHh4eHh4eHh4eHh4eA==", "Origin: http://docker",
        ],
        ["Connection: Content-Length"], ["Connection: Transfer-Encoding, keep-alive"], ["Proxy-Connection: keep-alive"],
        ["Connection: X-Tallyman-Caller", "X-Tallyman-Caller: forged"], ["Expect: 100-continue"], ["Expect: other"],
    ]

    /// What says where the body ends, and what stands behind its end.
    private static func framings(_ hidden: String) -> [(lines: [String], behind: String, isChunked: Bool)] {
        [
            (["Content-Length: BODY"], hidden, false), (["Content-Length: BODY"], "\r\n\r\n" + hidden, false),
            (["Content-Length: BODY"], "0\r\n\r\n" + hidden, false), ([], hidden, false),
            (["Content-Length: 0"], hidden, false), (["Content-Length: 00BODY"], hidden, false),
            (["Content-Length: +BODY"], hidden, false), (["Content-Length: BODY,BODY"], hidden, false),
            (["Content-Length: BODY", "Content-Length: BODY"], hidden, false),
            (["Content-Length: BODY", "content-length: 0"], hidden, false),
            (["Content-Length: BODY", "Transfer-Encoding: chunked"], hidden, true),
            (["Transfer-Encoding: chunked"], hidden, true), (["transfer-encoding: CHUNKED"], hidden, true),
            (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], hidden, true),
            (["Transfer-Encoding:\tchunked"], hidden, true), (["Transfer-Encoding : chunked"], hidden, true),
            (["Transfer-Encoding: xchunked"], hidden, true), (["Transfer-Encoding: identity, chunked"], hidden, true),
            (["Transfer-Encoding: identity"], hidden, false), (["Transfer-Encoding: \u{B}chunked"], hidden, true),
            (["Transfer-Encoding:", " chunked"], hidden, true),
            (["X: a", " Transfer-Encoding: chunked"], hidden, true),
            (["X: a\rTransfer-Encoding: chunked"], hidden, true), (["Transfer_Encoding: chunked"], hidden, true),
            (["Content-Length: \(hidden.utf8.count)"], hidden, false), (["Content-Length: 9"], hidden, false),
            (["Transfer-Encoding: chunked", "Content-Length: 4"], hidden, true),
        ]
    }

    private static func chunked(_ body: String, _ random: inout SeededGenerator) -> String {
        let size = String(body.utf8.count, radix: 16)
        let part = body.isEmpty ? "" : "\(size)\r\n\(body)\r\n"
        return random.pick([
            part + "0\r\n\r\n", part + "0\r\n\r\n", part + "0\r\nX: trailer\r\n\r\n", part + "00\r\n\r\n",
            "\(size);a=b\r\n\(body)\r\n0\r\n\r\n", "0x\(size)\r\n\(body)\r\n0\r\n\r\n", part + "0\r\n",
            "\(size)\n\(body)\n0\n\n", part + "-1\r\n\r\n", "\(size)  \r\n\(body)\r\n0\r\n\r\n",
            part + "ffffffffffffffff\r\n", "\(size)\r\n\(body)0\r\n\r\n",
        ])
    }
}
