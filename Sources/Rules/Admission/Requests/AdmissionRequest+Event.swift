internal import JSONView
package import SecurityEvents

extension AdmissionRequest {
    /// What an event says about a request.
    package enum FromEvent {
        /// The request, and what made of it could be made.
        case request(AdmissionRequest)
        /// The event is no request that admission is asked about.
        case none
        /// It is one, and it cannot be said what was asked.
        case unknown(String)
    }

    /// Finds the request in an event: an AdmissionReview, the last stage of an audit record, or the creation of a container.
    ///
    /// Objects are completed as the API server completes them, where the event has them as the user wrote them.
    ///
    /// - Parameters:
    ///   - event: what happened or is asked for.
    ///   - isComplete: whether an AdmissionReview is an API server's own, which has completed its object already.
    /// - Returns: what the event says about a request.
    package static func from(_ event: borrowing Event, isComplete: Bool = false) -> FromEvent {
        switch event.source {
        case .kubernetesAdmission: fromReview(event, isComplete: isComplete)
        case .kubernetesAudit: fromAudit(event)
        default: fromDocker(event)
        }
    }

    /// Whether an event asks admission something, told without reading what.
    package static func isRequest(_ event: borrowing Event) -> Bool {
        switch event.source {
        case .kubernetesAdmission: return true
        case .kubernetesAudit:
            guard event.outcome != .requested, let verb = event.verb, let resource = event.target.resource else {
                return false
            }
            let part = event.target.subresource.map { String($0) } ?? ""
            return operation(verb: String(verb), resource: String(resource), subresource: part) != nil
        default: return event.action == .create
        }
    }

    // MARK: Docker

    /// The creation of a container, as that of the Pod which would run it.
    private static func fromDocker(_ event: borrowing Event) -> FromEvent {
        guard let bytes = DockerPod.json(of: event), let document = try? JSONParser().parse(bytes) else { return .none }
        var request = AdmissionRequest(
            kind: GroupVersionKind(group: "", version: "v1", kind: "Pod"),
            resource: GroupVersionResource(group: "", version: "v1", resource: "pods"), operation: .create,
            object: .none)
        request.documents = [event.document] + event.attachments.map(\.document) + [document]
        request.object = request.completed(document.root)
        request.name = event.workload?.name.map { String($0) } ?? ""
        if event.actor.user != nil { request.user = UserInfo(event.actor) }
        return .request(request)
    }

    // MARK: AdmissionReview

    private static func fromReview(_ event: borrowing Event, isComplete: Bool) -> FromEvent {
        guard let review = event.raw["request"] ?? event.raw["review"]?["request"],
            let operation = review["operation"]?.string.flatMap(Operation.init(rawValue:))
        else { return .none }
        let object = review["object"].set
        let old = review["oldObject"].set
        let written = review["kind"]
        var kind = GroupVersionKind(
            group: written?["group"]?.string ?? "", version: written?["version"]?.string ?? "",
            kind: written?["kind"]?.string ?? "")
        let described = object ?? old
        if kind.kind.isEmpty, let described {
            kind = GroupVersionKind(
                apiVersion: described["apiVersion"]?.string ?? "", kind: described["kind"]?.string ?? "")
        }
        var resource = GroupVersionResource(
            group: review["resource"]?["group"]?.string ?? kind.group,
            version: review["resource"]?["version"]?.string ?? kind.version,
            resource: review["resource"]?["resource"]?.string ?? "")
        if resource.resource.isEmpty { resource.resource = APIResources.resource(of: kind) }
        var request = AdmissionRequest(kind: kind, resource: resource, operation: operation, object: .none)
        request.documents = [event.document]
        request.subresource = review["subResource"]?.string ?? ""
        request.takeOriginal(of: review)
        request.name = review["name"]?.string ?? described?["metadata"]?["name"]?.string ?? ""
        request.namespace = review["namespace"]?.string ?? described?["metadata"]?["namespace"]?.string ?? ""
        if request.isForNamespace, request.namespace.isEmpty { request.namespace = request.name }
        if request.namespace.isEmpty, APIResources.entry(of: kind)?.isNamespaced ?? false {
            request.namespace = "default"
        }
        // What an object was is shown as completely as what it is to be: policies compare the two.
        request.object = object.map { isComplete ? .object($0) : request.completed($0) } ?? .none
        request.oldObject = old.map { isComplete ? .object($0) : request.completed($0) } ?? .none
        request.time = event.time
        request.isDryRun = review["dryRun"]?.bool ?? false
        request.options = review["options"].set
        request.user = review["userInfo"].set.map { UserInfo($0) }
        return .request(request)
    }

