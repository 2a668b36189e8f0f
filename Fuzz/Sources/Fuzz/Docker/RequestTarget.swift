import JSONView
import SecurityEvents

/// Reads an input as a call: its first line is the request's line, its second the content type, the rest the body.
///
/// A call against which nothing is held must have one reading: the body as it stands is what the gate judges, and path
/// and query are what a plain reader makes of them.
enum RequestTarget {
    static func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        let lines = bytes.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        let line = lines[0].split(separator: 0x20, maxSplits: 1)
        let method = line.first.map { String(decoding: $0, as: UTF8.self) } ?? ""
        let uri = line.count > 1 ? String(decoding: line[1], as: UTF8.self) : ""
        let type = lines.count > 1 ? String(decoding: lines[1], as: UTF8.self) : ""
        let body = lines.count > 2 ? Array(lines[2]) : []
        var record = JSONWriter()
        record.object { object in
            object.member("RequestMethod", method)
            object.member("RequestUri", uri)
            object.key("RequestHeaders")
            object.object { headers in if !type.isEmpty { headers.member("Content-Type", type) } }
        }
        let parser = JSONParser()
        guard let document = try? parser.parse(record.bytes),
            let request = try? DockerRequest(document, body: body, parser: parser)
        else { return }
        for objection in request.objections {
            precondition(!objection.description.isEmpty, "an objection without words")
        }
        let event = request.event(at: SourcePosition(name: "fuzz", line: 1))
        for container in event.containers { _ = container.image?.text }
        withExtendedLifetime(event.attachments.map(\.document)) {}
        guard request.objections.isEmpty, !request.isReading else { return }
        look(request, uri, body, parser)
    }

    private static func look(_ request: DockerRequest, _ uri: String, _ body: [UInt8], _ parser: JSONParser) {
        precondition(request.route != nil, "an unknown route without an objection")
        let path = uri.prefix { $0 != "?" }.utf8
        if !path.contains(UInt8(ascii: "%")) {
            precondition(request.target.path == Array(path), "a path that was changed without an objection")
        }
        guard let judged = request.body else { return }
        // Whoever reads the bytes without Go's habits must see the same.
        guard let plain = try? parser.parse(body) else { preconditionFailure("judged, and no JSON") }
        precondition(plain.root == judged, "judged as something else than it says")
        precondition(plain.firstDuplicateKey() == nil, "a member that stands twice without an objection")
        withExtendedLifetime(plain) {}
    }
}
