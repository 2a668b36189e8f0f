import NIOCore
import SecurityEvents

/// Answers that the proxy gives itself, in the engine's form.
enum ProxyAnswer {
    /// An answer as it is sent; the connection is closed behind it.
    static func bytes(_ status: Int, _ message: String) -> ByteBuffer {
        var body = CompactJSON()
        body.write(raw: #"{"message":"#)
        body.write(string: message.utf8)
        body.write(raw: "}\n")
        let head = """
            HTTP/1.1 \(status) \(reason(status))\r
            Content-Type: application/json\r
            Content-Length: \(body.bytes.count)\r
            Connection: close\r
            \r

            """
        var buffer = ByteBuffer(string: head)
        buffer.writeBytes(body.bytes)
        return buffer
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        default: "Refused"
        }
    }
}