    /// Reads `requestKind` and `requestResource`: what was asked for, where the webhook was shown an equivalent of it.
    private mutating func takeOriginal(of review: JSONValue) {
        guard let asked = review["requestResource"].set, let name = asked["resource"]?.string else { return }
        let shown = ShownAs(resource: resource, kind: kind)
        resource = GroupVersionResource(
            group: asked["group"]?.string ?? "", version: asked["version"]?.string ?? "", resource: name)
        if let asked = review["requestKind"].set, let name = asked["kind"]?.string {
            kind = GroupVersionKind(
                group: asked["group"]?.string ?? "", version: asked["version"]?.string ?? "", kind: name)
        }
        if let part = review["requestSubResource"]?.string { subresource = part }
        if shown.resource != resource { shownAs = shown }
    }

    // MARK: Audit

    private static func fromAudit(_ event: borrowing Event) -> FromEvent {
        guard event.outcome != .requested, let verb = event.verb.map({ String($0) }),
            let resourceName = event.target.resource.map({ String($0) })
        else { return .none }
        let part = event.target.subresource.map { String($0) } ?? ""
        guard var operation = operation(verb: verb, resource: resourceName, subresource: part) else { return .none }
        // An object that is applied and was not there is made: 201 says so, and admission was asked about a creation.
        if operation == .update, event.statusCode == 201 { operation = .create }
        let group = event.target.apiGroup.map { String($0) } ?? ""
        let version = event.target.apiVersion.map { String($0) } ?? ""
        let resource = GroupVersionResource(group: group, version: version, resource: resourceName)
        let kindName = APIResources.entry(of: resourceName, group: group)?.kind ?? ""
        var request = AdmissionRequest(
            kind: partKinds[part] ?? GroupVersionKind(group: group, version: version, kind: kindName),
            resource: resource, operation: operation, object: .none)
        request.documents = [event.document] + event.attachments.map(\.document)
        request.subresource = part
        request.name = event.target.name.map { String($0) } ?? ""
        request.namespace = event.target.namespace.map { String($0) } ?? ""
        request.isDryRun = event.isDryRun
        request.time = event.time
        request.user = UserInfo(event.actor)
        let answer = Self.object(in: event.response)
        let sent = event.raw["requestObject"].set
        switch operation {
        case .create:
            request.object = request.object(answer: answer, sent: verb == "patch" ? nil : sent, event)
        case .update:
            // A patch is no object; what came of it is in the answer.
            request.object = request.object(answer: answer, sent: verb == "patch" ? nil : sent, event)
            request.oldObject = .unknown("an audit log does not hold the object as it was before")
        case .delete:
            // The answer to the deletion of several is a list of them, each of which was a question of its own.
            let deleted = verb == "deletecollection" ? nil : answer
            request.oldObject =
                deleted.map { .object($0) } ?? .unknown("an audit log does not hold the object that was deleted")
        case .connect:
            request.object = request.connection(event, sent: sent)
        }
        // A part's request has a kind of its own: that of a scale is Scale.
        if let described = request.object.value, let apiVersion = described["apiVersion"]?.string,
            let kind = described["kind"]?.string, !apiVersion.isEmpty, !kind.isEmpty
        {
            request.kind = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        }
        if request.isForNamespace, request.namespace.isEmpty { request.namespace = request.name }
        return .request(request)
    }

    /// The kinds of the requests for some parts of objects.
    private static let partKinds: [String: GroupVersionKind] = [
        "scale": GroupVersionKind(group: "autoscaling", version: "v1", kind: "Scale"),
        "eviction": GroupVersionKind(group: "policy", version: "v1", kind: "Eviction"),
        "binding": GroupVersionKind(group: "", version: "v1", kind: "Binding"),
        "token": GroupVersionKind(group: "authentication.k8s.io", version: "v1", kind: "TokenRequest"),
    ]

    private static let connections: Set = ["exec", "attach", "portforward", "proxy"]

