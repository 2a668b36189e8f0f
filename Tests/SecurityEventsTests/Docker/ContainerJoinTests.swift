import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("Records of one container")
struct ContainerJoinTests {
    static let id = String(repeating: "0a1b2c3d", count: 8)

    static func authorization(_ method: String, _ uri: String, body: String = "", status: Int, answer: String = "")
        -> String
    {
        #"{"User":"alice","UserAuthNMethod":"TLS","RequestMethod":"\#(method)","RequestUri":"\#(uri)","#
            + #""RequestBody":"\#(Base64Text.encode(body))","ResponseStatusCode":\#(status),"#
            + #""ResponseBody":"\#(Base64Text.encode(answer))"}"#
    }

    static let create = authorization(
        "POST", "/v1.41/containers/create?name=web",
        body: #"{"Image":"alpine","Cmd":["sh"],"HostConfig":{"Privileged":true,"Binds":["/:/h"]}}"#, status: 201,
        answer: #"{"Id":"\#(id)"}"#)

    static func event(_ action: String, id: String = id, name: String = "web", time: Int = 1_795_441_397) -> String {
        #"{"Type":"container","Action":"\#(action)","Actor":{"ID":"\#(id)","Attributes":{"image":"alpine","#
            + #""name":"\#(name)"}},"time":\#(time)}"#
    }

    static func completed(_ join: inout ContainerJoin, _ lines: String...) -> [Event] {
        var events: [Event] = []
        for line in lines {
            let reading =
                line.contains("RequestMethod")
                ? Reading(lines: line, with: DockerAuthorizationReader())
                : Reading(lines: line, with: DockerEventsReader())
            for event in reading.events {
                var event = event
                join.complete(&event)
                event.keep()
                events.append(event)
            }
        }
        return events
    }

    @Test("Later events know what the create asked for, and who asked")
    func laterEvents() throws {
        var join = ContainerJoin()
        let events = Self.completed(
            &join, Self.create, Self.event("create"), Self.event("start"), Self.event("exec_create: id"),
            Self.event("die"), Self.event("destroy"))
        #expect(events.count == 6)
        for event in events {
            #expect(event.containers.first?.privileged?.bool == true)
            #expect(event.hostMounts == ["/:/h"])
            #expect(event.workload?.uid.map { String($0) } == Self.id)
        }
        let bind = try #require(events[2].containers.first?.binds?[0])
        #expect(events[2].path(of: bind) == "create.Body.HostConfig.Binds[0]")
        #expect(join.deployer(of: Self.id) == "alice")
        #expect(join.deployer(of: "web") == "alice")
        #expect(join.deployer(of: "0a1b") == "alice")
        #expect(join.deployer(of: "0a2") == nil)
        #expect(join.count == 1)
    }

    @Test("A call that names the container by its name or the beginning of its identifier finds it")
    func names() {
        var join = ContainerJoin()
        let events = Self.completed(
            &join, Self.create, Self.authorization("POST", "/containers/web/start", status: 204),
            Self.authorization("POST", "/containers/0a1b2c/restart", status: 204),
            Self.authorization("POST", "/containers/web/rename?name=cafe", status: 204),
            Self.authorization("DELETE", "/containers/cafe", status: 204),
            Self.authorization("DELETE", "/containers/web", status: 404))
        #expect(events.dropLast().allSatisfy { $0.containers.first?.privileged?.bool == true })
        #expect(events.last?.containers.isEmpty == true)
    }

    @Test("A volume made of the host's root is known where a container mounts it by name")
    func volumes() throws {
        var join = ContainerJoin()
        let volume = Self.authorization(
            "POST", "/volumes/create",
            body: #"{"Name":"v","Driver":"local","DriverOpts":{"type":"none","o":"bind,ro","device":"/"}}"#,
            status: 201, answer: #"{"Name":"v"}"#)
        let create = Self.authorization(
            "POST", "/containers/create", body: #"{"Image":"a","HostConfig":{"Binds":["v:/h","w:/w"]}}"#, status: 201,
            answer: #"{"Id":"\#(Self.id)"}"#)
        let events = Self.completed(&join, volume, create, Self.event("start"))
        #expect(events[0].action == .create)
        #expect(events[0].mounts().map { $0.kind } == [.host])
        #expect(events[1].hostMounts == ["/:/h:ro"])
        #expect(events[2].hostMounts == ["/:/h:ro"])
        let mount = try #require(events[1].containers.first?.mounts().first)
        #expect(events[1].path(of: mount.origin) == "volumes[0].DriverOpts.device")
    }

    @Test("Two containers with the same beginning are not confused")
    func ambiguousBeginning() {
        var join = ContainerJoin()
        let other = String(Self.id.dropLast(1)) + "e"
        _ = Self.completed(&join, Self.create, Self.event("create", id: other, name: "other"))
        #expect(join.deployer(of: "0a1b2c3d") == nil)
        #expect(join.deployer(of: Self.id) == "alice")
    }

    @Test("A create in the engine's log joins the event that has the identifier")
    func unclaimed() {
        let call = DaemonTests.line("17.1", "Calling POST /v1.41/containers/create?name=web")
        let log = DaemonTests.read(call, DaemonTests.line("17.2", DaemonTests.body))
        var join = ContainerJoin()
        for event in log.events {
            var event = event
            join.complete(&event)
        }
        let near = Self.completed(&join, Self.event("create"), Self.event("start"))
        #expect(near.allSatisfy { $0.containers.first?.privileged?.bool == true })
        let far = Self.completed(&join, Self.event("create", id: String(Self.id.reversed()), time: 1_795_449_999))
        #expect(far.allSatisfy { $0.containers.first?.privileged == nil })
    }

    @Test("What is kept is bounded, and the least recently used goes first")
    func bounds() {
        var join = ContainerJoin(containerLimit: 8, byteLimit: 64 << 10)
        _ = Self.completed(&join, Self.create)
        for number in 10..<99 {
            let id = "\(number)" + Self.id.dropFirst(2)
            _ = Self.completed(&join, Self.event("create", id: String(id), name: "c\(number)"), Self.event("start"))
        }
        #expect(join.count <= 8)
        #expect(join.deployer(of: "web") == "alice")
        for number in 10..<99 {
            let id = "\(number)" + Self.id.dropFirst(2)
            _ = Self.completed(&join, Self.event("create", id: String(id), name: "c\(number)"))
        }
        #expect(join.count <= 8)
        #expect(join.deployer(of: "web") == nil)
    }

    @Test("An old engine's start keeps its own host settings and learns the image")
    func oldStart() throws {
        var join = ContainerJoin()
        let events = Self.completed(
            &join, Self.create,
            Self.authorization("POST", "/v1.23/containers/web/start", body: #"{"Binds":["/etc:/e"]}"#, status: 204))
        let start = try #require(events.last)
        #expect(start.hostMounts == ["/etc:/e"])
        #expect(start.image == "alpine")
        #expect(start.irregularities == .oldAPI)
    }

    @Test("The recordings' files join in either order")
    func recordings() throws {
        for file in SharedFolder.files("data/recordings/docker", suffix: ".events.jsonl") {
            let calls = Reading(
                shared: file.replacing("events.jsonl", with: "authz.jsonl"), with: DockerAuthorizationReader())
            let stream = Reading(shared: file, with: DockerEventsReader())
            var join = ContainerJoin()
            var whole: [Event] = []
            for event in calls.events + stream.events {
                var event = event
                join.complete(&event)
                whole.append(event)
            }
            for event in whole where event.source == .dockerEvents && event.workload != nil {
                #expect(event.workload?.object?["HostConfig"] != nil, "\(file)")
            }
        }
    }
}

/// The standard alphabet, padded.
enum Base64Text {
    static func encode(_ text: String) -> String { encode(bytes: Array(text.utf8)) }

    static func encode(bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var result = ""
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let word = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0..<4 {
                result.append(digit <= group.count ? alphabet[word >> (18 - 6 * digit) & 63] : "=")
            }
        }
        return result
    }
}
