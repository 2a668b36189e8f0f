import SecurityEvents
import Testing

@testable import Manifests

@Suite("Dockerfiles")
struct DockerfileTests {
    private func read(_ text: String) -> ReadManifests { ManifestReader().read(text, file: "Dockerfile") }

    @Test("Lines that go on, comments between, other escape characters, heredocs")
    func instructions() throws {
        var parser = DockerfileParser(
            "# escape=`\nFROM a AS b\nrun one `\n  # not here\n\n  two\nRUN <<EOF cat\nx\nEOF\nUSER 1\n")
        let all = try parser.instructions()
        #expect(all.map(\.keyword) == ["FROM", "RUN", "RUN", "USER"])
        #expect(all[1].text == "one   two" && all[1].place == Place(line: 3, column: 1))
        #expect(all[2].heredocs == ["x"] && all[3].place.line == 10)
    }

    @Test("A file with Windows' line ends has the same instructions")
    func lineEnds() throws {
        let text = "FROM a\nRUN one \\\n && two\nCMD [\"x\"]\n"
        var plain = DockerfileParser(text)
        var windows = DockerfileParser(text.replacing("\n", with: "\r\n"))
        let expected = try plain.instructions()
        #expect(expected.count == 3)
        #expect(try windows.instructions().map(\.text) == expected.map(\.text))
    }

    @Test("Each RUN is a container of its stage's image, the last stage is the image")
    func stages() {
        let read = read(
            """
            ARG V=3
            FROM base:${V} AS build
            ENV A=1
            RUN make
            RUN ["a", "b c"]
            FROM build
            USER 1000:1000
            ENTRYPOINT run me
            CMD ["x"]
            """)
        #expect(read.manifests.map(\.kind) == [.buildStep, .buildStep, .dockerfile])
        #expect(read.manifests[0].root["Cmd"]?.elements.compactMap(\.text) == ["/bin/sh", "-c", "make"])
        #expect(read.manifests[1].root["Cmd"]?.elements.compactMap(\.text) == ["a", "b c"])
        let image = read.manifests[2].root
        #expect(image["Image"]?.text == "base:3" && image["User"]?.text == "1000:1000")
        #expect(image["Env"]?.elements.compactMap(\.text) == ["A=1"])
        #expect(image["Entrypoint"]?.elements.compactMap(\.text) == ["/bin/sh", "-c", "run me"])
        #expect(read.buildNotes.isEmpty)
    }

    @Test(
        "What only a Dockerfile can do",
        arguments: [
            ("FROM a\n", [.rootUser]), ("FROM a\nUSER 5\nUSER root\n", [.rootUser]), ("FROM scratch\n", []),
            ("FROM gcr.io/distroless/static:nonroot\n", []), ("FROM a\nUSER 5\nADD https://x/y /z\n", [.remoteAdd]),
            ("FROM a\nUSER 5\nADD --checksum=sha256:00 https://x/y /z\n", []),
            ("FROM a\nUSER 5\nENV DB_PASSWORD=hunter2\n", [.secret]),
            ("FROM a\nUSER 5\nENV DB_PASSWORD_FILE=/run/x\n", []),
            ("FROM a\nUSER 5\nARG TOKEN\n", []), ("FROM a\nUSER 5\nENV TOKEN $TOKEN\n", []),
            ("FROM a\nUSER 5\nEXPOSE 80 22/tcp\n", [.remoteLogin]), ("FROM a AS b\nUSER 5\nFROM b\n", []),
        ] as [(String, [BuildCheck.Name])])
    func notes(_ text: String, _ expected: [BuildCheck.Name]) {
        #expect(read(text).buildNotes.map(\.check) == expected)
    }

    @Test("A line that is no instruction is told")
    func fault() {
        #expect(read("FROM a\nFETCH b\n").diagnostics.first?.line == 2)
    }
}
