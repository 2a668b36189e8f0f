import JSONView
import PlatformAPIs

/// Finds out whether the gate guards an engine: by the engine's version, its settings, and by trying.
package struct EngineCheck: Sendable {
    /// One thing that was looked at.
    package struct Item: Sendable, Equatable {
        /// How it came out.
        package enum Result: String, Sendable {
            case passed, failed
        }

        /// What was looked at: `CVE-2026-34040`, `empty body`.
        package var name: String
        package var result: Result
        /// What was found, and what to do.
        package var detail: String
    }

    private let engine: DockerEngine
    private let image = "tallyman.invalid/self-test:none"

    /// Names the engine, or a proxy before it.
    package init(_ engine: DockerEngine) { self.engine = engine }

    /// Looks and tries; nothing that is tried makes anything, whether or not somebody guards the engine.
    ///
    /// - Throws: why the engine cannot be asked.
    package func run() async throws -> [Item] {
        let version = try await engine.negotiate()
        var items = Self.items(version: version.engine)
        items.append(await plugins())
        for attempt in attempts { items.append(await attempt.item(engine.socket)) }
        return items
    }

    /// What the version alone says.
    package static func items(version text: String) -> [Item] {
        guard let version = EngineVersion(text) else {
            return [
                Item(
                    name: "version", result: .failed,
                    detail: "the engine calls itself \(text): nobody knows which bypasses it has")
            ]
        }
        return KnownBypass.all.map { bypass in
            guard bypass.affects(version) else {
                return Item(name: bypass.id, result: .passed, detail: "engine \(text) does not have it")
            }
            if let route = bypass.route {
                return Item(
                    name: bypass.id, result: .passed,
                    detail: "engine \(text) has it by its version: \(bypass.summary); the gate refuses that unless "
                        + "--allow \(route)")
            }
            let fixed = bypass.fixed.max().map { ", or at least \($0)" } ?? ""
            return Item(
                name: bypass.id, result: .failed,
                detail: "engine \(text) has it by its version: \(bypass.summary). Use the newest of its line\(fixed); "
                    + "until then the gate refuses calls without a body that need one")
        }
    }

    private func plugins() async -> Item {
        let name = "authorization plugin"
        do {
            let answer = try await engine.information()
            let document = try JSONParser().parse(answer)
            let plugins = document.root["Plugins"]?["Authorization"].map { $0.elements.compactMap { $0.string } } ?? []
            withExtendedLifetime(document) {}
            if plugins.isEmpty {
                return Item(
                    name: name, result: .failed,
                    detail: "the engine has none; set \"authorization-plugins\": [\"tallyman\"] in daemon.json, or let "
                        + "clients reach only the proxy's socket")
            }
            return Item(name: name, result: .passed, detail: "the engine asks \(plugins.joined(separator: ", "))")
        } catch {
            return Item(name: name, result: .failed, detail: "\(error)")
        }
    }

    /// Requests that must be refused; their image does not exist, so that not even an unguarded engine makes anything.
    private var attempts: [SelfTest] {
        let plain = #"{"Image":"\#(image)","HostConfig":{"Privileged":true}}"#
        let large = #"{"Image":"\#(image)","Env":["\#(String(repeating: "x", count: 1_200_000))"]}"#
        return [
            SelfTest(name: "empty body", body: ""),
            SelfTest(name: "empty body behind a stated length", headers: ["Content-Length: 0"], body: nil),
            SelfTest(name: "chunked body behind no length", headers: ["Transfer-Encoding: chunked"], body: "0\r\n\r\n"),
            SelfTest(name: "name in another case", body: #"{"Image":"\#(image)","hostconfig":{"privileged":true}}"#),
            SelfTest(
                name: "name that stands twice",
                body: #"{"Image":"\#(image)","HostConfig":{"Privileged":true},"HostConfig":{}}"#),
            SelfTest(name: "something behind the JSON", body: plain + " {}"),
            SelfTest(name: "encoded path", path: "/containers/%63reate", body: plain),
            SelfTest(name: "body that plugins may not see", body: large),
            SelfTest(name: "API version before 1.24", path: "/v1.23/containers/create", body: plain),
        ]
    }
}
