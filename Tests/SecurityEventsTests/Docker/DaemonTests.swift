import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("The engine's own log")
struct DaemonTests {
    static let id = String(repeating: "0a1b2c3d", count: 8)
    static let other = String(repeating: "9f8e7d6c", count: 8)

    /// A line of the text log; the time is seconds behind a minute.
    static func line(_ second: String, _ message: String, _ more: String = "", level: String = "debug") -> String {
        let quoted = message.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return "time=\"2026-11-23T13:43:\(second)Z\" level=\(level) msg=\"\(quoted)\"\(more)"
    }

    static func read(_ lines: String...) -> Reading {
        Reading(daemonLines: lines.map { Array($0.utf8) })
    }

    static let mounted = "container mounted via layerStore: &{/var/lib/docker 0x1 0x2}"
    static let body = #"form data: {"Image":"alpine","HostConfig":{"Privileged":true,"Binds":["/:/h"]}}"#

    @Test("Every line of the recordings is understood, and each create is whole")
    func recordings() throws {
        for name in SharedFolder.files("data/recordings/docker", suffix: ".daemon.log") {
            let log = Reading(daemon: name)
            #expect(log.faults == [], "\(name)")
            let calls = Reading(
                shared: name.replacing("daemon.log", with: "authz.jsonl"), with: DockerAuthorizationReader())
            #expect(log.of(.create).count == calls.of(.create).count)
            for (told, asked) in zip(log.of(.create), calls.of(.create)) {
                #expect(told.workload?.uid == asked.workload?.uid, "\(name)")
                #expect(told.image == asked.image)
                #expect(told.hostMounts == asked.hostMounts)
                #expect(told.containers.first?.privileged == asked.containers.first?.privileged)
                #expect(told.containers.first?.args == asked.containers.first?.args)
                #expect(told.outcome == asked.outcome)
                #expect(told.time != nil)
            }
            #expect(log.of(.exec).map { $0.outcome } == log.of(.exec).map { _ in .succeeded })
        }
    }

    @Test("A call, its body and its container are put together")
    func create() throws {
        let reading = Self.read(
            Self.line("17.1", "Calling POST /v1.41/containers/create?name=web"), Self.line("17.2", Self.body),
            Self.line("17.3", Self.mounted, " container=\(Self.id)"))
        let event = try #require(reading.events.first)
        #expect(reading.events.count == 1)
        #expect(event.action == .create)
        #expect(event.outcome == .succeeded)
        #expect(event.body == .present)
        #expect(event.hostMounts == ["/:/h"])
        #expect(event.target.name.map { String($0) } == "web")
        #expect(event.workload?.uid.map { String($0) } == Self.id)
        #expect(event.time == Timestamp("2026-11-23T13:43:17.1Z"))
        let bind = try #require(event.containers.first?.binds?[0])
        #expect(event.path(of: bind) == "RequestBody.HostConfig.Binds[0]")
        #expect(event.raw["level"]?.string == "debug")
    }

