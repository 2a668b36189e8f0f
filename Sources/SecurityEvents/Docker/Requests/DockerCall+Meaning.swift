import JSONView

extension DockerCall {
    /// What the call does, in Tallyman's words.
    var action: Action {
        if isReading { return operation.map { $0 == "attach" } == true && resource == "containers" ? .attach : .read }
        if method == "DELETE" { return .delete }
        if operation.map({ $0 == "prune" }) == true { return .delete }
        switch true {
        case resource == "containers": return containerAction
        case resource == "exec": return asks("exec", "start") ? .exec : .other
        case resource == "images":
            return Self.find(operation, [("create", .image), ("load", .image), ("tag", .image)]) ?? .other
        case resource == "build", resource == "commit", resource == "grpc", resource == "session": return .image
        case resource == "services":
            return Self.find(operation, [("create", .create), ("update", .modify)]) ?? .other
        case resource == "plugins":
            return Self.find(
                operation,
                [
                    ("pull", .image), ("create", .create), ("enable", .start), ("disable", .stop), ("set", .modify),
                    ("upgrade", .modify),
                ]) ?? .other
        case resource == "networks":
            return Self.find(operation, [("connect", .modify), ("disconnect", .modify)]) ?? .other
        case resource == "swarm", resource == "nodes", resource == "secrets", resource == "configs":
            return asks("secrets", "create") || asks("configs", "create") ? .other : .modify
        default: return .other
        }
    }

    private var containerAction: Action {
        Self.find(
            operation,
            [
                ("create", .create), ("start", .start), ("restart", .start), ("exec", .exec), ("attach", .attach),
                ("update", .modify), ("rename", .modify), ("checkpoints", .modify), ("unpause", .modify),
                ("stop", .stop), ("kill", .stop), ("pause", .stop), ("archive", .connect), ("wait", .read),
                ("copy", .read),
            ]) ?? .other
    }

    private static func find(_ operation: JSONText?, _ table: [(StaticString, Action)]) -> Action? {
        guard let operation else { return nil }
        return table.first { operation == $0.0 }?.1
    }

    /// What the engine decodes the body into; nil where the call carries no JSON body.
    var bodyStructure: GoStruct? {
        guard method == "POST" else { return nil }
        switch true {
        case asks("containers", "create"): return GoSchemas.create
        case asks("containers", "update"): return GoSchemas.update
        case asks("containers", "exec"): return GoSchemas.exec
        case asks("exec", "start"): return GoSchemas.execStart
        // Engines of API versions below 1.24 take host settings here, decoded as those of a creation are.
        case asks("containers", "start"): return GoSchemas.create
        case asks("services", "create"), asks("services", "update"): return GoSchemas.service
        case asks("volumes", "create"): return GoSchemas.volume
        case resource == "networks": return GoSchemas.network
        case resource == "commit": return GoSchemas.commit
        case resource == "build", resource == "grpc", resource == "session", resource == "images": return nil
        default: return GoSchemas.other
        }
    }

    /// Whether the engine does nothing without a body, or the body is what deploys.
    var needsBody: Bool {
        switch true {
        case method == "PUT": return asks("containers", "archive")
        case method != "POST": return false
        case asks("containers", "create"), asks("containers", "update"), asks("containers", "exec"): return true
        case asks("services", "create"), asks("services", "update"), asks("volumes", "create"): return true
        case asks("swarm", "init"), asks("swarm", "join"), asks("networks", "create"): return true
        case resource == "build": return parameter("remote") == nil
        case asks("images", "load"), asks("plugins", "create"): return true
        default: return false
        }
    }

    /// Whether the handler always writes a status of its own when it succeeds.
    ///
    /// The engine asks its plugin about the answer before a handler's error becomes a status: no status then means that
    /// the handler failed. Streams and upgraded connections have no status either way.
    var alwaysAnswersStatus: Bool {
        switch true {
        case method == "DELETE": return resource == "containers" || resource == "images"
        case method != "POST": return false
        case resource == "containers":
            guard let operation, operation != "resize", operation != "checkpoints" else { return false }
            return action != .attach && action != .read
        case asks("services", "create"), asks("services", "update"), asks("networks", "create"),
            asks("volumes", "create"), resource == "commit":
            return true
        default: return false
        }
    }
}
