import SecurityEvents
import Testing

@testable import Manifests

@Suite("docker run commands")
struct DockerRunTests {
    private func read(_ text: String) -> ReadManifests { ManifestReader().read(commandLine: text, name: "line") }

    @Test(
        "Flags are read as the client reads them",
        arguments: [
            ("docker run --privileged a", #"{"Privileged":true}"#),
            ("docker run --privileged=false a --privileged", #"{"Privileged":false}"#),
            ("docker run -itv /:/h a", #"{"Binds":["/:/h"]}"#),
            (
                "docker run -v=/:/h -p80:80 a",
                #"{"Binds":["/:/h"],"PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"80"}]}}"#
            ),
            (
                "sudo -E docker -H tcp://h:1 container create --rm --net host --pid 'host' -- a",
                #"{"AutoRemove":true,"NetworkMode":"host","PidMode":"host"}"#
            ),
            ("podman run --cap-add SYS_ADMIN --cap-add=NET_ADMIN a", #"{"CapAdd":["SYS_ADMIN","NET_ADMIN"]}"#),
            (
                "docker run --mount 'type=bind,src=/,dst=/h,readonly' a",
                #"{"Mounts":[{"Type":"bind","Source":"/","Target":"/h","ReadOnly":true}]}"#
            ),
            ("docker run --security-opt systempaths=unconfined a", #"{"MaskedPaths":[],"ReadonlyPaths":[]}"#),
            ("docker run --network name=host,alias=x a", #"{"NetworkMode":"host"}"#),
        ])
    func flags(_ command: String, _ expected: String) throws {
        let read = read(command)
        #expect(read.diagnostics.isEmpty)
        let manifest = try #require(read.manifests.first)
        #expect(manifest.root["Image"]?.text == "a")
        #expect(String(decoding: manifest.root["HostConfig"]?.json ?? [], as: UTF8.self) == expected)
    }

    @Test("What stands behind the image is the command, in its own place")
    func command() throws {
        let manifest = try #require(read("docker run --entrypoint sh -e A=1 a -c 'x; y' --privileged").manifests.first)
        #expect(manifest.root["Cmd"]?.elements.compactMap(\.text) == ["-c", "x; y", "--privileged"])
        #expect(manifest.root["Entrypoint"]?.elements.compactMap(\.text) == ["sh"])
        #expect(manifest.root["Cmd"]?.place == Place(line: 1, column: 37))
    }

    @Test("Scripts: several commands, lines that go on, comments and other programs")
    func script() {
        let text = """
            #!/bin/sh
            # docker run --privileged no
            set -e
            docker pull x && docker run \\
              --privileged \\
              one; echo docker run two | cat
            if true; then docker run -d -v "$(pwd)":/w three; fi
            """
        let read = ManifestReader().read(text, file: "start.sh")
        #expect(read.manifests.compactMap { $0.root["Image"]?.text } == ["one", "three"])
        #expect(read.manifests.first?.root["HostConfig"]?["Privileged"]?.place == Place(line: 5, column: 3))
    }

    @Test(
        "What cannot be read is told",
        arguments: [
            ("docker run --priviledged a", "no flag '--priviledged'"), ("docker run -zx a", "no flag '-z'"),
            ("docker run -v", "needs a value"), ("docker run --rm", "no image"),
        ])
    func faults(_ command: String, _ part: String) {
        #expect(read(command).diagnostics.first?.message.contains(part) == true)
    }

    @Test(
        "Other commands are none",
        arguments: ["docker ps", "echo docker run a", "docker", "", "run a", "docker exec a run"])
    func others(_ command: String) { #expect(!read(command).isRecognized) }
}
