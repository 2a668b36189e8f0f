import Foundation
import Admission
import Crypto
import SecurityEvents
import TestSupport
import Testing

@testable import Gate

@Suite("Exemptions as signed text")
struct ExemptionTokenTests {
    private let key = Curve25519.Signing.PrivateKey()

    @Test(
        "What was signed is read again",
        arguments: [
            sample(), sample(.workload(namespace: "shop", kind: "Deployment", name: "web"), audience: "production"),
            sample(.workload(namespace: nil, kind: "Container", name: "build-7")),
        ])
    func roundTrip(exemption: Exemption) throws {
        let token = try ExemptionToken.sign(exemption, with: key)
        #expect(try ExemptionToken.verify(token, by: [key.publicKey]) == exemption)
        #expect(try ExemptionToken.verify("\n \(token)\n", by: [key.publicKey]) == exemption)
    }

    @Test("Another's signature does not count")
    func untrusted() throws {
        let token = try ExemptionToken.sign(sample(), with: Curve25519.Signing.PrivateKey())
        #expect(throws: ExemptionToken.Fault.untrusted) { try ExemptionToken.verify(token, by: [key.publicKey]) }
        #expect(throws: ExemptionToken.Fault.untrusted) { try ExemptionToken.verify(token, by: []) }
    }

    @Test("No byte of a token can be changed")
    func tampering() throws {
        let token = Array(try ExemptionToken.sign(sample(), with: key).utf8)
        for position in token.indices {
            for flipped in [token[position] ^ 1, UInt8(ascii: ".")] where flipped != token[position] {
                var changed = token
                changed[position] = flipped
                let text = String(decoding: changed, as: UTF8.self)
                // The last character of Base64 has bits that mean nothing: what is read may then only be the same.
                let read = try? ExemptionToken.verify(text, by: [key.publicKey])
                #expect(read == nil || read == sample(), "byte \(position)")
            }
        }
    }

    @Test("None is signed or believed for longer than a day, and none for no time")
    func length() throws {
        #expect(throws: ExemptionToken.Fault.tooLong(hours: 25)) {
            try ExemptionToken.sign(sample(seconds: 24 * 3600 + 1), with: key)
        }
        #expect(throws: (any Error).self) { try ExemptionToken.sign(sample(seconds: 0), with: key) }
        #expect(throws: Never.self) { try ExemptionToken.sign(sample(seconds: 24 * 3600), with: key) }
    }

    @Test(
        "What is no token is said to be none",
        arguments: ["", "x", "tallyman-exemption.v1.", "tallyman-exemption.v1.e30.", "tallyman-exemption.v2.e30.e30"])
    func malformed(text: String) {
        #expect(throws: ExemptionToken.Fault.self) { try ExemptionToken.verify(text, by: [key.publicKey]) }
    }

    @Test("Keys are kept as text, and the wrong half is told apart")
    func keys() throws {
        let folder = try ScratchFolder()
        try Data(ExemptionKey.text(of: key).utf8).write(to: URL(fileURLWithPath: folder.file("ops.key")))
        try Data(ExemptionKey.text(of: key.publicKey).utf8).write(to: URL(fileURLWithPath: folder.file("ops.pub")))
        #expect(try ExemptionKey.secret(at: folder.file("ops.key")).rawRepresentation == key.rawRepresentation)
        #expect(
            try ExemptionKey.trusted(at: folder.file("ops.pub")).rawRepresentation == key.publicKey.rawRepresentation)
        #expect(throws: ExemptionKey.Fault.self) { try ExemptionKey.trusted(at: folder.file("ops.key")) }
        #expect(throws: ExemptionKey.Fault.self) { try ExemptionKey.secret(at: folder.file("ops.pub")) }
    }
}
