import JSONView
import Testing

@testable import SecurityEvents

@Suite("Calls of the engine's API")
struct DockerCallTests {
    struct Route: CustomTestStringConvertible, Sendable {
        var method = "POST"
        var uri: String
        var action: Action
        var resource: String
        var operation: String?
        var name: String?
        var version: Int? = 41
        var isIrregular = false
        var testDescription: String { "\(method) \(uri)" }
    }

    static let routes: [Route] = [
        Route(uri: "/v1.41/containers/create?name=a", action: .create, resource: "containers", operation: "create"),
        Route(
            uri: "/containers/create", action: .create, resource: "containers", operation: "create", version: nil),
        // What a real engine made a container of, and what it sent elsewhere to.
        Route(
            uri: "http://docker/v1.41/containers/create", action: .create, resource: "containers",
            operation: "create"),
        Route(
            uri: "/v1.41/containers%2Fcreate", action: .create, resource: "containers", operation: "create",
            isIrregular: true),
        Route(
            uri: "/v1.41/containers/%63reate", action: .create, resource: "containers", operation: "create",
            isIrregular: true),
        Route(
            uri: "//v1.41/./x/../containers//create", action: .create, resource: "containers", operation: "create",
            isIrregular: true),
        Route(uri: "/v1.41/containers/create%3Fname=q", action: .other, resource: "containers", name: "create?name=q"),
        Route(
            method: "GET", uri: "/v1.41/images/lab%2Fbusybox/json", action: .read, resource: "images",
            name: "lab/busybox"),
        Route(
            uri: "/v1.41/containers/web/start", action: .start, resource: "containers", operation: "start", name: "web"),
        Route(uri: "/v1.41/containers/a/b/exec", action: .exec, resource: "containers", operation: "exec", name: "a/b"),
        Route(uri: "/v1.41/exec/0f/start", action: .exec, resource: "exec", operation: "start", name: "0f"),
        Route(uri: "/v1.41/exec/0f/resize?h=1", action: .other, resource: "exec", operation: "resize", name: "0f"),
        Route(
            method: "GET", uri: "/v1.41/containers/web/attach/ws", action: .attach, resource: "containers",
            operation: "attach", name: "web"),
        Route(
            method: "GET", uri: "/v1.41/containers/web/json", action: .read, resource: "containers", operation: "json",
            name: "web"),
        Route(method: "GET", uri: "/v1.41/containers/json", action: .read, resource: "containers", operation: "json"),
        Route(method: "HEAD", uri: "/_ping", action: .read, resource: "_ping", version: nil),
        Route(
            method: "PUT", uri: "/v1.41/containers/web/archive?path=%2F", action: .connect, resource: "containers",
            operation: "archive", name: "web"),
        Route(
            method: "DELETE", uri: "/v1.41/containers/web?force=1", action: .delete, resource: "containers", name: "web"
        ),
        Route(
            method: "DELETE", uri: "/v1.41/images/lab/busybox:1", action: .delete, resource: "images",
            name: "lab/busybox:1"),
        Route(
            uri: "/v1.41/images/lab/busybox:1/tag?repo=x", action: .image, resource: "images", operation: "tag",
            name: "lab/busybox:1"),
        Route(uri: "/v1.41/images/create?fromImage=alpine", action: .image, resource: "images", operation: "create"),
        Route(uri: "/v1.41/commit?container=web", action: .image, resource: "commit"),
        Route(uri: "/v1.41/build?t=x", action: .image, resource: "build"),
        Route(uri: "/grpc", action: .image, resource: "grpc", version: nil),
        Route(
            uri: "/v1.41/services/web/update", action: .modify, resource: "services", operation: "update", name: "web"),
        Route(uri: "/v1.41/containers/prune", action: .delete, resource: "containers", operation: "prune"),
        Route(uri: "/v1.41/swarm/init", action: .modify, resource: "swarm", operation: "init"),
        Route(uri: "/v1.41/plugins/a/b/enable", action: .start, resource: "plugins", operation: "enable", name: "a/b"),
        Route(uri: "/v1/containers/create", action: .create, resource: "containers", operation: "create", version: 0),
        Route(uri: "", action: .other, resource: "", version: nil),
        Route(uri: "/", action: .other, resource: "", version: nil),
    ]

    @Test("A call is routed as the engine routes it", arguments: routes)
    func route(_ route: Route) throws {
        let parser = JSONParser()
        let document = try JSONParser().parse(#"["\#(route.method)","\#(route.uri)"]"#)
        try withExtendedLifetime(document) {
            let method = try #require(document.root[0]?.text)
            let uri = try #require(document.root[1]?.text)
            let call = DockerCall(method: method, uri: uri, parser: parser)
            withExtendedLifetime(call) {
                #expect(call.action == route.action)
                #expect(String(call.resource) == route.resource)
                #expect(call.version == route.version)
                #expect(call.isIrregular == route.isIrregular)
                #expect(call.name.map { String($0) } == route.name)
                if let operation = route.operation { #expect(call.operation.map { String($0) } == operation) }
            }
        }
    }

    @Test("Parameters are decoded, and the first of a name counts")
    func parameters() throws {
        let document = try JSONParser().parse(
            #"["POST","/v1.41/containers/create?name=a%2Fb+c&name=d&platform=&x"]"#)
        try withExtendedLifetime(document) {
            let call = DockerCall(
                method: try #require(document.root[0]?.text), uri: try #require(document.root[1]?.text),
                parser: JSONParser())
            withExtendedLifetime(call) {
                #expect(call.parameter("name").map { String($0) } == "a/b c")
                #expect(call.parameter("platform") == nil)
                #expect(call.parameter("x") == nil)
            }
        }
    }

    @Test("No struct of the engine has more fields than are told apart")
    func fields() {
        for structure in [GoSchemas.create, GoSchemas.hostConfig, GoSchemas.exec, GoSchemas.service] {
            #expect(structure.names.count <= 128)
            #expect(Set(structure.names.map { $0.description }).count == structure.names.count)
        }
    }
}
