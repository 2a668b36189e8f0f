import Foundation
import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("Hostile Docker records")
struct HostileDockerTests {
    static let odd: [String] = [
        #"{"RequestMethod":"POST","RequestUri":"%"}"#,
        #"{"RequestMethod":"POST","RequestUri":"/%/%6/%%%%63"}"#,
        #"{"RequestMethod":"POST","RequestUri":"?"}"#,
        #"{"RequestMethod":"POST","RequestUri":"/v9999999999999999999999.1/containers/create"}"#,
        #"{"RequestMethod":"POST","RequestUri":"/v1.99999999999999999999/containers/create"}"#,
        #"{"RequestMethod":"POST","RequestUri":"://"}"#,
        #"{"RequestMethod":"POST","RequestUri":"http://"}"#,
        #"{"RequestMethod":"DELETE","RequestUri":"/containers/a/checkpoints/b"}"#,
        #"{"RequestMethod":"DELETE","RequestUri":"/containers//"}"#,
        #"{"RequestMethod":"POST","RequestUri":"/containers/create","RequestBody":"===="}"#,
        #"{"RequestMethod":"POST","RequestUri":"/containers/create","RequestBody":7,"RequestHeaders":[]}"#,
        #"{"RequestMethod":"POST","RequestUri":"/containers/create","ResponseStatusCode":-1}"#,
        #"{"RequestMethod":"POST","RequestUri":"/containers/create","ResponseStatusCode":99999999999999999999}"#,
        #"{"RequestMethod":"GET","RequestUri":"/containers/a/attach/ws","time":9223372036854775807}"#,
        #"{"Type":"container","Action":"exec_create:","Actor":{"ID":7,"Attributes":[]},"time":9223372036854775807}"#,
        #"{"Type":"container","Action":":","Actor":[],"timeNano":-9223372036854775808}"#,
        #"{"Type":7,"Action":"create","Actor":null,"time":"x"}"#,
        #"{"HostConfig":7,"Config":[],"State":0,"Mounts":{"a":1}}"#,
        #"[{"HostConfig":null},7,null,{"Spec":{"TaskTemplate":7}},[]]"#,
    ]

    static let bodies: [String] = [
        #"{"HostConfig":{"Binds":[":","::","a:","C:\\","c:/","\\\\.\\pipe\\x:y",7,null,""]}}"#,
        #"{"HostConfig":{"Mounts":[7,{},{"Type":7},{"Type":"volume","VolumeOptions":7}],"Tmpfs":[],"VolumesFrom":[""]}}"#,
        #"{"HostConfig":{"PortBindings":{"":null,"/":[7],"99999999999/tcp":[{"HostPort":"1-2"}]}},"ExposedPorts":7}"#,
        #"{"HostConfig":{"SecurityOpt":["","=",":","seccomp","seccomp=",7],"CapAdd":{},"Sysctls":[]}}"#,
        #"{"Env":["","=","=x",7,null],"Cmd":7,"Entrypoint":{},"Image":{},"User":[]}"#,
        #"{"HostConfig":{"NetworkMode":"container:","PidMode":7},"Labels":"x","Healthcheck":[]}"#,
        #"{"Volumes":{"/a":"/b","":null}}"#, "[]", "7", "null", "\"\"", "{", "", "\u{0}", "{}{}{}", "{\"\\ud800\":1}",
    ]

    @Test("No odd record traps a reader", arguments: odd)
    func oddRecords(_ text: String) {
        Self.readAll(Array(text.utf8))
    }

    @Test("No odd body traps a reader", arguments: bodies)
    func oddBodies(_ body: String) {
        for uri in [
            "/containers/create", "/v1.20/containers/x/start", "/services/create", "/containers/x/exec",
            "/exec/x/start", "/containers/x/update", "/volumes/create", "/networks/create", "/plugins/pull", "/commit",
        ] {
            Self.readAll(Array(ContainerJoinTests.authorization("POST", uri, body: body, status: 201).utf8))
        }
        Self.readAll(Array(body.utf8))
    }

