/// Every route of the engine's API that Tallyman knows, in the order in which the engine's router tries those that overlap.
///
/// A writing route that does not stand here is unknown, and refused where the gate enforces. The templates are those of
/// the engine's own routers (API 1.12 to 1.54).
package enum DockerRoutes {
    /// Finds the route of a call.
    ///
    /// - Parameters:
    ///   - method: the method as it stands in the request line; the engine tells cases apart.
    ///   - path: the decoded path, without a version.
    /// - Returns: the route and what stands in the places of its variables; nil where none is known.
    package static func find(
        method: String, path: ArraySlice<UInt8>
    ) -> (route: DockerRoute, variables: [ArraySlice<UInt8>])? {
        for route in byMethod[method] ?? [] {
            if let variables = route.match(path) { return (route, variables) }
        }
        return nil
    }

    private static let byMethod = Dictionary(grouping: all, by: \.method)

    /// All of them.
    package static let all: [DockerRoute] =
        containers + execs + images + builds + volumes + networks + plugins + swarm + system

    private static let containers: [DockerRoute] = [
        DockerRoute("containers.create", "POST", "/containers/create", .deploys, body: .required),
        DockerRoute(
            "containers.checkpoint", "POST", "/containers/{name:.*}/checkpoints",
            .opaque("a checkpoint is the memory of a container, written to a folder of the host")),
        DockerRoute("containers.kill", "POST", "/containers/{name:.*}/kill", .controls),
        DockerRoute("containers.pause", "POST", "/containers/{name:.*}/pause", .controls),
        DockerRoute("containers.unpause", "POST", "/containers/{name:.*}/unpause", .controls),
        DockerRoute("containers.restart", "POST", "/containers/{name:.*}/restart", .deploys),
        DockerRoute("containers.start", "POST", "/containers/{name:.*}/start", .deploys, body: .optional),
        DockerRoute("containers.stop", "POST", "/containers/{name:.*}/stop", .controls),
        DockerRoute("containers.wait", "POST", "/containers/{name:.*}/wait", .controls),
        DockerRoute("containers.resize", "POST", "/containers/{name:.*}/resize", .controls),
        DockerRoute("containers.attach", "POST", "/containers/{name:.*}/attach", .deploys),
        DockerRoute("containers.copy", "POST", "/containers/{name:.*}/copy", .controls, body: .optional),
        DockerRoute("containers.exec", "POST", "/containers/{name:.*}/exec", .deploys, body: .required),
        DockerRoute("containers.rename", "POST", "/containers/{name:.*}/rename", .controls),
        DockerRoute("containers.update", "POST", "/containers/{name:.*}/update", .deploys, body: .required),
        DockerRoute("containers.prune", "POST", "/containers/prune", .controls),
        DockerRoute(
            "containers.archive", "PUT", "/containers/{name:.*}/archive",
            .opaque("files are written into a container, and the engine does not show which"), body: .withheld),
        DockerRoute("checkpoints.delete", "DELETE", "/containers/{name}/checkpoints/{checkpoint}", .controls),
        DockerRoute("containers.delete", "DELETE", "/containers/{name:.*}", .controls),
        // A read by its method; by what it does, a terminal.
        DockerRoute("containers.attach.ws", "GET", "/containers/{name:.*}/attach/ws", .deploys),
    ]

    private static let execs: [DockerRoute] = [
        DockerRoute("exec.start", "POST", "/exec/{name:.*}/start", .deploys, body: .required),
        DockerRoute("exec.resize", "POST", "/exec/{name:.*}/resize", .controls),
    ]

    private static let images: [DockerRoute] = [
        DockerRoute("commit", "POST", "/commit", .deploys, body: .optional),
        DockerRoute(
            "images.load", "POST", "/images/load",
            .opaque("images come in an archive that the engine does not show"), body: .withheld),
        // Of an import too: where it comes from stands in the query.
        DockerRoute("images.create", "POST", "/images/create", .deploys, body: .withheld),
        DockerRoute("images.push", "POST", "/images/{name:.*}/push", .controls, body: .optional),
        DockerRoute("images.tag", "POST", "/images/{name:.*}/tag", .deploys),
        DockerRoute("images.prune", "POST", "/images/prune", .controls),
        DockerRoute("images.delete", "DELETE", "/images/{name:.*}", .controls),
    ]

    private static let builds: [DockerRoute] = [
        DockerRoute(
            "build", "POST", "/build",
            .opaque("what a build runs stands in an archive that the engine does not show"), body: .withheld),
        DockerRoute("build.prune", "POST", "/build/prune", .controls),
        DockerRoute("build.cancel", "POST", "/build/cancel", .controls),
        DockerRoute(
            "session", "POST", "/session",
            .opaque("the connection becomes a stream between client and builder that nobody is shown"),
            body: .withheld),
        DockerRoute(
            "grpc", "POST", "/grpc",
            .opaque("the connection becomes a stream of builder calls that nobody is shown"), body: .withheld),
    ]

    private static let volumes: [DockerRoute] = [
        DockerRoute("volumes.create", "POST", "/volumes/create", .deploys, body: .required),
        DockerRoute("volumes.prune", "POST", "/volumes/prune", .controls),
        DockerRoute("volumes.update", "PUT", "/volumes/{name:.*}", .controls, body: .optional),
        DockerRoute("volumes.delete", "DELETE", "/volumes/{name:.*}", .controls),
    ]

    private static let networks: [DockerRoute] = [
        DockerRoute("networks.create", "POST", "/networks/create", .deploys, body: .required),
        DockerRoute("networks.connect", "POST", "/networks/{id:.*}/connect", .deploys, body: .required),
        DockerRoute("networks.disconnect", "POST", "/networks/{id:.*}/disconnect", .controls, body: .required),
        DockerRoute("networks.prune", "POST", "/networks/prune", .controls),
        DockerRoute("networks.delete", "DELETE", "/networks/{id:.*}", .controls),
    ]

    private static let plugins: [DockerRoute] = [
        DockerRoute("plugins.disable", "POST", "/plugins/{name:.*}/disable", .controls),
        DockerRoute(
            "plugins.enable", "POST", "/plugins/{name:.*}/enable",
            .opaque("a plugin runs as root on the host, and the call does not say what it may do")),
        DockerRoute(
            "plugins.pull", "POST", "/plugins/pull",
            .opaque("a plugin runs as root on the host, and what it may do stands in its own image"),
            body: .required),
        DockerRoute("plugins.push", "POST", "/plugins/{name:.*}/push", .controls),
        DockerRoute(
            "plugins.upgrade", "POST", "/plugins/{name:.*}/upgrade",
            .opaque("a plugin runs as root on the host, and what it may do stands in its own image"),
            body: .required),
        DockerRoute(
            "plugins.set", "POST", "/plugins/{name:.*}/set",
            .opaque("a plugin runs as root on the host, and its settings can be folders and devices of the host"),
            body: .required),
        DockerRoute(
            "plugins.create", "POST", "/plugins/create",
            .opaque("a plugin runs as root on the host, and comes in an archive that the engine does not show"),
            body: .withheld),
        DockerRoute("plugins.delete", "DELETE", "/plugins/{name:.*}", .controls),
    ]

    private static let swarm: [DockerRoute] = [
        DockerRoute(
            "swarm.init", "POST", "/swarm/init",
            .opaque("a swarm starts containers on its own, without calls that a plugin is shown"), body: .required),
        DockerRoute(
            "swarm.join", "POST", "/swarm/join",
            .opaque("a swarm's managers start containers here without calls that a plugin is shown"),
            body: .required),
        DockerRoute("swarm.leave", "POST", "/swarm/leave", .controls),
        DockerRoute("swarm.update", "POST", "/swarm/update", .deploys, body: .required),
        DockerRoute("swarm.unlock", "POST", "/swarm/unlock", .controls, body: .required),
        DockerRoute("services.create", "POST", "/services/create", .deploys, body: .required),
        DockerRoute("services.update", "POST", "/services/{id}/update", .deploys, body: .required),
        DockerRoute("services.delete", "DELETE", "/services/{id}", .controls),
        DockerRoute("nodes.update", "POST", "/nodes/{id}/update", .deploys, body: .required),
        DockerRoute("nodes.delete", "DELETE", "/nodes/{id}", .controls),
        DockerRoute("secrets.create", "POST", "/secrets/create", .controls, body: .required),
        DockerRoute("secrets.update", "POST", "/secrets/{id}/update", .controls, body: .required),
        DockerRoute("secrets.delete", "DELETE", "/secrets/{id}", .controls),
        DockerRoute("configs.create", "POST", "/configs/create", .controls, body: .required),
        DockerRoute("configs.update", "POST", "/configs/{id}/update", .controls, body: .required),
        DockerRoute("configs.delete", "DELETE", "/configs/{id}", .controls),
    ]

    private static let system: [DockerRoute] = [
        // Its body is a password, which the engine shows to nobody.
        DockerRoute("auth", "POST", "/auth", .controls, body: .withheld),
        DockerRoute("options", "OPTIONS", "/{anyroute:.*}", .reads),
        // Reading changes nothing, whatever is read; the rules see it all the same.
        DockerRoute("read", "GET", "/{anyroute:.*}", .reads),
        DockerRoute("head", "HEAD", "/{anyroute:.*}", .reads),
    ]
}
