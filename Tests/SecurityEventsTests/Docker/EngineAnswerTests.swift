import JSONView
import Testing

@testable import SecurityEvents

/// What a real engine (20.10.24) made of odd bodies, asked over its socket and read back by inspection.
@Suite("Bodies as the engine decodes them")
struct EngineAnswerTests {
    struct Answer: CustomTestStringConvertible, Sendable {
        /// The body of `POST /v1.41/containers/create`.
        var asked: String
        /// What the inspection says that is not the default.
        var made: String
        var testDescription: String { asked }
    }

    static let answers: [Answer] = [
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Privileged":true}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Privileged":true,"Binds":["/etc:/e"],"HostConfig":nul"#
                + #"l}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true,"Binds":["/etc:/e"]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Privileged":true,"HostConfig":{}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"privileged":true,"binds":["/etc:/e"]}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true,"Binds":["/etc:/e"]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true},"HostConfig":null}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":null,"HostConfig":{"Privileged":true}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true},"HostConfig":{"Privil"#
                + #"eged":null}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true},"HostConfig":{"Privil"#
                + #"eged":false}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":false,"privileged":true}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"privileged":true,"Privileged":false}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/etc:/e"]},"hostconfig":{"Bind"#
                + #"s":["/tmp:/t"]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/tmp:/t"]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/etc:/e"]},"hostconfig":{"Bind"#
                + #"s":null}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/etc:/e","/var:/v"],"binds":[""#
                + #"/tmp:/t"]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/tmp:/t"]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/e"}],"mounts":[{"Target":"/x"}]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/x"}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"type":"bind","SOURCE":"/etc""#
                + #","target":"/e","readonly":true}]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/e","ReadOnly":true}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/e","Type":"volume","Source":""}]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"volume","Target":"/e""#
                + #"}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HoſtConfig":{"Privileged":true}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"NetworkMode":"none","Ne\u0074workMode":"#
                + #""host"}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"NetworkMode":"host"}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"MasKedPaths":[],"MasKedPaths":[]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"MaskedPaths":[]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"MaskedPaths":[]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"MaskedPaths":[]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PidMode":"host"}} {"HostConfig":{"PidMo"#
                + #"de":""}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PidMode":"host"}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PidMode":"host"}}]"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PidMode":"host"}}"#),
        Answer(
            asked: #"{"Image":"other","image":"lab/busybox:1","Cmd":["sh"]}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","image":null,"Cmd":["sh"]}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":"sh -c id"}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh -c id"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Entrypoint":"sh","Cmd":["-c","id"]}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["-c","id"],"Entrypoint":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["a"],"cmd":["b"],"Entrypoint":["x"],"entrypoint":null}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["b"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Env":["A=1"],"env":["B=2"]}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Env":["B=2"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Labels":{"a":"1"},"labels":{"b":"2"}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Labels":{"a":"1","b":"2"},"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Labels":{"a":"1","A":"2","a":"3"}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Labels":{"A":"2","a":"3"},"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Labels":{"a":"1"},"Labels":null}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"SecurityOpt":["seccomp=unconfined"],"se"#
                + #"curityopt":[]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"CapAdd":["SYS_ADMIN"],"capadd":["NET_AD"#
                + #"MIN"]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"CapAdd":["NET_ADMIN"]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"RestartPolicy":{"Name":"always"},"Resta"#
                + #"rtPolicy":{"MaximumRetryCount":0}}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"RestartPolicy":{"Name":"always","Maximu"#
                + #"mRetryCount":0}}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Devices":[{"PathOnHost":"/dev/null","Pa"#
                + #"thInContainer":"/dev/x"}],"Devices":[{"CgroupPermissions":"rwm"}]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Devices":[{"PathOnHost":"/dev/null","Pa"#
                + #"thInContainer":"/dev/x","CgroupPermissions":"rwm"}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Sysctls":{"net.ipv4.ip_forward":"1"},"s"#
                + #"ysctls":{"net.ipv4.conf.all.forwarding":"1"}}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Sysctls":{"net.ipv4.conf.all.forwarding"#
                + #"":"1","net.ipv4.ip_forward":"1"}}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"User":"ro\ud800ot"}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"User":"ro�ot","HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PortBindings":{"80/tcp":[{"HostPort":"8"#
                + #"080"}]},"PortBindings":{"80/tcp":[{"HostIp":"1.2.3.4"}]}}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PortBindings":{"80/tcp":[{"HostIp":"1.2"#
                + #".3.4","HostPort":""}]}}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PortBindings":{"80/tcp":[{"hostport":"8"#
                + #"080","HOSTIP":"127.0.0.1"}]}}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"PortBindings":{"80/tcp":[{"HostIp":"127"#
                + #".0.0.1","HostPort":"8080"}]}}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"WorkingDir":"/a","Workingdir":"/b"}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"WorkingDir":"/b","HostConfig":{}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/etc:/e"],"binds":[null]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/etc:/e"]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/etc:/e","/tmp:/t"],"binds":[""#
                + #"/a:/b"],"BINDS":["/c:/d",null]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Binds":["/c:/d","/tmp:/t"]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/e"},{"Type":"bind","Source":"/tmp","Target":"/t"}],"mounts":[{"Target":"/x"}],"M"#
                + #"OUNTS":[{},{"Target":"/z"}]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/x"},{"Type":"bind","Source":"/tmp","Target":"/z"}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/e"}],"mounts":[null]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/e"}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/etc""#
                + #","Target":"/e"}],"mounts":[],"MOUNTS":[{"Type":"bind","Source":"/tmp","Target":"/y"}]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"bind","Source":"/tmp""#
                + #","Target":"/y"}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"volume","Source":"w9""#
                + #","Target":"/e","VolumeOptions":{"Driverconfig":{"Name":"local"},"DriverConfig":{"Options":{""#
                + #"o":"bind","type":"none","device":"/etc"}}}}]}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Mounts":[{"Type":"volume","Source":"w9""#
                + #","Target":"/e","VolumeOptions":{"DriverConfig":{"Name":"local","Options":{"device":"/etc","o"#
                + #"":"bind","type":"none"}}}}]}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true,"Privileged":null,"Pid"#
                + #"Mode":"host","PidMode":null}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"HostConfig":{"Privileged":true,"PidMode":"host"}}"#),
        Answer(
            asked: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Healthcheck":{"Test":["CMD","a"]},"healthcheck":{"Ret"#
                + #"ries":3}}"#,
            made: #"{"Image":"lab/busybox:1","Cmd":["sh"],"Healthcheck":{"Test":["CMD","a"],"Retries":3},"HostCo"#
                + #"nfig":{}}"#),
    ]

    @Test("A body is read as the engine read it", arguments: answers)
    func answer(_ answer: Answer) throws {
        let parser = JSONParser()
        let body = try GoBody.read(Array(answer.asked.utf8), as: GoSchemas.create, with: parser)
        let inspection = try JSONParser().parse(answer.made)
        withExtendedLifetime((body, inspection)) { Self.compare(body.document.root, inspection.root) }
    }

    private static func compare(_ read: JSONValue, _ made: JSONValue) {
        for (key, value) in made.members where key != "HostConfig" {
            #expect(agrees(read.member(key), value), "\(key)")
        }
        let host = read["HostConfig"].flatMap { $0.isNull ? nil : $0 } ?? read
        guard let madeHost = made["HostConfig"] else { return }
        for (key, value) in madeHost.members { #expect(agrees(host.member(key), value), "\(key)") }
        // What the engine left at its default must not be read as set.
        for name in ["Privileged", "Binds", "Mounts", "CapAdd", "SecurityOpt", "PidMode"] as [StaticString] {
            guard madeHost[name] == nil, let set = host[name] else { continue }
            let isEmpty = set.text?.isEmpty == true || (set.kind == .array && set.count == 0)
            #expect(set.isNull || set.bool == false || isEmpty, "\(name)")
        }
    }

    /// The engine writes a text where a list is meant as a list, and leaves empty fields of its structs out or in.
    private static func agrees(_ read: JSONValue?, _ made: JSONValue) -> Bool {
        guard let read else { return made.isNull || made.text?.isEmpty == true || made.int64 == 0 }
        if made.kind == .array, read.kind == .string { return made.count == 1 && made[0].map { $0 == read } == true }
        if made.kind == .array, read.kind == .array {
            return made.count == read.count && zip(read.elements, made.elements).allSatisfy { agrees($0, $1) }
        }
        if made.kind == .object, read.kind == .object {
            return made.members.allSatisfy { agrees(read.member($0.key), $0.value) }
        }
        return read == made
    }
}
