import Foundation
import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("Recorded Docker authorization calls")
struct AuthorizationRecordingTests {
    struct Scenario: CustomTestStringConvertible, Sendable {
        var name: String
        var user: String?
        var image: String
        var hostMounts: [String] = []
        var isPrivileged = false
        var outcome = Outcome.succeeded
        var testDescription: String { name }
    }

    static let scenarios: [Scenario] = [
        Scenario(name: "abnormal-port", user: "mallory", image: "redis:7"),
        Scenario(name: "benign-ci-run", user: "deploybot", image: "alpine:3.20", hostMounts: ["/srv/build:/work"]),
        Scenario(
            name: "benign-node-exporter", user: "deploybot", image: "quay.io/prometheus/node-exporter:v1.8.2",
            hostMounts: ["/:/host:ro"]),
        Scenario(name: "benign-web", user: "deploybot", image: "registry.shop.example/web:1.4.2"),
        Scenario(
            name: "camouflaged-exporter", user: "mallory", image: "acme/node-exporter:v1.8.2", hostMounts: ["/:/host"]),
        Scenario(name: "doki-root-bind", user: "mallory", image: "alpine:3.20", hostMounts: ["/:/tmpXXXXXX"]),
        Scenario(name: "exec-into-running", user: "deploybot", image: "registry.shop.example/web:1.4.2"),
        Scenario(name: "kinsing-ubuntu", user: "mallory", image: "ubuntu:22.04"),
        Scenario(name: "local-socket-deploy", user: nil, image: "alpine:3.20", hostMounts: ["/etc:/e"]),
        Scenario(name: "privileged-create", user: "mallory", image: "alpine:3.20", isPrivileged: true),
        Scenario(
            name: "teamtnt-host-namespaces", user: "mallory", image: "alpine:3.20",
            hostMounts: ["/:/host", "/var/run/docker.sock:/var/run/docker.sock"]),
        Scenario(
            name: "unknown-image", user: "mallory", image: "registry.unknown.example/tools/helper:latest",
            outcome: .failed),
    ]

