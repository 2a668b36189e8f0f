import JSONView
import Testing

@testable import SecurityEvents

@Suite("Calls that a gate lets through or not")
struct DockerRequestTests {
    static let image = #""Image":"a""#

    struct Call: CustomTestStringConvertible, Sendable {
        var method = "POST"
        var uri = "/v1.41/containers/create"
        var type: String? = "application/json"
        var length: Int?
        var body: String?
        /// The codes of what is held against it.
        var codes: [String]
        var testDescription: String { "\(method) \(uri) \(body ?? "") -> \(codes)" }
    }

    /// Each was tried on a real engine: what is not refused was made as it reads, or the engine itself refused it.
    static let calls: [Call] = [
        Call(body: "{\(image)}", codes: []),
        Call(type: "application/json; charset=utf-8", body: "{\(image)}", codes: []),
        Call(body: "{\(image),\"Labels\":{\"a\":\"1\",\"A\":\"2\"}}", codes: []),
        Call(body: nil, codes: ["no-body"]),
        Call(length: 2_000_000, body: nil, codes: ["no-body"]),
        Call(type: nil, body: nil, codes: ["no-body"]),
        Call(length: 3, body: "{\(image)}", codes: ["wrong-length"]),
        Call(body: #"{"image":"a"}"#, codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"hostconfig\":{\"Privileged\":true}}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"HostConfig\":{\"privileged\":true}}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"HostConfig\":{\"Bind\\u017f\":[\"/:/h\"]}}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"HostConfig\":{\"Bind\u{17F}\":[\"/:/h\"]}}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"Healthchec\u{212A}\":{}}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"HostConfig\":{},\"HostConfig\":{\"Privileged\":true}}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"Labels\":{\"a\":\"1\",\"a\":\"2\"}}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"New\":1,\"new\":2}", codes: ["ambiguous-body"]),
        Call(body: "{\(image),\"Privileged\":true}", codes: ["ambiguous-body"]),
        Call(body: "{\(image)} x", codes: ["ambiguous-body"]),
        Call(body: "{\(image)}{}", codes: ["ambiguous-body"]),
        Call(body: "{\"Image\":\"a\\ud800\"}", codes: ["ambiguous-body"]),
        Call(body: "{\(image)", codes: ["unreadable-body"]),
        Call(body: "[]", codes: ["unreadable-body"]),
        Call(body: "null", codes: ["unreadable-body"]),
        Call(type: "text/plain", body: "{\(image)}", codes: ["odd-content-type"]),
        Call(type: "application/json; a", body: nil, codes: ["odd-content-type", "no-body"]),
        Call(uri: "/v1.41/containers/%63reate", body: "{\(image)}", codes: ["odd-path"]),
        Call(uri: "/v1.41/containers/create?name=a&name=b", body: "{\(image)}", codes: ["odd-path"]),
        Call(uri: "/v1.23/containers/create", body: "{\(image)}", codes: ["old-version"]),
        Call(
            uri: "/v1.23/containers/w/start", body: #"{"Binds":["/etc:/h"]}"#,
            codes: ["old-version", "unexpected-body"]),
        Call(uri: "/v1.41/containers/w/start", body: #"{"Binds":["/etc:/h"]}"#, codes: ["unexpected-body"]),
        Call(uri: "/v1.41/containers/w/start", body: "{}", codes: []),
        Call(uri: "/v1.41/containers/w/start", type: "text/plain", length: 0, body: nil, codes: []),
        Call(uri: "/v1.41/containers/w/start?checkpoint=c", type: nil, body: nil, codes: ["opaque-route"]),
        Call(uri: "/v1.41/containers/w/exec", body: nil, codes: ["no-body"]),
        Call(uri: "/v1.41/containers/w/exec", body: #"{"Cmd":["ls"]}"#, codes: []),
        Call(uri: "/v1.41/containers/w/exec", body: #"{"cmd":["ls"]}"#, codes: ["ambiguous-body"]),
        Call(uri: "/v1.41/exec/0f/start", body: nil, codes: ["no-body"]),
        Call(uri: "/v1.41/volumes/create", body: #"{"DriverOpts":{"o":"bind","device":"/"}}"#, codes: []),
        Call(
            uri: "/v1.41/volumes/create", body: #"{"driveropts":{"o":"bind","device":"/"}}"#, codes: ["ambiguous-body"]),
        Call(uri: "/v1.41/build", type: "application/x-tar", body: nil, codes: ["opaque-route"]),
        Call(uri: "/session", type: nil, body: nil, codes: ["opaque-route"]),
        Call(uri: "/grpc", type: nil, body: nil, codes: ["opaque-route"]),
        Call(method: "PUT", uri: "/v1.41/containers/w/archive?path=/", type: nil, body: nil, codes: ["opaque-route"]),
        Call(uri: "/v1.41/images/create?fromImage=a", type: "text/plain", length: 0, body: nil, codes: []),
        // Go takes a form's fields before those of the query, and shows no plugin the form.
        Call(
            uri: "/v1.41/images/create?fromImage=a", type: "application/x-www-form-urlencoded", length: 5, body: nil,
            codes: ["odd-content-type", "hidden-body"]),
        Call(uri: "/v1.41/images/create?fromImage=a", type: "text/plain", length: 5, body: nil, codes: ["hidden-body"]),
        Call(uri: "/v1.41/images/create?fromImage=a", type: "text/plain", body: nil, codes: ["hidden-body"]),
        Call(uri: "/v1.41/images/create?fromSrc=-", type: "application/x-tar", body: nil, codes: ["opaque-route"]),
        Call(uri: "/v1.41/brand/new", type: nil, body: nil, codes: ["unknown-route"]),
        Call(method: "PATCH", uri: "/v1.41/containers/w", type: nil, body: nil, codes: ["unknown-route"]),
        Call(method: "GET", uri: "/v1.41/containers/%6Ason", type: nil, body: nil, codes: []),
        Call(method: "DELETE", uri: "/v1.41/containers/w", type: nil, body: nil, codes: []),
        Call(uri: "/v1.41/containers/w/stop", type: nil, body: nil, codes: []),
    ]

    static func record(_ call: Call) -> [UInt8] {
        var written = CompactJSON()
        written.write(raw: "{\"RequestMethod\":")
        written.write(string: call.method.utf8)
        written.write(raw: ",\"RequestUri\":")
        written.write(string: call.uri.utf8)
        written.write(raw: ",\"RequestHeaders\":{\"X\":\"1\"")
        if let type = call.type {
            written.write(raw: ",\"Content-Type\":")
            written.write(string: type.utf8)
        }
        if let length = call.length {
            written.write(raw: ",\"Content-Length\":")
            written.write(string: "\(length)".utf8)
        }
        written.write(raw: "}")
        if let body = call.body {
            written.write(raw: ",\"RequestBody\":")
            written.write(string: Base64.encode(Array(body.utf8)))
        }
        written.write(raw: "}")
        return written.bytes
    }

    @Test("a call is held against what two readers may read differently, and nothing else", arguments: calls)
    func objections(call: Call) throws {
        let parser = JSONParser()
        let request = try DockerRequest(try parser.parse(Self.record(call)), parser: parser)
        #expect(request.objections.map(\.code) == call.codes, "\(request.objections)")
        for objection in request.objections { #expect(!objection.description.isEmpty) }
    }

    @Test("a body that is refused is still read as the engine reads it, for those who only record")
    func readsAnyway() throws {
        let parser = JSONParser()
        let call = Call(
            body: "{\(Self.image),\"HostConfig\":{\"Privileged\":true},\"hostconfig\":{\"PidMode\":\"host\"}}",
            codes: [])
        let request = try DockerRequest(try parser.parse(Self.record(call)), parser: parser)
        let event = request.event(at: SourcePosition(name: "test", line: 1))
        withExtendedLifetime(event.attachments.map(\.document)) {
            #expect(event.containers.first?.privileged?.bool == true)
            #expect(event.workload?.hostPID.value == true)
        }
    }

    @Test("host settings that an old engine takes at a start are read inside HostConfig too")
    func oldStart() throws {
        let parser = JSONParser()
        let call = Call(uri: "/v1.23/containers/w/start", body: #"{"HostConfig":{"Privileged":true}}"#, codes: [])
        let request = try DockerRequest(try parser.parse(Self.record(call)), parser: parser)
        let event = request.event(at: SourcePosition(name: "test", line: 1))
        withExtendedLifetime(event.attachments.map(\.document)) {
            #expect(event.containers.first?.privileged?.bool == true)
        }
    }

    @Test("answers about volumes and other containers that cannot be kept are an error, not a leave")
    func lends() throws {
        let parser = JSONParser()
        let call = Call(
            body: #"{"Image":"a","HostConfig":{"VolumesFrom":["x"],"Binds":["v:/v"]}}"#, codes: [])
        let request = try DockerRequest(try parser.parse(Self.record(call)), parser: parser)
        let volume = try JSONParser().parse(
            #"{"Name":"v","Driver":"local","Options":{"type":"none","o":"bind","device":"/"}}"#)
        let other = try JSONParser().parse(#"{"Mounts":[{"Type":"bind","Source":"/","Destination":"/h"}]}"#)
        var event = request.event(at: SourcePosition(name: "test", line: 1))
        let before = event.attachments.count
        let small = JSONParser(limits: JSONLimits(size: 16))
        #expect(throws: JSONError.self) { try DockerRequest.lend(volumes: [volume], to: &event, parser: small) }
        #expect(throws: JSONError.self) {
            try DockerRequest.lend(others: [("x", other)], to: &event, parser: small)
        }
        #expect(event.attachments.count == before)
        try DockerRequest.lend(volumes: [volume], to: &event, parser: JSONParser())
        try DockerRequest.lend(others: [("x", other)], to: &event, parser: JSONParser())
        #expect(event.attachments.count == before + 2)
    }

    static let contradictions = [
        #"{"RequestMethod":"POST","RequestUri":"/a","RequestURI":"/b"}"#,
        #"{"RequestMethod":"POST","RequestMethod":"GET","RequestUri":"/a"}"#,
        #"{"RequestMethod":"GET","requestmethod":"POST","RequestUri":"/a"}"#,
        #"{"RequestMethod":"POST","RequestUri":"/a","RequestHeaders":{"A":"1"},"RequestHeader":{"A":"2"}}"#,
        #"{"RequestMethod":"POST"}"#, "[]", "null",
    ]

    @Test("a record that says two things of one call is none", arguments: contradictions)
    func contradicts(text: String) throws {
        let parser = JSONParser()
        let document = try parser.parse(text)
        #expect(throws: ReadFault.self) { _ = try DockerRequest(document, parser: parser) }
    }

    @Test("the documentation's spelling and the engine's may stand together where they say the same")
    func bothSpellings() throws {
        let parser = JSONParser()
        let document = try parser.parse(#"{"RequestMethod":"POST","RequestUri":"/a","RequestURI":"/a"}"#)
        #expect(try DockerRequest(document, parser: parser).target.path == Array("/a".utf8))
    }
}