    private static func operation(verb: String, resource: String, subresource: String) -> Operation? {
        if connections.contains(subresource), ["pods", "services", "nodes"].contains(resource) { return .connect }
        switch verb {
        case "create": return .create
        case "update", "patch", "apply": return .update
        case "delete", "deletecollection": return .delete
        default: return nil
        }
    }

    /// An object of an answer; nil where the answer is a Status.
    private static func object(in answer: JSONValue?) -> JSONValue? {
        guard let answer, answer.kind == .object, let kind = answer["kind"]?.text, kind != "Status", kind != "Table",
            answer["metadata"] != nil
        else { return nil }
        return answer
    }

    /// The object that policies saw: the one that was stored, or the one that was sent, completed.
    private mutating func object(answer: JSONValue?, sent: JSONValue?, _ event: borrowing Event) -> Part {
        // What was stored has passed what changes objects, as what policies see has.
        if let answer, event.outcome == .succeeded || event.outcome == .allowed { return .object(answer) }
        if let sent, sent.kind == .object, sent["kind"] != nil || sent["metadata"] != nil { return completed(sent) }
        switch event.body {
        case .truncated: return .unknown("the record was cut: it was too large for the audit log")
        case .unreadable: return .unknown("the body cannot be read")
        default: break
        }
        return .unknown(
            event.verb.map { $0 == "patch" } ?? false
                ? "a patch, whose result is not in the record (audit level below RequestResponse)"
                : "the record has no body (audit level below Request)")
    }

    /// An object as the API server completes it.
    private mutating func completed(_ object: JSONValue) -> Part {
        let place = isForNamespace ? "" : namespace
        guard let document = ObjectDefaults.complete(object, in: place) else { return .object(object) }
        documents.append(document)
        return .object(document.root)
    }

    /// What was asked of a connection: PodExecOptions and the like.
    private mutating func connection(_ event: borrowing Event, sent: JSONValue?) -> Part {
        if let sent { return .object(sent) }
        let names = ["exec": "PodExecOptions", "attach": "PodAttachOptions", "portforward": "PodPortForwardOptions"]
        kind = GroupVersionKind(
            group: "", version: "v1",
            kind: names[subresource] ?? (resource.resource == "nodes" ? "NodeProxyOptions" : "PodProxyOptions"))
        guard let execution = event.execution else { return .unknown("what was asked of the connection is not known") }
        var writer = JSONWriter()
        writer.object { options in
            options.member("kind", kind.kind)
            options.member("apiVersion", "v1")
            let asked = event.attachments.first { $0.label == "requestURI" }?.document.root
            for key in ["stdin", "stdout", "stderr", "tty"] {
                let isSet = key == "stdin" ? execution.stdin : key == "tty" ? execution.tty : nil
                guard isSet ?? asked?.member(JSONKey(key))?.bool ?? false else { continue }
                options.key(key)
                options.value(true)
            }
            if let container = execution.container { options.member("container", String(container)) }
            if let command = execution.command { options.member("command", command.elements.compactMap(\.string)) }
        }
        guard let document = try? JSONParser().parse(writer.bytes) else {
            return .unknown("the command cannot be read")
        }
        documents.append(document)
        return .object(document.root)
    }
}

extension AdmissionRequest.UserInfo {
    /// Reads `authentication.k8s.io` UserInfo.
    init(_ value: JSONValue) {
        self.init(
            username: value["username"]?.string ?? "", uid: value["uid"]?.string ?? "",
            groups: value["groups"].texts, extra: Self.extra(value["extra"]))
    }

    /// The user that an action counted under.
    init(_ actor: Actor) {
        let isImpersonated = actor.impersonatedUser != nil
        self.init(
            username: actor.effectiveUser.map { String($0) } ?? "",
            uid: isImpersonated ? "" : actor.uid.map { String($0) } ?? "",
            groups: (isImpersonated ? actor.impersonatedGroups : actor.groups).texts,
            extra: isImpersonated ? [:] : Self.extra(actor.extra))
    }

    private static func extra(_ value: JSONValue?) -> [String: [String]] {
        guard let value else { return [:] }
        return Dictionary(value.members.map { (String($0.key), Optional($0.value).texts) }) { _, last in last }
    }
}

extension JSONValue? {
    /// The texts of an array; none for anything else.
    var texts: [String] { self.map { $0.elements.compactMap(\.string) } ?? [] }
}
