import JSONView

/// One recorded call of an authorization plugin, in the engine's spelling or the documentation's.
struct AuthorizationRecord {
    let document: JSONDocument
    let method: JSONText
    let uri: JSONText

    /// Nil where the document names no call.
    init?(_ document: JSONDocument) {
        let root = document.root
        guard let method = root["RequestMethod"]?.text, !method.isEmpty,
            let uri = (root["RequestUri"] ?? root["RequestURI"])?.text, !uri.isEmpty
        else { return nil }
        self.document = document
        self.method = method
        self.uri = uri
    }

    private var root: JSONValue { document.root }

    /// Whether the engine asked about an answer.
    var isResponse: Bool {
        if let endpoint = endpoint { return endpoint.hasSuffix("AuthZRes") }
        let names = ["ResponseStatusCode", "ResponseBody", "ResponseHeaders", "ResponseHeader"] as [StaticString]
        return names.contains { root[$0].map { !$0.isNull } ?? false }
    }

    private var endpoint: JSONText? {
        for name in ["_endpoint", "endpoint", "Endpoint"] as [StaticString] {
            if let text = root[name]?.text, text.contains("AuthZRe") { return text }
        }
        return nil
    }

    var body: JSONText? { root["RequestBody"]?.text }

    var responseBody: JSONText? { root["ResponseBody"]?.text }

    var status: Int? {
        guard let status = root["ResponseStatusCode"]?.int64, status > 0, status < 1000 else { return nil }
        return Int(status)
    }

    var hasResponseHeaders: Bool { (root["ResponseHeaders"] ?? root["ResponseHeader"])?.kind == .object }

    /// The message of a plugin's refusal, where the recorder wrote its reply down; empty without a message.
    var refusal: JSONText? {
        guard root["Allow"]?.bool == false else { return nil }
        return root["Msg"]?.text ?? JSONText("")
    }

    /// When the recorder says that the call came; the engine itself does not say.
    var time: Timestamp? {
        for name in ["time", "Time", "timestamp", "Timestamp", "_time"] as [StaticString] {
            guard let value = root[name] else { continue }
            if let text = value.text, let time = Timestamp(rfc3339: text) { return time }
            if let number = value.int64, let time = Timestamp(epoch: number) { return time }
        }
        return nil
    }

    /// Who called: the engine knows the common name of a client certificate and nobody else.
    var actor: Actor {
        var actor = Actor()
        actor.user = root["User"]?.text.flatMap { $0.isEmpty ? nil : $0 }
        actor.userAgent = header("User-Agent")
        let way = root["UserAuthNMethod"]?.text
        let certificates = root["RequestPeerCertificates"] ?? root["RequestPeerCertificate"]
        switch true {
        case way.map({ $0 == "TLS" }) == true, certificates.map({ $0.count > 0 }) == true:
            actor.authentication = .certificate
        case way.map({ !$0.isEmpty }) == true, actor.user != nil: actor.authentication = .unknown
        // Plain TCP looks the same.
        default: actor.authentication = .localSocket
        }
        return actor
    }

    var contentLength: Int64? {
        guard let text = header("Content-Length"), text.count < 19 else { return nil }
        return Int64(String(text))
    }

    /// A header by its name in any case; of a list the last value, as the engine's map keeps it.
    func header(_ name: StaticString) -> JSONText? {
        guard let headers = root["RequestHeaders"] ?? root["RequestHeader"] else { return nil }
        let wanted = GoStruct.fold(JSONText(name))
        for (key, value) in headers.members where key.count == wanted.count && GoStruct.fold(key) == wanted {
            if let text = value.text { return text }
            var last: JSONText?
            for element in value.elements { last = element.text ?? last }
            return last
        }
        return nil
    }
}
