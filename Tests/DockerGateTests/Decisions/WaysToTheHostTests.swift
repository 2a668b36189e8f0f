import Admission
import Foundation
import Rules
import SecurityEvents
import TestSupport
import Testing

@testable import DockerGate

/// Calls that end with a container that has the host, each judged as the engine would carry it out.
///
/// Beside each stands a call that looks alike and is harmless. What the engine makes of them was tried with Docker 20.10.
@Suite("Ways to the host")
struct WaysToTheHostTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var uri = "/v1.41/containers/create"
        var body: String?
        /// The rule that refuses it; nil where it is let through.
        var refused: String?
        var testDescription: String { "\(uri) \(body ?? "")" }

        init(_ uri: String = "/v1.41/containers/create", _ body: String?, refused: String?) {
            (self.uri, self.body, self.refused) = (uri, body, refused)
        }

        /// A create whose host settings are these.
        init(host: String, more: String = "", refused: String?) {
            self.init(#"{"Image":"a"\#(more),"HostConfig":{\#(host)}}"#, refused: refused)
        }

        private init(_ body: String, refused: String?) { self.init("/v1.41/containers/create", body, refused: refused) }

        /// A mount of a volume of the engine's own driver.
        static func volume(_ options: String, named name: String = "", refused: String?) -> Self {
            let mount =
                #"{"Type":"volume","Source":"\#(name)","Target":"/h","VolumeOptions":{"DriverConfig":{"Name":"local","Options":{\#(options)}}}}"#
            return Self(host: #""Mounts":[\#(mount)]"#, refused: refused)
        }

        /// A service with these members beside its image.
        static func service(
            _ spec: String, task: String = "", _ uri: String = "/v1.41/services/create", refused: String?
        )
            -> Self
        {
            Self(uri, #"{"TaskTemplate":{"ContainerSpec":{"Image":"a"\#(spec)}\#(task)}}"#, refused: refused)
        }
    }

    static let volumes: [Case] = [
        .volume(#""type":"none","o":"bind","device":"/""#, refused: "host-root-mount-writable"),
        .volume(#""type":"tmpfs","o":"bind","device":"/etc""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"none","o":"rslave,bind","device":".""#, refused: "host-root-mount-writable"),
        .volume(#""type":"none","o":"bind","device":"etc/..""#, refused: "host-root-mount-writable"),
        .volume(
            #""type":"overlay","o":"lowerdir=/srv,upperdir=/etc,workdir=/tmp/w","device":"x""#,
            refused: "sensitive-host-mount-writable"),
        .volume(#""type":"overlay","o":"lowerdir=/srv/a:/srv/b","device":"x""#, refused: nil),
        .volume(#""type":"proc","device":"x""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"sysfs","device":"x""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"cgroup","o":"memory","device":"x""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"devtmpfs","device":"x""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"debugfs","device":"x""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"ext4","device":"/dev/sda1""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"xfs","device":"/var/../dev/sda1""#, refused: "sensitive-host-mount-writable"),
        .volume(#""type":"nfs","o":"addr=192.0.2.1","device":":/etc""#, refused: nil),
        .volume(#""type":"tmpfs","device":"tmpfs""#, refused: nil),
        // A volume that there is already keeps its options, whatever a mount says.
        .volume(#""type":"tmpfs","device":"tmpfs""#, named: "disguised", refused: "host-root-mount-writable"),
        .volume(#""type":"tmpfs","device":"tmpfs""#, named: "fresh", refused: nil),
        Case(host: #""Binds":["layered:/h"]"#, refused: "sensitive-host-mount-writable"),
        Case(
            "/v1.41/volumes/create", #"{"Name":"v","DriverOpts":{"type":"proc","device":"x"}}"#,
            refused: "host-path-volume"),
        Case(
            "/v1.41/volumes/create", #"{"Name":"v","DriverOpts":{"type":"none","o":"bind","device":"."}}"#,
            refused: "host-path-volume"),
        Case(
            "/v1.41/volumes/create", #"{"Name":"v","DriverOpts":{"type":"nfs","o":"addr=192.0.2.1","device":":/e"}}"#,
            refused: nil),
    ]

    static let others: [Case] = [
        Case(host: #""VolumesFrom":["mounter"]"#, refused: "host-root-mount-writable"),
        Case(host: #""VolumesFrom":["mounter:rw"]"#, refused: "host-root-mount-writable"),
        Case(host: #""VolumesFrom":["plain"]"#, refused: nil),
        Case(host: #""VolumesFrom":["nobody"]"#, refused: nil),
        Case(host: #""PidMode":"container:watcher""#, more: #","Cmd":["sh"]"#, refused: "host-pid-namespace"),
        Case(host: #""PidMode":"container:joins""#, more: #","Cmd":["sh"]"#, refused: "host-pid-namespace"),
        Case(host: #""NetworkMode":"container:watcher""#, more: #","Cmd":["sh"]"#, refused: "host-network-namespace"),
        Case(host: #""NetworkMode":"container:joins""#, more: #","Cmd":["sh"]"#, refused: nil),
        Case(host: #""PidMode":"container:round""#, more: #","Cmd":["sh"]"#, refused: nil),
        Case(host: #""PidMode":"container:plain""#, more: #","Cmd":["sh"]"#, refused: nil),
    ]

    static let settings: [Case] = [
        Case(
            host: #""CapAdd":["SYS_CHROOT"],"SecurityOpt":["seccomp={\"defaultAction\":\"SCMP_ACT_ALLOW\"}"]"#,
            refused: "unconfined-profile"),
        Case(
            host:
                #""CapAdd":["SYS_CHROOT"],"SecurityOpt":["seccomp={\"DefaultAction\":\"SCMP_ACT_LOG\",\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\"}]}"]"#,
            refused: "unconfined-profile"),
        Case(
            host:
                #""CapAdd":["SYS_CHROOT"],"SecurityOpt":["seccomp={\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"action\":\"SCMP_ACT_ALLOW\"}]}"]"#,
            refused: nil),
        Case(host: #""DeviceCgroupRules":["c *:* rwm"]"#, refused: "host-device-access"),
        Case(host: #""DeviceCgroupRules":["c 1:1 rwm"]"#, refused: "host-device-access"),
        Case(host: #""DeviceCgroupRules":["c 10:200 rwm"]"#, refused: nil),
        Case(host: #""Devices":[{"PathOnHost":"/dev/../dev/sda"}]"#, refused: "host-device-access"),
        Case(host: #""Devices":[{"PathOnHost":"//dev/./sda"}]"#, refused: "host-device-access"),
        Case(host: #""Devices":[{"PathOnHost":"/srv/disk"}]"#, refused: "host-device-access"),
        Case(host: #""Devices":[{"PathOnHost":"/dev/fuse"}]"#, refused: nil),
        Case(host: #""Binds":["/sys/fs/cgroup:/c"]"#, refused: "sensitive-host-mount-writable"),
        Case(host: #""Binds":["/srv/engine:/e"]"#, refused: "gate/own-socket"),
        Case(host: #""Binds":["/srv/engine/docker.sock:/e:ro"]"#, refused: "gate/own-socket"),
        Case(host: #""Binds":["/srv/engines:/e"]"#, refused: nil),
    ]

    static let services: [Case] = [
        .service(#","Command":["sh"]"#, task: #","Networks":[{"Target":"host"}]"#, refused: "host-network-namespace"),
        .service(#","Command":["sh"]"#, task: #","Networks":[{"Target":"986a2"}]"#, refused: "host-network-namespace"),
        .service(#","Command":["sh"]"#, task: #","Networks":[{"Target":"front"}]"#, refused: nil),
        .service("", task: #","Runtime":"plugin","PluginSpec":{"Remote":"a/b"}"#, refused: "gate/opaque-route"),
        .service("", "/v1.41/services/s1/update?version=9&rollback=previous", refused: "host-root-mount-writable"),
        .service("", "/v1.41/services/s2/update?version=9&rollback=previous", refused: "the gate does not know"),
        .service("", "/v1.41/services/s3/update?version=9&rollback=previous", refused: nil),
        .service("", "/v1.41/services/s1/update?version=9", refused: nil),
    ]

    static let routes: [Case] = [
        Case("/v1.41/build?t=a&networkmode=host", nil, refused: "gate/build-setting"),
        Case("/v1.41/build?t=a&networkmode=container:web", nil, refused: "gate/build-setting"),
        Case("/v1.41/build?t=a&securityopt=%5B%22seccomp%3Dunconfined%22%5D", nil, refused: "gate/build-setting"),
        Case("/v1.41/build?t=a&cgroupparent=/x", nil, refused: "gate/build-setting"),
        Case("/v1.41/build?t=a&networkmode=none&securityopt=null&cgroupparent=", nil, refused: nil),
        Case("/v1.41/plugins/p/enable?timeout=0", nil, refused: "gate/opaque-route"),
        Case("/v1.41/plugins/p/set", #"["state.source=/"]"#, refused: "gate/opaque-route"),
    ]

    @Test("is refused", arguments: volumes + others + settings + services + routes)
    func judges(_ wanted: Case) async throws {
        var settings = GateSettings()
        settings.modes.ceiling = .enforce
        var options = DockerAuthorizer.Options()
        options.time = .seconds(600)
        options.allowed = ["build"]
        options.ownSockets = ["/srv/engine/docker.sock"]
        let authorizer = DockerAuthorizer(
            judge: ReviewerJudge(
                rules: GateRules(library: try RuleLibrary.load(), settings: settings), host: "h", journal: NoJournal()),
            facts: PluginServerTests.Facts(), followsLink: { ["/srv/disk": "/dev/sda"][$0] ?? Self.cleaned($0) },
            options: options)
        let answer = await authorizer.authorize(PluginServerTests.record(wanted.uri, body: wanted.body))
        #expect(answer.allow == (wanted.refused == nil), "\(answer.message)")
        if let rule = wanted.refused { #expect(answer.message.contains(rule), "\(answer.message)") }
    }

    /// What a host without links does with a path.
    private static func cleaned(_ path: String) -> String? {
        let clean = URL(fileURLWithPath: path).standardized.path
        return clean == path ? nil : clean
    }

    @Test("a path of which only the beginning exists is followed as far as it exists")
    func links() throws {
        let folder = try ScratchFolder()
        let (real, link) = (folder.file("real"), folder.file("link"))
        try FileManager.default.createDirectory(atPath: real, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        let base = try #require(HostLinks.end(of: link))
        #expect(base.hasSuffix("/real"))
        #expect(HostLinks.end(of: link + "/new/folder") == base + "/new/folder")
        #expect(HostLinks.end(of: link + "/new/") == base + "/new")
        #expect(HostLinks.end(of: link + "/new/..") == nil)
        #expect(HostLinks.end(of: base + "/new") == nil)
        #expect(HostLinks.end(of: "/proc/self/root/nowhere-at-all") == "/nowhere-at-all")
    }

    @Test("a folder holds the files below it, and not those of a folder whose name begins alike")
    func holds() {
        #expect(HostLinks.holds("/srv/engine/", "/srv/engine/docker.sock"))
        #expect(HostLinks.holds("//srv/./engine", "/srv/engine/docker.sock"))
        #expect(HostLinks.holds("/srv/engine/docker.sock", "/srv/engine/docker.sock"))
        #expect(!HostLinks.holds("/srv/eng", "/srv/engine/docker.sock"))
        #expect(!HostLinks.holds("/", "/srv/engine/docker.sock"))
        #expect(!HostLinks.holds("/srv/engine/docker.sock/x", "/srv/engine/docker.sock"))
    }
}
