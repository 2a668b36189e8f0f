import JSONView

/// What an API request does, from its verb and the resource that it names.
package enum KubernetesVerb {
    /// The verbs of requests that name a resource, as audit records spell them.
    package static let all = [
        "get", "list", "watch", "create", "update", "patch", "delete", "deletecollection", "proxy", "connect",
        // Of paths that are no resource, the HTTP method.
        "post", "put", "head", "options",
    ]

    /// The action of a request.
    ///
    /// - Parameters:
    ///   - verb: a Kubernetes verb.
    ///   - resource: `pods`; nil for paths that are no resource.
    ///   - subresource: `exec`.
    /// - Returns: the action; `other` where the verb is none of Kubernetes'.
    static func action(verb: JSONText, resource: JSONText?, subresource: JSONText?) -> Action {
        if let subresource, !subresource.isEmpty { return action(verb: verb, of: subresource) }
        guard let resource else { return isRead(verb) ? .read : .other }
        switch verb.count {
        case 3 where verb == "get", 4 where verb == "list", 5 where verb == "watch": return .read
        case 6 where verb == "create": return isRecordKeeping(resource) ? .other : .create
        case 6 where verb == "update", 5 where verb == "patch", 5 where verb == "apply":
            return isRecordKeeping(resource) ? .other : .modify
        case 6 where verb == "delete", 16 where verb == "deletecollection": return .delete
        case 7 where verb == "connect": return .connect
        default: return .other
        }
    }

    /// The action of an admission request, whose operations are fewer than the verbs.
    static func action(operation: JSONText, resource: JSONText?, subresource: JSONText?) -> Action {
        switch operation.count {
        case 6 where operation == "CREATE":
            action(verb: JSONText("create"), resource: resource, subresource: subresource)
        case 6 where operation == "UPDATE":
            action(verb: JSONText("update"), resource: resource, subresource: subresource)
        case 6 where operation == "DELETE":
            action(verb: JSONText("delete"), resource: resource, subresource: subresource)
        case 7 where operation == "CONNECT":
            action(verb: JSONText("connect"), resource: resource, subresource: subresource)
        default: .other
        }
    }

    /// The action on a part of an object.
    ///
    /// Commands, terminals and tunnels are opened with whatever verb the transport needs: over WebSockets `get` runs a
    /// command as much as `create` does.
    private static func action(verb: JSONText, of subresource: JSONText) -> Action {
        switch subresource.count {
        case 3 where subresource == "log": return .read
        case 4 where subresource == "exec": return .exec
        case 6 where subresource == "attach": return .attach
        case 11 where subresource == "portforward", 5 where subresource == "proxy": return .connect
        default: break
        }
        if isRead(verb) { return .read }
        switch subresource.count {
        case 19 where subresource == "ephemeralcontainers", 6 where subresource == "resize",
            5 where subresource == "scale":
            return .modify
        case 8 where subresource == "eviction": return .delete
        default: return .other
        }
    }

    private static func isRead(_ verb: JSONText) -> Bool {
        switch verb.count {
        case 3: verb == "get"
        case 4: verb == "list" || verb == "head"
        case 5: verb == "watch"
        case 7: verb == "options"
        default: false
        }
    }

    /// Whether writes of a resource only keep the cluster's own books: heartbeats, endpoints, questions of access.
    private static func isRecordKeeping(_ resource: JSONText) -> Bool {
        switch resource.count {
        case 6: resource == "leases" || resource == "events"
        case 8: resource == "bindings"
        case 9: resource == "endpoints"
        case 12: resource == "tokenreviews"
        case 14: resource == "endpointslices"
        case 19: resource == "controllerrevisions"
        default:
            resource.hasSuffix("accessreviews") || resource.hasSuffix("rulesreviews")
                || resource.hasSuffix("subjectreviews")
        }
    }
}
