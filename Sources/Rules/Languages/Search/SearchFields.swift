internal import CEL

/// The fields that searches may name, and the part of the event schema that each stands for.
enum SearchFields {
    /// Names that searches use, and the schema's paths.
    static let aliases: [String: String] = [
        "sourcetype": "event.sourcetypes", "source": "event.source", "platform": "event.platform",
        "action": "event.action", "outcome": "event.outcome", "verb": "event.verb", "code": "event.code",
        "status": "event.code", "reason": "event.reason", "namespace": "event.namespace", "name": "event.name",
        "resource": "event.resource", "subresource": "event.subresource", "api_group": "event.apiGroup",
        "uri": "event.uri", "body": "event.body", "command": "event.command", "id": "event.id", "time": "event.time",
        "user": "actor.user", "username": "actor.user", "group": "actor.groups", "groups": "actor.groups",
        "impersonated_user": "actor.impersonatedUser", "authentication": "actor.authentication",
        "address": "actor.addresses", "src": "actor.addresses", "src_ip": "actor.addresses",
        "client_ip": "actor.addresses", "user_agent": "actor.userAgent", "useragent": "actor.userAgent",
        "image": "workload.images", "images": "workload.images", "kind": "workload.kind", "workload": "workload.name",
        "service_account": "workload.serviceAccount", "host": "workload.node", "node": "workload.node",
        "owner": "workload.ownerName", "schedule": "workload.schedule", "container": "container.name",
        "container_name": "container.name", "container_id": "container.id", "privileged": "container.privileged",
        "tag": "image.tag", "registry": "image.registry", "repository": "image.repository", "digest": "image.digest",
    ]

    /// A path of the schema and what stands there.
    struct Target {
        var path: String
        var type: CELType
    }

    /// Why a name is no field.
    enum Unknown: Error {
        case time
        case facts
        case notPlain
        case name(hint: String)
    }

    /// Finds what a name stands for.
    static func target(of name: String) throws(Unknown) -> Target {
        let lower = name.lowercased()
        if ["earliest", "latest", "_time", "index"].contains(lower) { throw .time }
        let path = aliases[lower] ?? name
        let steps = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard steps.allSatisfy(isIdentifier) else { throw .notPlain }
        if steps.first == "facts" { throw .facts }
        guard let variable = EventSchema.variables.first(where: { $0.name == steps[0] }) else {
            throw .name(hint: Spelling.hint(for: lower, among: aliases.keys.sorted()))
        }
        var type = variable.type
        for step in steps.dropFirst() {
            guard case .object(let object) = type else {
                // Below JSON and maps any name may stand.
                switch type {
                case .dyn: continue
                case .map(_, let value): type = value
                default: throw .name(hint: "")
                }
                continue
            }
            guard let index = object.index(of: step) else {
                throw .name(hint: Spelling.hint(for: step, among: object.fields.map(\.name)))
            }
            type = object.fields[index].type
        }
        return Target(path: path, type: type)
    }

    private static func isIdentifier(_ step: String) -> Bool {
        guard let first = step.utf8.first, ASCII.isLetter(first) || first == UInt8(ascii: "_") else { return false }
        return step.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }
}