    @Test("Deep and wide bodies are bounded")
    func large() throws {
        let deep = String(repeating: "[", count: 100_000)
        let wide =
            "{" + (0..<20_000).map { "\"hostconfig\":{\"Privileged\":\($0 % 2 == 0)}" }.joined(separator: ",") + "}"
        for body in [deep, wide] {
            let record = ContainerJoinTests.authorization("POST", "/containers/create", body: body, status: 201)
            let reading = Reading(lines: record, with: DockerAuthorizationReader())
            let event = try #require(reading.events.first)
            #expect(event.body == (body == deep ? .unreadable : .present))
        }
        // Many waiting requests are bounded, and every one is told of.
        let requests = (0..<6000).map { #"{"RequestMethod":"POST","RequestUri":"/containers/c\#($0)/start"}"# }
        let reading = Reading(lines: requests.joined(separator: "\n"), with: DockerAuthorizationReader())
        #expect(reading.events.count == 6000)
    }

    @Test("Ten thousand mutations of real records trap nothing", arguments: 0..<4)
    func mutations(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var samples = Self.odd.map { Array($0.utf8) }
        samples += [ContainerJoinTests.create, ContainerJoinTests.event("exec_create: id")].map { Array($0.utf8) }
        samples += DaemonTests.carriers.flatMap { $0.lines }.map { Array($0.utf8) }
        for file in SharedFolder.files("data/recordings/docker", suffix: ".daemon.log").prefix(2) {
            let data = SharedFolder.contents(file) ?? Data()
            samples += data.split(separator: 0x0A).prefix(40).map { Array($0) }
        }
        var reader = LogReader()
        var join = ContainerJoin(containerLimit: 64, byteLimit: 1 << 20)
        for round in 0..<2500 {
            var text = samples[Int(random.next() % UInt64(samples.count))]
            for _ in 0...random.next() % 6 { Self.mutate(&text, &random) }
            let position = SourcePosition(name: "mutated", line: round + 1)
            text.withUnsafeBytes { reader.read($0, at: position) { Self.look($0, &join) } }
        }
        reader.finish { Self.look($0, &join) }
        #expect(join.count <= 64)
    }

    @Test("Ten thousand mutations of bodies are read as one body or none", arguments: 0..<4)
    func bodyMutations(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) &+ 77)
        let samples = (EngineAnswerTests.answers.map { $0.asked } + Self.bodies).map { Array($0.utf8) }
        for _ in 0..<2500 {
            var body = samples[Int(random.next() % UInt64(samples.count))]
            for _ in 0...random.next() % 4 { Self.mutate(&body, &random) }
            let encoded = Base64Text.encode(bytes: body)
            let record = #"{"RequestMethod":"POST","RequestUri":"/containers/create","RequestBody":"\#(encoded)"}"#
            var join = ContainerJoin()
            let reading = Reading(lines: record, with: DockerAuthorizationReader(), keeps: false)
            for event in reading.events { Self.look(event, &join) }
        }
    }

    private static func mutate(_ text: inout [UInt8], _ random: inout SeededGenerator) {
        guard !text.isEmpty else { return }
        let at = Int(random.next() % UInt64(text.count))
        switch random.next() % 6 {
        case 0: text[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: text.remove(at: at)
        case 2: text.insert(contentsOf: Array("\":{}[],%/\\=".utf8).shuffled(using: &random).prefix(2), at: at)
        case 3: text.removeSubrange(at...)
        case 4: text[at] ^= 0x20
        default: text.insert(contentsOf: text[at..<min(text.count, at + 40)], at: at)
        }
    }

    private static func readAll(_ text: [UInt8]) {
        var join = ContainerJoin()
        for reading in [
            Reading(texts: [text], with: DockerAuthorizationReader(), keeps: false),
            Reading(texts: [text], with: DockerEventsReader(), keeps: false),
            Reading(texts: [text], with: DockerInspectReader(), keeps: false),
            Reading(texts: [text], with: DockerDaemonReader(), keeps: false),
            Reading(daemonLines: [text, text], keeps: false),
        ] {
            for event in reading.events { look(event, &join) }
        }
    }

    /// Reads everything that is read lazily.
    private static func look(_ event: borrowing Event, _ join: inout ContainerJoin) {
        var event = copy event
        join.complete(&event)
        for container in event.containers {
            _ = container.mounts().map { event.path(of: $0.origin) }
            _ = container.portList().map { event.path(of: $0.origin) }
            _ = container.environment()
            if let image = container.image?.text, let reference = try? ImageReference(image) { _ = reference.name }
        }
        _ = EventRecord(copying: event)
        for fault in event.faults { _ = event.path(of: fault.value) }
    }
}
