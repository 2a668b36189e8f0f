import Foundation
import SecurityEvents
import SwiftASN1
import Synchronization
import TestSupport
import Testing
import X509

@testable import KubernetesGate

/// An authority kept in memory, as replicas would share it.
private final class SharedStore: AuthorityStore {
    private let state = Mutex<CertificateAuthority?>(nil)
    var kept: CertificateAuthority? { state.withLock { $0 } }
    func load() async throws -> CertificateAuthority? { kept }
    func save(_ authority: CertificateAuthority) async throws -> Bool {
        state.withLock { $0 = authority }
        return true
    }
}

@Suite("The gate's certificates")
struct GateCertificatesTests {
    private let clock = TestClock()
    private let store = SharedStore()

    private func gate() async throws -> GateCertificates {
        var lifetimes = GateCertificates.Lifetimes()
        lifetimes.authority = 9000
        lifetimes.serving = 900
        lifetimes.settling = 60
        return try await GateCertificates(
            store: store, names: ["gate.test", "127.0.0.1", "::1"], lifetimes: lifetimes, time: clock.time,
            say: { _ in })
    }

    @Test(
        "A gate's certificate is also for the one address that it listens on",
        arguments: [
            ("127.0.0.1", ["gate.test", "127.0.0.1"]), ("::1", ["gate.test", "::1"]), ("gate.test", ["gate.test"]),
            ("localhost", ["gate.test", "localhost"]), ("0.0.0.0", ["gate.test"]), ("::", ["gate.test"]),
            ("0:0:0:0:0:0:0:0", ["gate.test"]), ("", ["gate.test"]),
        ])
    func names(host: String, names: [String]) {
        #expect(CertificateAuthority.names(given: ["gate.test"], listeningOn: host) == names)
    }

    @Test("A certificate is for its names and addresses, and the authority's for nothing but signing")
    func made() throws {
        let authority = try CertificateAuthority(at: noon, seconds: 9000)
        let identity = try authority.issue(for: ["gate.test", "192.0.2.1", "2001:db8::1"], at: noon, seconds: 900)
        let certificate = try Certificate(pemEncoded: identity.certificate)
        let names = try #require(try certificate.extensions.subjectAlternativeNames).map { "\($0)" }
        #expect(names.count == 3)
        #expect(names[0].contains("gate.test"))
        #expect(try certificate.extensions.basicConstraints == .notCertificateAuthority)
        #expect(identity.until == noon.adding(seconds: 900))
        #expect(identity.from < noon)
        let root = try Certificate(pemEncoded: authority.identity.certificate)
        #expect(root.publicKey.isValidSignature(certificate.signature, for: certificate))
    }

    @Test("No certificate outlives the authority that signed it")
    func bounded() throws {
        let authority = try CertificateAuthority(at: noon, seconds: 100)
        #expect(try authority.issue(for: ["a"], at: noon, seconds: 900).until == authority.identity.until)
    }

    @Test("A certificate is renewed after two thirds of its time, and not before")
    func renews() async throws {
        let gate = try await gate()
        let first = gate.expiry
        clock.advance(seconds: 500)
        try await gate.renew()
        #expect(gate.expiry == first)
        clock.advance(seconds: 100)
        try await gate.renew()
        #expect(gate.expiry == clock.now.adding(seconds: 900))
    }

    @Test("A new authority stands in the bundle beside the old one before anything that it signed is shown")
    func newAuthority() async throws {
        let gate = try await gate()
        let old = try #require(store.kept)
        clock.advance(seconds: 6100)
        try await gate.renew()
        let new = try #require(store.kept)
        #expect(new.identity != old.identity)
        #expect(gate.bundle.contains(old.identity.certificate))
        #expect(gate.bundle.contains(new.identity.certificate))
        #expect(gate.signer == old.identity)
        clock.advance(seconds: 61)
        try await gate.renew()
        #expect(gate.signer == new.identity)
    }

    @Test("Replicas have one authority, and take a newer one of each other's")
    func replicas() async throws {
        let first = try await gate()
        let second = try await gate()
        #expect(first.bundle == second.bundle)
        clock.advance(seconds: 6100)
        try await first.renew()
        try await second.renew()
        #expect(first.bundle == second.bundle)
    }

    @Test("An authority that ended is not used again")
    func ended() async throws {
        _ = try await gate()
        let old = try #require(store.kept)
        clock.advance(seconds: 10_000)
        _ = try await gate()
        #expect(store.kept?.identity != old.identity)
    }

    @Test("A folder keeps the authority over a restart, and its key for nobody else")
    func folder() async throws {
        let scratch = try ScratchFolder()
        let folder = AuthorityFolder(path: scratch.file("state"))
        #expect(try await folder.load() == nil)
        let authority = try CertificateAuthority(
            at: noon, seconds: 9000,
            previous: [try CertificateAuthority(at: noon, seconds: 10).identity.certificate])
        #expect(try await folder.save(authority))
        #expect(try await folder.load() == authority)
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.file("state/ca.key"))[.posixPermissions]
        #expect((mode as? Int) == 0o600)
    }

    @Test("A key that belongs to another certificate is refused")
    func mixed() throws {
        let one = try CertificateAuthority(at: noon, seconds: 10)
        let other = try CertificateAuthority(at: noon, seconds: 10)
        #expect(throws: CertificateAuthority.Fault.self) {
            try CertificateAuthority(bundle: one.bundle, key: other.identity.key)
        }
    }
}