    @Test("Of two clients at once, what cannot be told is left unknown")
    func interleaved() throws {
        let first = "Calling POST /v1.41/containers/create?name=a"
        let second = "Calling POST /v1.41/containers/create?name=b"
        let reading = Self.read(
            Self.line("17.1", first), Self.line("17.11", second), Self.line("17.12", Self.body),
            Self.line("17.13", #"form data: {"Image":"redis"}"#),
            Self.line("17.2", Self.mounted, " container=\(Self.id)"),
            Self.line("17.3", Self.mounted, " container=\(Self.other)"))
        #expect(reading.events.map { $0.image } == ["alpine", "redis"])
        #expect(
            reading.events.allSatisfy { $0.body == .present && $0.workload?.name == nil && $0.workload?.uid == nil })
        // Another kind of call between them leaves no doubt.
        let clear = Self.read(
            Self.line("17.1", first), Self.line("17.11", "Calling POST /v1.41/containers/x/exec"),
            Self.line("17.12", #"form data: {"Cmd":["id"],"Privileged":true}"#), Self.line("17.13", Self.body))
        #expect(clear.of(.create).first?.target.name.map { String($0) } == "a")
        #expect(clear.of(.create).first?.image == "alpine")
        #expect(clear.of(.exec).first?.execution?.command?[0]?.string == "id")
    }

    @Test("A create that is asked again after its image was pulled has the container")
    func askedAgain() {
        let call = "Calling POST /v1.41/containers/create?name=web"
        let reading = Self.read(
            Self.line("17.1", call), Self.line("17.101", Self.body),
            Self.line("17.2", "Calling POST /v1.41/images/create?fromImage=alpine&tag=latest"),
            Self.line("19.1", call), Self.line("19.101", Self.body),
            Self.line("19.2", Self.mounted, " container=\(Self.id)"))
        let creates = reading.of(.create)
        #expect(creates.map { $0.outcome }.sorted { $0.rawValue < $1.rawValue } == [.succeeded, .unknown])
        #expect(creates.filter { $0.workload?.uid != nil }.count == 1)
    }

    @Test("A body directly behind its call is that call's, whatever else waits")
    func directly() {
        let reading = Self.read(
            Self.line("17.1", "Calling POST /v1.41/containers/create?name=large"),
            Self.line("17.15", "Calling POST /v1.41/containers/create?name=web"), Self.line("17.1501", Self.body))
        #expect(reading.of(.create).map { $0.body } == [.missing, .present])
        #expect(reading.of(.create).last?.target.name.map { String($0) } == "web")
    }

    @Test("An error ends the call that it names")
    func failures() throws {
        let denied = "returned error: authorization denied by plugin gate: no"
        let reading = Self.read(
            Self.line("17.1", "Calling POST /v1.41/containers/create?name=a"), Self.line("17.11", Self.body),
            Self.line("17.2", "AuthZRequest for POST /v1.41/containers/create?name=a \(denied)", level: "error"),
            Self.line("17.3", "Handler for POST /v1.41/containers/create \(denied)", level: "error"),
            Self.line("18.1", "Calling POST /v1.41/containers/create"), Self.line("18.2", Self.body),
            Self.line("18.3", "Handler for POST /v1.41/containers/create returned error: No such image: alpine:latest"))
        #expect(reading.events.map { $0.outcome } == [.denied, .failed])
        #expect(reading.events.last?.reason.map { String($0) } == "No such image: alpine:latest")
        #expect(reading.events.allSatisfy { $0.containers.first?.privileged?.bool == true })
    }

    @Test("Without debug, an error alone tells of a call whose body is missing")
    func errorAlone() throws {
        let reading = Self.read(
            Self.line("18.3", "Handler for POST /v1.41/containers/create returned error: x", level: "error"))
        let event = try #require(reading.events.first)
        #expect(event.action == .create)
        #expect(event.outcome == .failed)
        #expect(event.body == .missing)
    }

    @Test("A create without a body line is missing it, or it was too large to be logged")
    func bodies() throws {
        let call = Self.line("17.1", "Calling POST /v1.41/containers/create")
        #expect(Self.read(call).events.map { $0.body } == [.missing])
        let made = Self.read(call, Self.line("17.3", Self.mounted, " container=\(Self.id)"))
        #expect(made.events.map { $0.body } == [.oversize])
        let cut = Self.read(call, #"time="2026-11-23T13:43:17.11Z" level=debug msg="form data: {\"Image\":\"alp"#)
        #expect(cut.events.map { $0.body } == [.truncated])
    }

    struct Carrier: CustomTestStringConvertible, Sendable {
        var name: String
        var lines: [String]
        var hasTime = true
        var testDescription: String { name }
    }

    /// A call and its body as engines since 28.0 write them, in one line.
    ///
    /// <https://github.com/moby/moby/pull/48740>
    static func modern(_ second: String = "17.1", uri: String = "/v1.52/containers/create?name=web") -> String {
        #"time="2026-11-23T13:43:\#(second)Z" level=debug msg="handling POST request" "#
            + #"form-data="{\"HostConfig\":{\"Privileged\":true},\"Image\":\"alpine\"}" method=POST module=api "#
            + #"request-url="\#(uri)" spanID=7fd5eb011140f546 traceID=80ffd75a vars="map[version:1.52]""#
    }

    static let modernJSON =
        #"{"form-data":{"HostConfig":{"Privileged":true},"Image":"alpine"},"level":"debug","method":"POST","module":"api","#
        + #""msg":"handling POST request","request-url":"/v1.52/containers/create?name=web","spanID":"7fd5eb011140f546","#
        + #""time":"2026-11-23T13:43:17.1Z","vars":{"version":"1.52"}}"#

    @Test("an engine since 28.0 says of an error which call it answers, and only that one has failed")
    func modernError() throws {
        let error =
            #"time="2026-11-23T13:43:17.3Z" level=debug msg="error response for POST request" "#
            + #"error-response="No such image: alpine:latest" form-data="{\"Image\":\"alpine\"}" method=POST module=api "#
            + #"request-url="/v1.52/containers/create?name=other" status=404 vars="map[version:1.52]""#
        // A body of more than 4 KiB is not logged: the next call's is none of it.
        let large =
            #"time="2026-11-23T13:43:17.0Z" level=debug msg="handling POST request" method=POST module=api "#
            + #"request-url="/v1.52/containers/create?name=large" vars="map[version:1.52]""#
        let reading = Self.read(
            large, Self.modern("17.1"), Self.modern("17.2", uri: "/v1.52/containers/create?name=other"), error)
        func event(_ name: String) throws -> Event {
            try #require(reading.events.first { $0.target.name.map { String($0) } == name })
        }
        #expect(reading.faults == [])
        #expect(reading.events.count == 3)
        #expect(try event("large").body == .missing)
        #expect(try event("web").image == "alpine")
        #expect(try event("web").outcome == .requested)
        #expect(try event("other").image == "alpine")
        #expect(try event("other").outcome == .failed)
    }

    static let carriers: [Carrier] = {
        let call = line("17.1", "Calling POST /v1.41/containers/create?name=web")
        let form = line("17.2", body)
        func journal(_ message: String, _ unit: String = "docker.service") -> String {
            let quoted = message.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return #"{"_SYSTEMD_UNIT":"\#(unit)","__REALTIME_TIMESTAMP":"1795441397100000","MESSAGE":"\#(quoted)"}"#
        }
        func export(_ message: String) -> [String] {
            [
                "__CURSOR=s=1", "__REALTIME_TIMESTAMP=1795441397100000", "_SYSTEMD_UNIT=docker.service",
                "SYSLOG_IDENTIFIER=dockerd", "MESSAGE=" + message, "",
            ]
        }
        let length = "\u{0C}" + String(repeating: "\0", count: 7)
        let json = [
            #"{"level":"debug","msg":"Calling POST /v1.41/containers/create?name=web","time":"2026-11-23T13:43:17.1Z"}"#,
            #"{"level":"debug","msg":"form data: {\"Image\":\"alpine\",\"HostConfig\":{\"Privileged\":true}}","#
                + #""time":"2026-11-23T13:43:17.2Z"}"#,
        ]
        let newer = [
            #"{"level":"debug","msg":"handling POST request","method":"POST","module":"api","#
                + #""request-url":"/v1.51/containers/create?name=web","time":"2026-11-23T13:43:17.1Z","vars":{}}"#,
            #"{"form-data":{"Image":"alpine","HostConfig":{"Privileged":true}},"level":"debug","msg":"form data","#
                + #""request-url":"/v1.51/containers/create?name=web","time":"2026-11-23T13:43:17.2Z"}"#,
        ]
        return [
            Carrier(name: "plain", lines: [call, form]),
            Carrier(
                name: "journalctl -o short",
                lines: [call, form].map { "Nov 23 13:43:17 dockerhost dockerd[812]: " + $0 }),
            Carrier(name: "syslog without a process", lines: [call, form].map { "Nov 23 13:43:17 h dockerd: " + $0 }),
            Carrier(name: "journalctl -o json", lines: [journal(call), journal("x", "ssh.service"), journal(form)]),
            Carrier(
                name: "journalctl -o export",
                lines: export(call) + ["__CURSOR=s=2", "_COMM=sshd", "MESSAGE", length + "two\nlines of", ""]
                    + export(form)),
            Carrier(name: "--log-format json", lines: json),
            Carrier(name: "newer engines", lines: newer),
            Carrier(name: "Docker 28 and later", lines: [modern()]),
            Carrier(name: "Docker 28 and later, --log-format json", lines: [modernJSON]),
            Carrier(
                name: "a terminal",
                lines: [
                    "\u{1B}[37mDEBU\u{1B}[0m[2026-11-23T13:43:17.1Z] Calling POST /v1.41/containers/create?name=web   ",
                    "DEBU[2026-11-23T13:43:17.2Z] \(body)",
                ]),
            Carrier(name: "carriage returns", lines: [call + "\r", form + "\r"]),
        ]
    }()

    @Test("The same log is read from whatever carries it", arguments: carriers)
    func carrier(_ carrier: Carrier) throws {
        // A line break within a field of the journal's export makes lines of its own.
        let lines = carrier.lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
        let reading = Reading(daemonLines: lines.map { Array($0.utf8) })
        #expect(reading.faults == [])
        #expect(reading.events.count == 1)
        let event = try #require(reading.events.first)
        #expect(event.action == .create)
        #expect(event.image == "alpine")
        #expect(event.containers.first?.privileged?.bool == true)
        #expect(event.target.name.map { String($0) } == "web")
        #expect(event.time == Timestamp("2026-11-23T13:43:17.1Z"))
    }

    @Test(
        "What is no line of the log is refused with a reason",
        arguments: ["goroutine 1 [running]:", "x=", "time=", "\u{0}", "{}", "{", #"time="2026" msg"#, "level"])
    func refused(_ text: String) {
        let reading = Self.read(text)
        #expect(reading.events.isEmpty)
        #expect(reading.faults.count == 1)
    }

    @Test("The front of all formats recognizes the log")
    func front() {
        for carrier in Self.carriers {
            var reader = LogReader()
            var events: [Event] = []
            let lines = carrier.lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
            for (number, line) in lines.enumerated() {
                Array(line.utf8).withUnsafeBytes {
                    reader.read($0, at: SourcePosition(name: "log", line: number + 1)) { events.append(copy $0) }
                }
            }
            reader.finish { events.append(copy $0) }
            #expect(events.map { $0.image } == ["alpine"], "\(carrier)")
        }
    }
}
