import Foundation
import PlatformAPIs
import TestSupport
import Testing

@Suite("Finding the Docker engine")
struct DockerSocketTests {
    @Test(
        "DOCKER_HOST names a unix socket",
        arguments: [
            (nil, "/var/run/docker.sock"), ("", "/var/run/docker.sock"),
            ("unix:///run/user/7/docker.sock", "/run/user/7/docker.sock"),
        ] as [(String?, String)])
    func hosts(host: String?, path: String) throws {
        #expect(try DockerSocket(host: host).path == path)
    }

    @Test(
        "other addresses are refused with the reason",
        arguments: ["tcp://127.0.0.1:2375", "ssh://host", "fd://", "npipe:////./pipe/x", "unix://relative", "/path"])
    func unsupported(host: String) throws {
        #expect(throws: DockerError.unsupportedHost(host)) { try DockerSocket(host: host) }
        #expect("\(DockerError.unsupportedHost(host))".contains("only unix:///"))
    }

    @Test("what is in the way is told apart")
    func obstacles() throws {
        let folder = try ScratchFolder()
        let missing = DockerSocket(path: folder.file("missing.sock"))
        #expect(missing.obstacle() == .noSocket(missing))
        let plain = DockerSocket(path: try folder.write("plain", []))
        #expect(plain.obstacle() == .notListening(plain))
        let long = DockerSocket(path: "/" + String(repeating: "x", count: 200))
        #expect(long.obstacle() == .unreachable(long, "its path is too long for a socket"))
        let engine = try ScriptedEngine { _ in .body("") }
        #expect(engine.socket.obstacle() == nil)
        withExtendedLifetime(engine) {}
    }

    @Test("without permission, the group is named", .enabled(if: geteuid() != 0, "root may use every socket"))
    func permission() throws {
        let engine = try ScriptedEngine { _ in .body("") }
        chmod(engine.socket.path, 0)
        #expect(engine.socket.obstacle() == .noPermission(engine.socket))
        withExtendedLifetime(engine) {}
    }

    @Test("the message says what to do")
    func messages() {
        #expect("\(DockerError.noPermission(.standard))".contains("usermod -aG docker"))
        #expect("\(DockerError.noSocket(.standard))".contains("unix:///var/run/docker.sock: no such socket"))
        #expect("\(DockerError.notListening(.standard))".contains("systemctl start docker"))
    }
}