    @Test("A scenario's create is found with its person, image and mounts", arguments: scenarios)
    func create(_ scenario: Scenario) throws {
        guard SharedFolder.path != nil else { return print("skipped: no shared recordings") }
        let reading = Reading(
            shared: "data/recordings/docker/\(scenario.name).authz.jsonl", with: DockerAuthorizationReader())
        #expect(reading.faults == [])
        let create = try #require(reading.of(.create).first)
        #expect(create.actor.user.map { String($0) } == scenario.user)
        #expect(create.actor.authentication == (scenario.user == nil ? .localSocket : .certificate))
        #expect(create.actor.userAgent?.hasPrefix("Docker-Client/") == true)
        #expect(create.image == scenario.image)
        #expect(create.hostMounts == scenario.hostMounts)
        #expect(create.containers.first?.privileged?.bool == scenario.isPrivileged)
        #expect(create.outcome == scenario.outcome)
        #expect(create.body == .present)
        #expect(create.irregularities == [])
        #expect(create.faults.isEmpty)
        if create.outcome == .succeeded { #expect(create.workload?.uid?.count == 64) }
        let image = try #require(create.containers.first?.image)
        #expect(create.path(of: image) == "RequestBody.Image")
    }

    @Test("Every create agrees with the inspection of the same container")
    func inspectionsAgree() throws {
        for name in SharedFolder.files("data/recordings/docker", suffix: ".inspect.json") {
            let data = try #require(SharedFolder.contents(name))
            let inspections = Reading(texts: [Array(data)], with: DockerInspectReader())
            #expect(inspections.faults == [])
            let calls = Reading(
                shared: name.replacingOccurrences(of: "inspect.json", with: "authz.jsonl"),
                with: DockerAuthorizationReader())
            for made in inspections.events {
                let asked = try #require(calls.of(.create).first { $0.workload?.uid == made.workload?.uid }, "\(name)")
                #expect(asked.image == made.image)
                #expect(asked.hostMounts.sorted() == made.hostMounts.sorted())
                #expect(asked.containers.first?.privileged == made.containers.first?.privileged)
                #expect(asked.containers.first?.capabilitiesAdded == made.containers.first?.capabilitiesAdded)
                #expect(asked.workload?.hostPID.value ?? false == made.workload?.hostPID.value ?? false)
                #expect(asked.workload?.hostNetwork.value == made.workload?.hostNetwork.value)
                #expect(made.containers.first?.unmaskedPaths.value == nil)
                #expect(made.containers.first?.selinuxDisabled.value == nil)
            }
        }
    }

    @Test("An exec's start tells the command that its creation named")
    func execution() throws {
        guard SharedFolder.path != nil else { return print("skipped: no shared recordings") }
        let reading = Reading(
            shared: "data/recordings/docker/exec-into-running.authz.jsonl", with: DockerAuthorizationReader())
        let execs = reading.of(.exec)
        #expect(execs.count == 2)
        for exec in execs {
            #expect(exec.actor.user.map { String($0) } == "mallory")
            #expect(exec.execution?.command?.elements.map { $0.string } == ["/bin/sh", "-c", "echo hi"])
            #expect(exec.target.name.map { String($0) } == "api")
        }
    }

    struct Probe: CustomTestStringConvertible, Sendable {
        var line: Int
        var outcome: Outcome
        var body = BodyState.present
        var isPrivileged = true
        var irregularities: Irregularities = []
        var testDescription: String { "line \(line)" }
    }

    static let probes: [Probe] = [
        Probe(line: 7, outcome: .requested),
        Probe(line: 27, outcome: .requested),
        Probe(line: 28, outcome: .requested),
        Probe(line: 29, outcome: .requested),
        Probe(line: 31, outcome: .failed, body: .missing, isPrivileged: false),
        Probe(line: 33, outcome: .failed, body: .missing, isPrivileged: false),
        Probe(line: 35, outcome: .succeeded, body: .oversize, isPrivileged: false),
        Probe(line: 37, outcome: .succeeded, body: .oversize, isPrivileged: false),
        Probe(line: 39, outcome: .succeeded, body: .missing, isPrivileged: false),
        Probe(line: 40, outcome: .requested),
        Probe(line: 42, outcome: .failed, body: .missing, isPrivileged: false),
        Probe(line: 43, outcome: .requested),
        Probe(line: 44, outcome: .requested),
        Probe(line: 46, outcome: .succeeded, irregularities: .encodedPath),
        Probe(line: 48, outcome: .failed, irregularities: .foldedKeys),
        Probe(line: 50, outcome: .failed, irregularities: .duplicateKeys),
        Probe(line: 62, outcome: .succeeded, irregularities: .foldedKeys),
        Probe(line: 64, outcome: .succeeded, irregularities: .duplicateKeys),
        Probe(line: 66, outcome: .succeeded, irregularities: .trailingData),
        Probe(line: 240, outcome: .requested),
    ]

    @Test("The known ways around a plugin are read as the engine read them")
    func probes() throws {
        let reading = Reading(
            shared: "data/recordings/docker-probes/authz-calls.jsonl", with: DockerAuthorizationReader())
        #expect(reading.faults == [])
        guard !reading.events.isEmpty else { return }
        for probe in Self.probes {
            let event = try #require(reading.events.first { $0.position.line == probe.line }, "\(probe)")
            #expect(event.action == .create, "\(probe)")
            #expect(event.outcome == probe.outcome, "\(probe)")
            #expect(event.body == probe.body, "\(probe)")
            #expect((event.containers.first?.privileged?.bool ?? false) == probe.isPrivileged, "\(probe)")
            #expect(event.irregularities == probe.irregularities, "\(probe)")
            #expect(event.workload != nil)
        }
        let unknown = reading.events.filter { $0.target.resource?.isEmpty == true }
        #expect(unknown.isEmpty)
    }
}
