public import JSONView

/// One call of the engine's API as a gate sees it before the engine acts.
///
/// It is read the way the engine reads it; where others may read it in another way, ``objections`` say so.
public struct DockerRequest {
    /// The method, as it stands in the request line.
    public let method: String
    /// The path and query.
    public let target: DockerRequestTarget
    /// The route that the engine's router takes; nil where none is known.
    public let route: DockerRoute?
    /// What stands in the variable parts of the route: a container's name.
    public let variables: [String]
    /// What is known of the body.
    public private(set) var bodyState = BodyState.none
    /// The body with the engine's names; nil where there is none or nobody can read it.
    public var body: JSONValue? { reading?.document.root }
    /// The document of ``body``.
    public var bodyDocument: JSONDocument? { reading?.document }
    /// Why a gate that enforces lets it not through, whatever the rules say.
    public private(set) var objections: [DockerObjection] = []
    /// The record of the call.
    public let document: JSONDocument

    private let record: AuthorizationRecord
    private let call: DockerCall
    private var reading: GoBody?

    /// Whether the call changes nothing.
    public var isReading: Bool { route?.effect == .reads }

    /// The name that the engine gives the caller; nil where it knows nobody.
    public var callerName: String? { record.actor.user.map { String(copying: $0) } }

    /// A header of the call; of one that stands twice, the last.
    public func header(_ name: StaticString) -> String? { record.header(name).map { String(copying: $0) } }

    /// The client's certificates as the engine passes them on: base64 of PEM, or PEM.
    public var certificates: [String] {
        let listed = document.root["RequestPeerCertificates"] ?? document.root["RequestPeerCertificate"]
        return listed.map { $0.elements.prefix(16).compactMap { $0.text.map { String($0) } } } ?? []
    }

