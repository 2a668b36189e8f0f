/// Says where a field that a rule names stands in our records.
///
/// Names of the raw record are taken as they are: `objectRef.resource`, `Actor.Attributes.image`. Names of the Elastic
/// Common Schema, which many rules use, are those of the tables below.
struct SigmaTaxonomy: Sendable {
    /// Which platform's names are meant.
    let product: String?

    init(_ source: Rule.LogSource) { product = source.product }

    /// A field as CEL.
    func expression(for name: String) -> String {
        if let place = place(of: name) { return place }
        return Self.raw(rawName(of: name))
    }

    /// A field by the name that it has in the record.
    func rawName(of name: String) -> String {
        if let known = Self.kubernetes[name], product != "docker" { return known }
        for prefix in Self.prefixes where name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
        return name
    }

    /// Fields that are not read from the record but from what was made of it.
    private func place(of name: String) -> String? {
        guard product == "docker" else { return nil }
        if let known = Self.docker[name] { return known }
        // The body of a recorded call stands in it encoded.
        let body = "RequestBody."
        if name.hasPrefix(body) {
            return "sigma.field(workload.object, \(CELLiteral.text(String(name.dropFirst(body.count)))))"
        }
        return nil
    }

    static func raw(_ name: String) -> String { "sigma.field(raw, \(CELLiteral.text(name)))" }

    /// What stands before a record's own names where it was taken into another.
    static let prefixes = ["kubernetes.audit.", "json.kubernetes.audit.", "docker.event."]

    /// Names of ECS, and the audit record's own.
    static let kubernetes: [String: String] = [
        "@timestamp": "requestReceivedTimestamp", "event.action": "verb", "event.id": "auditID",
        "user.name": "user.username", "user.id": "user.uid", "user.roles": "user.groups",
        "user.effective.name": "impersonatedUser.username", "user_agent.original": "userAgent",
        "source.ip": "sourceIPs",
        "source.address": "sourceIPs", "client.ip": "sourceIPs", "url.original": "requestURI", "url.path": "requestURI",
        "http.response.status_code": "responseStatus.code", "event.reason": "responseStatus.reason",
        "orchestrator.namespace": "objectRef.namespace", "kubernetes.namespace": "objectRef.namespace",
        "orchestrator.resource.name": "objectRef.name", "orchestrator.resource.type": "objectRef.resource",
        "orchestrator.api_version": "objectRef.apiVersion",
        "container.image.name": "requestObject.spec.containers.image",
    ]

    /// Names of ECS, and CEL over the normalized event of any of Docker's logs.
    static let docker: [String: String] = [
        "container.image.name": "workload.images", "container.name": "workload.name", "container.id": "workload.uid",
        "user.name": "actor.user", "event.action": "event.verb", "url.original": "event.uri", "url.path": "event.uri",
    ]
}
