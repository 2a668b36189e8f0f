import Foundation
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import PlatformAPIs

@Suite("Credentials of a cluster's user")
struct ClusterCredentialsTests {
    static let moment: Int64 = 1_795_456_333_000_000_000

    func credentials(
        _ user: ClusterUser, timeout: Duration = .seconds(600), now: Int64 = moment
    ) -> ClusterCredentials {
        var configuration = ClusterConfiguration(server: "http://127.0.0.1:1", origin: "test")
        configuration.user = user
        return ClusterCredentials(configuration, now: { Timestamp(nanoseconds: now) }, pluginTimeout: timeout)
    }

    @Test("a token file is read again when it was changed, and comes before a token")
    func tokenFile() async throws {
        let folder = try ScratchFolder()
        var user = ClusterUser()
        user.token = Secret(value: "fixed")
        user.tokenFile = try folder.write("token", Array("first\n".utf8))
        let credentials = credentials(user)
        #expect(try await credentials.current().authorization?.value == "Bearer first")
        try FileManager.default.removeItem(atPath: folder.file("token"))
        _ = try folder.write("token", Array("second".utf8))
        #expect(try await credentials.current().authorization?.value == "Bearer second")
        try FileManager.default.removeItem(atPath: folder.file("token"))
        await #expect(throws: KubernetesError.self) { try await credentials.current() }
    }

    @Test("a secret is not printed")
    func secrets() {
        var user = ClusterUser()
        user.token = Secret(value: "hunter2")
        var text = "\(user) \(String(reflecting: user))"
        dump(user, to: &text)
        #expect(!text.contains("hunter2"))
    }

    /// A plugin that counts its runs and says what a test says.
    func plugin(_ folder: ScratchFolder, _ script: String) throws -> ClusterUser {
        let path = try folder.write("plugin", Array("#!/bin/sh\necho x >> \(folder.file("runs"))\n\(script)\n".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        var user = ClusterUser()
        user.plugin = ExecPlugin(version: .v1, command: path, arguments: ["get"])
        user.plugin?.environment = [("GREETING", Secret(value: "hello"))]
        return user
    }

    func runs(_ folder: ScratchFolder) -> Int {
        (try? String(contentsOfFile: folder.file("runs"), encoding: .utf8).split(separator: "\n").count) ?? 0
    }

    static func answer(_ status: String) -> String {
        #"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":\#(status)}"#
    }

    @Test(
        "a plugin is run with its arguments and environment, and again only when its credential expires or is refused")
    func expiry() async throws {
        let folder = try ScratchFolder()
        let status = #"{"token":"'$1-$GREETING'","expirationTimestamp":"2026-11-23T17:12:13Z"}"#
        let user = try plugin(
            folder, "echo '\(Self.answer(status))'; echo $KUBERNETES_EXEC_INFO > \(folder.file("info"))")
        // Five minutes before it expires.
        let expiry: Int64 = 1_795_453_933_000_000_000
        let early = credentials(user, now: expiry - 300_000_000_000)
        #expect(try await early.current().authorization?.value == "Bearer get-hello")
        _ = try await early.current()
        #expect(runs(folder) == 1)
        #expect(await early.refused())
        #expect(await !early.refused())
        _ = try await early.current()
        #expect(runs(folder) == 2)
        let late = credentials(user, now: expiry - 5_000_000_000)
        _ = try await late.current()
        _ = try await late.current()
        #expect(runs(folder) == 4)
        let info = try String(contentsOfFile: folder.file("info"), encoding: .utf8)
        #expect(info.contains(#""interactive":false"#))
    }

    /// What a plugin does, and a part of what is said about it.
    static let failures: [(script: String, reason: String)] = [
        ("echo no >&2; exit 3", "ended with status 3: no"),
        ("echo '{}'", "no ExecCredential"),
        ("echo token=hunter2", "no JSON"),
        ("echo '\(answer("{}"))'", "neither a token nor a certificate"),
        ("echo '\(answer(#"{"clientCertificateData":"x"}"#))'", "only one of"),
        ("echo '\(answer(#"{"token":"x","expirationTimestamp":"soon"}"#))'", "is no moment"),
        ("echo '\(answer(#"{"token":"x"}"#).replacing("/v1", with: "/v1beta1"))'", "no ExecCredential"),
        ("yes", "said more than"),
        ("kill -9 $$", "was ended by signal 9"),
    ]

    @Test("a plugin that fails says why, and not what it said", arguments: failures.indices)
    func failing(index: Int) async throws {
        let folder = try ScratchFolder()
        do {
            _ = try await credentials(try plugin(folder, Self.failures[index].script)).current()
            Issue.record("it did not fail")
        } catch let error {
            #expect("\(error)".contains(Self.failures[index].reason), "\(error)")
            #expect(!"\(error)".contains("hunter2"))
        }
    }

    @Test("a plugin that hangs is ended with all that it started")
    func hanging() async throws {
        let folder = try ScratchFolder()
        let user = try plugin(folder, "sleep 100000 & sleep 100000")
        do {
            _ = try await credentials(user, timeout: .milliseconds(300)).current()
            Issue.record("it did not fail")
        } catch let error {
            #expect("\(error)".contains("took too long"))
        }
    }

    @Test("a plugin that is not there says how to install it")
    func absent() async throws {
        var user = ClusterUser()
        user.plugin = ExecPlugin(version: .v1beta1, command: "no-such-program-here")
        user.plugin?.installHint = "install it so"
        do {
            _ = try await credentials(user).current()
            Issue.record("it did not fail")
        } catch let error {
            #expect("\(error)".contains("cannot be started") && "\(error)".contains("install it so"))
        }
    }
}
