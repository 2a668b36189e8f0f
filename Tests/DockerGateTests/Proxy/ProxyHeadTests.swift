import Testing

@testable import DockerGate

@Suite("Heads of requests at the proxy")
struct ProxyHeadTests {
    static let refused: [(head: String, status: Int)] = [
        ("", 400), ("\r\n", 400), ("GET /\r\n", 400), ("GET  / HTTP/1.1\r\n", 400), ("get / HTTP/1.1\r\n", 400),
        ("GET / HTTP/1.0\r\n", 505), ("PRI * HTTP/2.0\r\n", 505), ("GET / HTTP/1.1\n", 400),
        ("GET / HTTP/1.1\r\nA: 1\nB: 2\r\n", 400), ("GET / HTTP/1.1\r\nA : 1\r\n", 400),
        ("GET / HTTP/1.1\r\n A: 1\r\n", 400), ("GET / HTTP/1.1\r\nA: 1\r\n b\r\n", 400),
        ("GET / HTTP/1.1\r\nno\r\n", 400),
        ("GET / HTTP/1.1\r\nA: \u{1}\r\n", 400), ("GET /\u{7F} HTTP/1.1\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n", 400),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n", 501),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: +1\r\n", 400), ("POST / HTTP/1.1\r\nContent-Length: 0x1\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: \r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Length: 9999999999999999\r\n", 400),
        ("POST / HTTP/1.1\r\nContent-Type: a/b\r\ncontent-type: c/d\r\n", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\n", 400),
        ("GET / HTTP/1.1\r\n" + String(repeating: "A: 1\r\n", count: 201), 431),
    ]

    @Test("what two servers may take apart in two ways is no request", arguments: refused)
    func refuses(head: String, status: Int) {
        #expect { _ = try ProxyHead(Array(head.utf8)[...]) } throws: { ($0 as? ProxyHead.Fault)?.status == status }
    }

    @Test("what is sent on is what was judged: one request, its length, and no header of the proxy's own name")
    func sentOn() throws {
        let text =
            "POST /v1.41/containers/create HTTP/1.1\r\nHost: docker\r\nContent-Type:  application/json \r\n"
            + "Transfer-Encoding: chunked\r\nConnection: keep-alive, Upgrade\r\nUpgrade: h2c\r\nExpect: 100-continue\r\n"
            + "X-Tallyman-Caller: forged\r\n"
        let head = try ProxyHead(Array(text.utf8)[...])
        #expect(head.framing == .chunked)
        let sent = String(
            decoding: head.sentOn(
                framing: .length(2), adding: [.init(name: "X-Tallyman-Caller", value: "t")]),
            as: UTF8.self)
        #expect(
            sent == "POST /v1.41/containers/create HTTP/1.1\r\nHost: docker\r\nContent-Type: application/json\r\n"
                + "Content-Length: 2\r\nX-Tallyman-Caller: t\r\nConnection: close\r\n\r\n")
        let upgraded = String(decoding: head.sentOn(framing: .none, upgrade: "tcp"), as: UTF8.self)
        #expect(upgraded.contains("\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n"))
        #expect(!upgraded.contains("forged"))
    }

    @Test("a connection does not become one of HTTP/2, which would take requests that nobody judges")
    func noHTTP2() throws {
        let text =
            "POST /exec/0f/start HTTP/1.1\r\nHost: d\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: tcp\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nProxy-Connection: keep-alive\r\n"
        let head = try ProxyHead(Array(text.utf8)[...])
        #expect(
            String(decoding: head.sentOn(framing: .length(0), upgrade: head.upgrade), as: UTF8.self)
                == "POST /exec/0f/start HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        )
    }
}
