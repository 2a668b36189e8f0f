import Foundation
import Testing

@testable import Agent

@Suite("The keys of the configuration")
struct ConfigKeysTests {
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("every key and every variable of the environment is there once")
    func unique() {
        let entries = AgentConfiguration.entries
        #expect(Set(entries.map(\.path)).count == entries.count)
        #expect(Set(entries.map(\.variable)).count == entries.count)
        #expect(Set(AgentConfiguration.sections.map(\.path)).count == AgentConfiguration.sections.count)
        #expect(entries.allSatisfy { $0.variable.allSatisfy { $0.isUppercase || $0 == "_" } })
    }

    @Test("every key says in sentences what it does, and so does every section")
    func sentences() {
        for part in AgentConfiguration.sections {
            #expect(part.summary.hasSuffix("."), "\(part.path)")
            #expect(!part.entries.isEmpty, "\(part.path)")
        }
        for entry in AgentConfiguration.entries {
            #expect(entry.summary.hasSuffix("."), "\(entry.path)")
            #expect(entry.summary.first?.isUppercase == true, "\(entry.path)")
        }
    }

    @Test("what is usual is what the form takes", arguments: AgentConfiguration.entries.map(\.path))
    func usual(_ path: String) throws {
        let entry = try #require(AgentConfiguration.entry(path))
        switch entry.usual {
        case .none, .texts: break
        default: #expect(try entry.form.read(entry.usual.text) == entry.usual)
        }
        #expect(entry.read(AgentConfiguration()) == entry.usual)
    }

    @Test("no key takes a secret: what is named after one names a file")
    func secrets() {
        for entry in AgentConfiguration.entries {
            let name = entry.path.split(separator: ".").last.map { $0.lowercased() } ?? ""
            if ["token", "password", "secret", "key", "credential"].contains(where: name.contains) {
                #expect(entry.form == .path, "\(entry.path)")
            }
        }
    }

    @Test("every section's file is in the list, and every section of the list has a file")
    func files() throws {
        let folder = Self.root.appending(path: "Sources/Agent/Configuration/Sections")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let files = try names.sorted().filter { $0.hasSuffix("Section.swift") }.map {
            try String(contentsOf: folder.appending(path: $0), encoding: .utf8)
        }
        #expect(files.count == AgentConfiguration.sections.count)
        for part in AgentConfiguration.sections {
            #expect(files.filter { $0.contains("static let path = \"\(part.path)\"") }.count == 1, "\(part.path)")
        }
    }

    @Test(
        "a variable's name is the path in capitals",
        arguments: [
            ("sources.docker.host", "TALLYMAN_SOURCES_DOCKER_HOST"),
            ("sources.auditWebhook.clientCA", "TALLYMAN_SOURCES_AUDIT_WEBHOOK_CLIENT_CA"),
            ("judging.level", "TALLYMAN_JUDGING_LEVEL"), ("server.tlsKey", "TALLYMAN_SERVER_TLS_KEY"),
        ])
    func variables(_ path: String, _ variable: String) throws {
        #expect(try #require(AgentConfiguration.entry(path)).variable == variable)
    }

    @Test(
        "durations and sizes are read and written alike",
        arguments: [
            ("250ms", 250), ("10s", 10_000), ("90s", 90_000), ("5m", 300_000), ("2h", 7_200_000), ("7d", 604_800_000),
        ])
    func durations(_ text: String, _ milliseconds: Int) {
        #expect(DurationText.read(text) == .milliseconds(milliseconds))
        #expect(DurationText.write(.milliseconds(milliseconds)) == text)
    }

    @Test(
        "sizes are plain numbers or have a unit of 1024",
        arguments: [("1000", 1000), ("512KiB", 524_288), ("64MiB", 67_108_864), ("3GiB", 3_221_225_472)])
    func sizes(_ text: String, _ bytes: Int) {
        #expect(SizeText.read(text) == bytes)
        #expect(SizeText.write(bytes) == text)
    }

    @Test(
        "what is no duration and no size is none",
        arguments: ["", "s", "10", "-1s", "1.5s", "10 s", "9999999999s", "1e3s"])
    func noDuration(_ text: String) {
        #expect(DurationText.read(text) == nil)
    }

    @Test("what is no size is none", arguments: ["", "KiB", "-1", "1.5MiB", "10 MiB", "10MB", "999999999999999GiB"])
    func noSize(_ text: String) {
        #expect(SizeText.read(text) == nil)
    }

    @Test(
        "an address is host and port",
        arguments: [
            ("127.0.0.1:9464", "127.0.0.1", 9464), ("[::]:9443", "::", 9443), ("localhost:0", "localhost", 0),
        ])
    func addresses(_ text: String, _ host: String, _ port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect("\(address)" == text)
    }

    @Test(
        "what is no address is none",
        arguments: ["", "9464", ":9464", "host", "host:65536", "host:-1", "::1:80", "[]:1"])
    func noAddress(_ text: String) {
        #expect(ListenAddress(text) == nil)
    }
}
