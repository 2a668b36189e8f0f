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
        #expect(all[2].heredocs == [.init(text: "x", place: Place(line: 8, column: 1))] && all[3].place.line == 10)
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
            ("FROM a\nUSER 5\nONBUILD ADD https://x/y /z\n", [.remoteAdd]), ("FROM a\nUSER 5\nONBUILD EXPOSE 22\n", []),
            ("FROM a\nUSER 5\nARG TOKEN\n", []), ("FROM a\nUSER 5\nENV TOKEN $TOKEN\n", []),
            ("FROM a\nUSER 5\nEXPOSE 80 22/tcp\n", [.remoteLogin]), ("FROM a AS b\nUSER 5\nFROM b\n", []),
        ] as [(String, [BuildCheck.Name])])
    func notes(_ text: String, _ expected: [BuildCheck.Name]) {
        #expect(read(text).buildNotes.map(\.check) == expected)
    }

    /// A step's words and where they stand.
    struct StepCase: CustomTestStringConvertible, Sendable {
        var text: String
        var label: String
        var words: [String]
        var place: Place
        var testDescription: String { label + ": " + words.joined(separator: " ") }
    }

    @Test(
        "Scripts of heredocs and what stands behind ONBUILD are steps too, each at its place",
        arguments: [
            StepCase(
                text: "FROM a\nRUN <<EOF\none\ntwo\nEOF\n", label: "RUN in line 2",
                words: ["/bin/sh", "-c", "one\ntwo"],
                place: Place(line: 3, column: 1)),
            StepCase(
                text: "FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nx()\nEOF\n", label: "RUN in line 2",
                words: ["python3", "-c", "#!/usr/bin/env python3\nx()"], place: Place(line: 3, column: 1)),
            StepCase(
                text: "FROM a\nCOPY --chmod=755 <<-\"EOF\" /run\n\t#!/usr/bin/perl\n\tEOF\n", label: "COPY in line 2",
                words: ["/usr/bin/perl", "-e", "#!/usr/bin/perl"], place: Place(line: 3, column: 1)),
            StepCase(
                text: "FROM a\nADD <<A /a.conf\nx\nA\nCOPY <<A <<B /etc/cron.d/\n* * x\nA\nB\n",
                label: "COPY in line 5",
                words: ["/bin/sh", "-c", "* * x"], place: Place(line: 6, column: 1)),
            StepCase(
                text: "FROM a\n  onbuild RUN make\n", label: "ONBUILD RUN in line 2", words: ["/bin/sh", "-c", "make"],
                place: Place(line: 2, column: 3)),
            StepCase(
                text: "FROM a\nONBUILD RUN <<EOF\nmake\nEOF\nONBUILD USER root\n", label: "ONBUILD RUN in line 2",
                words: ["/bin/sh", "-c", "make"], place: Place(line: 3, column: 1)),
        ])
    func steps(_ sample: StepCase) throws {
        let read = read(sample.text)
        #expect(read.diagnostics.isEmpty)
        let step = try #require(read.manifests.first { $0.kind == .buildStep })
        #expect(step.label == sample.label)
        #expect(step.root["Cmd"]?.elements.compactMap(\.text) == sample.words)
        #expect(step.root["Cmd"]?[2]?.place == sample.place)
        // What ONBUILD says of an image is not said of this one.
        #expect(read.manifests.last?.kind == .dockerfile && read.manifests.last?.root["User"] == nil)
    }

    @Test(
        "Builds that the builder refuses are told", arguments: ["ONBUILD FROM b", "ONBUILD ONBUILD RUN x", "ONBUILD"])
    func refusedTriggers(_ line: String) {
        #expect(read("FROM a\n\(line)\n").diagnostics.map(\.line) == [2])
    }

    @Test("A line that is no instruction is told")
    func fault() {
        #expect(read("FROM a\nFETCH b\n").diagnostics.first?.line == 2)
    }

    @Test("A SHELL is what the image's health check is given to, also in the stages behind it")
    func shell() throws {
        let text = "FROM a AS b\nSHELL [\"/bin/bash\", \"-ec\"]\nRUN one\nFROM b\nHEALTHCHECK CMD two\n"
        let image = try #require(read(text).manifests.last)
        #expect(image.root["Shell"]?.elements.compactMap(\.text) == ["/bin/bash", "-ec"])
        #expect(image.root["Shell"]?.place.line == 2)
        #expect(read("FROM a\nWORKDIR /proc/self/fd/7\n").manifests.last?.root["WorkingDir"]?.text == "/proc/self/fd/7")
        #expect(read("FROM a\nHEALTHCHECK CMD two\n").manifests.last?.root["Shell"] == nil)
    }
}
