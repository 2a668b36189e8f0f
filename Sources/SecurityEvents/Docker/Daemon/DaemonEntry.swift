import JSONView

/// One entry of the engine's log, whatever carried it.
struct DaemonEntry {
    /// The entry as JSON: `time`, `level`, `msg` and further keys.
    let document: JSONDocument
    let position: SourcePosition
    let message: JSONText
    let time: Timestamp?
    /// Cut by what kept the line.
    let isCut: Bool

    /// Nil where the document is no entry of a log.
    init?(_ document: JSONDocument, at position: SourcePosition, journalTime: Timestamp? = nil, isCut: Bool = false) {
        let root = document.root
        guard let message = root["msg"]?.text else { return nil }
        self.document = document
        self.position = position
        self.message = message
        self.time =
            root["time"]?.text.flatMap { Timestamp(rfc3339: $0) }
            ?? journalTime.flatMap { $0.nanoseconds > 0 ? $0 : nil }
        self.isCut = isCut
    }

    enum Meaning {
        case call(method: JSONText, uri: JSONText)
        /// A request's body: a JSON value, or a text that holds one.
        case form(JSONValue)
        case formText(JSONText)
        /// Newer engines name the call's whole URI, older ones its path.
        case failed(method: JSONText, path: JSONText, reason: JSONText, isWhole: Bool = false)
        case mounted(container: JSONText)
        case executed(exec: JSONText, container: JSONText)
        /// A container's first process runs; which one is not said.
        case taskStarted
        case other
    }

    /// What the entry says.
    var meaning: Meaning {
        let root = document.root
        // Since 28.0 a call, its body and its error are told by lines that name the call, the body in the same line.
        if let method = root["method"]?.text, let uri = root["request-url"]?.text {
            if message.hasPrefix("handling ") { return .call(method: method, uri: uri) }
            if message.hasPrefix("error response for "), let reason = root["error-response"]?.text {
                return .failed(method: method, path: uri, reason: reason, isWhole: true)
            }
        }
        if let form { return form }
        if message.hasPrefix("form data: ") { return .formText(message.dropFirst(11)) }
        if message.hasPrefix("Calling "), let call = Self.call(message.dropFirst(8)) { return call }
        for prefix in ["Handler for ", "AuthZRequest for "] as [StaticString] where message.hasPrefix(prefix) {
            if let failure = failure(message.dropFirst(prefix.utf8CodeUnitCount)) { return failure }
        }
        if root["topic"]?.text.map({ $0 == "/tasks/start" }) == true { return .taskStarted }
        if message.hasPrefix("container mounted via "), let id = root["container"]?.text {
            return .mounted(container: id)
        }
        if message.hasPrefix("starting exec command "), let exec = Self.exec(message.dropFirst(22)) { return exec }
        return .other
    }

    /// The body that the entry has itself: a JSON value, or a text that holds one.
    var form: Meaning? {
        document.root["form-data"].map { form in form.text.map { .formText($0) } ?? .form(form) }
    }

    /// The URI that a body's entry names itself, in newer engines.
    var uri: JSONText? { document.root["request-url"]?.text }

    /// `POST /v1.41/containers/create`.
    private static func call(_ text: JSONText) -> Meaning? {
        guard let space = text.firstIndex(of: 0x20) else { return nil }
        let uri = text.dropFirst(space + 1)
        guard uri.hasPrefix("/") || uri.contains("://") else { return nil }
        return .call(method: text.prefix(space), uri: uri)
    }

    /// `POST /v1.41/containers/create returned error: No such image: x`.
    private func failure(_ text: JSONText) -> Meaning? {
        guard let space = text.firstIndex(of: 0x20) else { return nil }
        let rest = text.dropFirst(space + 1)
        guard let end = rest.firstIndex(of: 0x20) else { return nil }
        var reason = rest.dropFirst(end + 1)
        guard reason.hasPrefix("returned error") else { return nil }
        reason = reason.dropFirst(reason.hasPrefix("returned error: ") ? 16 : 14)
        let root = document.root
        if reason.isEmpty, let said = (root["error-response"] ?? root["error"])?.text { reason = said }
        return .failed(method: text.prefix(space), path: rest.prefix(end), reason: reason)
    }

    /// `ID in container ID`.
    private static func exec(_ text: JSONText) -> Meaning? {
        guard let space = text.firstIndex(of: 0x20), text.dropFirst(space).hasPrefix(" in container ") else {
            return nil
        }
        return .executed(exec: text.prefix(space), container: text.dropFirst(space + 14))
    }
}