    /// The first value of a parameter of the query; nil where there is none.
    public func parameter(_ name: String) -> String? {
        target.query.first(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads a call.
    ///
    /// - Parameters:
    ///   - document: the call in the form of the engine's authorization plugin API; the request keeps it.
    ///   - given: the body; nil takes the one that stands in the document.
    ///   - parser: makes the documents.
    /// - Throws: why the document is no call, or says two things at once.
    public init(_ document: JSONDocument, body given: [UInt8]? = nil, parser: JSONParser) throws(ReadFault) {
        try Self.refuseContradictions(document.root)
        guard document.root.kind == .object, let record = AuthorizationRecord(document) else {
            throw ReadFault("a call needs RequestMethod and RequestUri")
        }
        self.document = document
        self.record = record
        method = String(copying: record.method)
        target = DockerRequestTarget(record.uri.bytes)
        let found = DockerRoutes.find(method: method, path: target.routePath)
        route = found?.route
        variables = found?.variables.map { String(decoding: $0, as: UTF8.self) } ?? []
        call = DockerCall(method: record.method, uri: record.uri, parser: parser)
        lookAtTarget()
        guard !isReading else { return }
        let bytes: [UInt8]?
        if let given {
            bytes = given.isEmpty ? nil : given
        } else if let encoded = record.body, !encoded.isEmpty {
            bytes = Base64.decode(encoded)
            if bytes == nil { objections.append(.unreadableBody("RequestBody is no base64")) }
        } else {
            bytes = nil
        }
        lookAtContentType(hasBody: bytes != nil)
        readBody(bytes, parser)
        lookAtOpaqueParts()
    }

    /// The call as an event, in which rules find it.
    ///
    /// - Parameter position: where it was asked.
    /// - Returns: the event; it keeps the documents.
    public func event(at position: SourcePosition) -> Event {
        var event = Event(source: .dockerAuthorization, position: position, document: document)
        event.time = record.time
        event.outcome = .requested
        event.actor = record.actor
        var described = CallEvent(call: call)
        described.bodyState = bodyState
        described.body = reading
        described.fill(&event)
        return event
    }

    /// The call and its answer as an event, for the ledger.
    ///
    /// - Parameters:
    ///   - position: where it was asked.
    ///   - status: the answer's status; nil where the engine did not say.
    ///   - response: the answer's body.
    /// - Returns: the event; it keeps the documents.
    public func event(at position: SourcePosition, status: Int?, response: JSONDocument?) -> Event {
        var event = Event(source: .dockerAuthorization, position: position, document: document)
        event.time = record.time
        event.outcome = status == nil && call.alwaysAnswersStatus ? .failed : .unknown
        event.actor = record.actor
        var described = CallEvent(call: call)
        described.bodyState = bodyState
        described.body = reading
        described.status = status
        described.response = response
        described.fill(&event)
        return event
    }

    /// What tells this call's answer from those to others: the engine repeats it with the answer.
    public static func isResponse(_ document: JSONDocument) -> Bool {
        AuthorizationRecord(document)?.isResponse ?? false
    }

    /// The status of the answer that a record carries.
    public var answerStatus: Int? { record.status }

    /// The body of the answer that a record carries.
    public var answerBody: [UInt8]? { record.responseBody.flatMap(Base64.decode) }
}

// MARK: - Objections

extension DockerRequest {
    /// The documentation spells some members in another way than the engine; a record with both, and different, is refused.
    private static func refuseContradictions(_ root: JSONValue) throws(ReadFault) {
        guard root.kind == .object else { throw ReadFault("a call is an object") }
        var seen = Set<[UInt8]>()
        for (key, _) in root.members where !seen.insert(GoStruct.fold(key)).inserted {
            let isSpelling = key == "RequestURI" || key == "RequestUri"
            guard isSpelling, root["RequestURI"] == root["RequestUri"],
                root.members.filter({ $0.key == key }).count == 1
            else { throw ReadFault("\(String(copying: key)) stands twice in the record of a call") }
        }
        let pairs: [(StaticString, StaticString)] = [
            ("RequestHeaders", "RequestHeader"), ("RequestPeerCertificates", "RequestPeerCertificate"),
            ("ResponseHeaders", "ResponseHeader"),
        ]
        for (real, documented) in pairs {
            guard let one = root[real], let other = root[documented], one != other else { continue }
            throw ReadFault("\(real) and \(documented) say different things of one call")
        }
    }

    private mutating func lookAtTarget() {
        guard let route else {
            let path = String(decoding: target.path.prefix(256), as: UTF8.self)
            objections.append(.unknownRoute(method: method, path: path))
            objections += target.oddities.map { .target($0) }
            return
        }
        guard route.effect != .reads else { return }
        objections += target.oddities.map { .target($0) }
        if let version = target.version, let text = target.versionText, (version.major, version.minor) < (1, 24) {
            objections.append(.oldVersion(text))
        }
    }

    /// What decides whether the engine takes the body for JSON, for form fields, or for neither.
    private mutating func lookAtContentType(hasBody: Bool) {
        let header = record.header("Content-Type").map { String(copying: $0) }
        let type = GoMediaType(header)
        let isText = header?.utf8.allSatisfy { $0 < 0x80 } ?? true
        switch type {
        // Form fields count before those of the query, and the engine shows no plugin a form.
        case _ where type.isForm || !isText: objections.append(.contentType(header ?? ""))
        case .faulty, .invalid: objections.append(.contentType(header ?? ""))
        case .absent, .type:
            // The engine shows a body only where its first header says JSON; a plugin is told the last one.
            if hasBody, !type.isJSON { objections.append(.contentType(header ?? "")) }
        }
    }

    private mutating func readBody(_ bytes: [UInt8]?, _ parser: JSONParser) {
        let expected = route?.body ?? .optional
        guard let bytes else {
            let length = record.contentLength
            switch expected {
            case .required:
                bodyState = length.map { $0 > 1 << 20 } == true ? .oversize : .missing
                objections.append(.noBody(contentLength: length))
            case .optional where length.map({ $0 > 0 }) == true:
                bodyState = length.map { $0 > 1 << 20 } == true ? .oversize : .missing
                objections.append(.noBody(contentLength: length))
            // The route is told as one whose content nobody sees; a body that never comes is not missing.
            case .withheld, .none, .optional: break
            }
            return
        }
        if let said = record.contentLength, said != bytes.count {
            objections.append(.length(shown: bytes.count, said: said))
        }
        // Nothing is done with it.
        guard expected != .none else { return }
        let structure = call.bodyStructure ?? GoSchemas.other
        do throws(JSONError) {
            let body = try GoBody.read(bytes, as: structure, with: parser)
            let root = body.document.root
            bodyState = .present
            reading = body
            if root.kind != .object, !takesArrays {
                // The engine decodes nothing but an object into its structs; of null it makes an empty one.
                reading = nil
                bodyState = .unreadable
                objections.append(.unreadableBody("it is no object"))
            }
            lookAtAmbiguities(bytes, body, structure, parser)
            if route?.id == "containers.start", root.count > 0 { objections.append(.unexpectedBody) }
        } catch {
            bodyState = .unreadable
            objections.append(.unreadableBody("\(error)"))
        }
    }

    private var takesArrays: Bool { route?.id.hasPrefix("plugins.") ?? false }

    private mutating func lookAtAmbiguities(
        _ bytes: [UInt8], _ body: GoBody, _ structure: GoStruct, _ parser: JSONParser
    ) {
        let odd = body.irregularities
        if odd.contains(.trailingData) { objections.append(.ambiguous(.init(reason: .trailingData, path: ""))) }
        if odd.contains(.invalidText) { objections.append(.ambiguous(.init(reason: .invalidText, path: ""))) }
        objections += BodyAmbiguities.find(in: body.sent.root, as: structure).map { .ambiguous($0) }
        guard route?.id == "containers.create" else { return }
        for (key, value) in body.document.root.members where !value.isNull {
            guard GoSchemas.hostConfig.exactField(key) != nil else { continue }
            objections.append(.ambiguous(.init(reason: .outsideHostConfig, path: String(copying: key))))
            return
        }
    }

    /// What deploys without saying what, by its parameters or by its route.
    private mutating func lookAtOpaqueParts() {
        guard let route else { return }
        lookForHiddenForm(route)
        if case .opaque(let why) = route.effect { objections.append(.opaque(route: route.id, why: why)) }
        switch route.id {
        case "images.create":
            guard let source = parameter("fromSrc"), !source.isEmpty else { return }
            objections.append(
                .opaque(route: "images.import", why: "an image is made of an archive that the engine does not show"))
        case "containers.start":
            guard let checkpoint = parameter("checkpoint"), !checkpoint.isEmpty else { return }
            objections.append(
                .opaque(
                    route: "containers.restore",
                    why: "the processes of a checkpoint are started, and the call does not show what they are"))
        case "services.create", "services.update":
            guard let plugin = body?["TaskTemplate"]?["PluginSpec"], !plugin.isNull else { return }
            objections.append(
                .opaque(
                    route: "services.plugin",
                    why: "a plugin runs as root on every host of the swarm, and what it may do stands in its own image")
            )
        case "build": lookAtBuildSettings()
        default: break
        }
    }

    /// A build's steps are containers, and its parameters say how far they are kept from the host.
    private mutating func lookAtBuildSettings() {
        let network = parameter("networkmode") ?? ""
        if network == "host" || network.hasPrefix("container:") {
            objections.append(.buildSetting(name: "the network", value: network))
        }
        if let options = parameter("securityopt"), !["", "null", "[]"].contains(options) {
            objections.append(.buildSetting(name: "the security options", value: options))
        }
        if let group = parameter("cgroupparent"), !group.isEmpty {
            objections.append(.buildSetting(name: "the control group", value: group))
        }
    }

    /// Parameters that decide which image is meant count first where a form in the body has them.
    ///
    /// A call with two content types, of which the first says form, shows a plugin the last one and no body. Only a length
    /// of nothing proves that there is none: a chunked body has no length.
    private mutating func lookForHiddenForm(_ route: DockerRoute) {
        guard route.id == "images.tag" || (route.id == "images.create" && parameter("fromSrc") == nil) else { return }
        let length = record.contentLength
        guard bodyState == .none, reading == nil, length != 0 else { return }
        objections.append(.hiddenForm(contentLength: length))
    }
}
