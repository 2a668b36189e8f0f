import JSONView
import Testing

@testable import SecurityEvents

@Suite("The engine's routes")
struct DockerRoutesTests {
    @Test("every identifier stands once, and every template once for its method")
    func unique() {
        let ids = DockerRoutes.all.map(\.id)
        #expect(Set(ids).count == ids.count)
        let templates = DockerRoutes.all.map { "\($0.method) \($0.template)" }
        #expect(Set(templates).count == templates.count)
    }

    /// What deploys or changes a container by the engine's own routers.
    static let deploying = [
        "POST /containers/create", "POST /containers/web/start", "POST /containers/web/restart",
        "POST /containers/web/update", "POST /containers/web/exec", "POST /exec/0f/start", "POST /commit",
        "POST /build", "POST /grpc", "POST /session", "POST /images/create", "POST /images/load",
        "POST /services/create", "POST /services/s1/update", "POST /swarm/init", "POST /swarm/join",
        "POST /plugins/pull", "POST /plugins/create", "POST /plugins/a/b/enable", "POST /plugins/p/set",
        "POST /plugins/p/upgrade", "POST /containers/web/checkpoints", "PUT /containers/web/archive",
        "POST /volumes/create", "POST /containers/web/attach", "GET /containers/web/attach/ws",
    ]

    @Test("everything that deploys is judged or told as unseen, never taken for harmless", arguments: deploying)
    func deploys(call: String) throws {
        let words = call.split(separator: " ").map(String.init)
        let found = try #require(DockerRoutes.find(method: words[0], path: Array(words[1].utf8)[...]))
        switch found.route.effect {
        case .deploys, .opaque: break
        case .reads, .controls: Issue.record("\(call) is \(found.route.id), \(found.route.effect)")
        }
    }

    /// A call, its route, and what stands in the variable parts; nil where the engine has no such route.
    static let matches: [(call: String, route: String?, variables: [String])] = [
        ("POST /containers/create", "containers.create", []),
        ("POST /containers/create/start", "containers.start", ["create"]),
        ("POST /containers/a/b/start", "containers.start", ["a/b"]),
        ("POST /containers/a/exec/start", "containers.start", ["a/exec"]),
        ("POST /containers/prune", "containers.prune", []),
        ("POST /containers/a/checkpoints", "containers.checkpoint", ["a"]),
        ("DELETE /containers/a/checkpoints/c", "checkpoints.delete", ["a", "c"]),
        ("DELETE /containers/a/b", "containers.delete", ["a/b"]),
        ("POST /services/a/update", "services.update", ["a"]),
        ("POST /services/a/b/update", nil, []),
        ("POST /services//update", nil, []),
        ("POST /images/reg/name/tag", "images.tag", ["reg/name"]),
        ("POST /Containers/create", nil, []),
        ("POST /containers/create/", nil, []),
        ("post /containers/create", nil, []),
        ("POST /containers/a\n/start", nil, []),
        ("PATCH /containers/a", nil, []),
        ("POST /brand/new", nil, []),
        ("PUT /containers/create", nil, []),
        ("GET /brand/new", "read", ["brand/new"]),
    ]

    @Test("a path finds the route that the engine's router takes", arguments: matches)
    func finds(call: String, route: String?, variables: [String]) {
        let split = call.firstIndex(of: " ") ?? call.endIndex
        let found = DockerRoutes.find(
            method: String(call[..<split]), path: Array(call[split...].dropFirst().utf8)[...])
        #expect(found?.route.id == route)
        guard found?.route.effect != .reads else { return }
        #expect((found?.variables ?? []).map { String(decoding: $0, as: UTF8.self) } == variables)
    }

    @Test("events of deploying routes are no reads, so that rules are asked about them")
    func agreesWithEvents() throws {
        let parser = JSONParser()
        for route in DockerRoutes.all {
            guard route.effect != .reads, route.effect != .controls else { continue }
            let path = route.template.replacing("{name:.*}", with: "x").replacing("{id:.*}", with: "x")
                .replacing("{id}", with: "x").replacing("{name}", with: "x")
            let document = try parser.parse("[\"\(route.method)\",\"/v1.41\(path)\"]")
            withExtendedLifetime(document) {
                guard let method = document.root[0]?.text, let uri = document.root[1]?.text else { return }
                let call = DockerCall(method: method, uri: uri, parser: parser)
                #expect(call.action != .read, "\(route.id)")
                // Where the engine needs JSON, events know that too.
                if route.body == .required, ["containers", "services", "volumes"].contains(String(call.resource)) {
                    #expect(call.needsBody, "\(route.id)")
                }
            }
        }
    }
}
