import Admission
import Crypto
import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import Gate

@Suite("A folder of exemptions")
struct ExemptionFolderTests {
    private let key = Curve25519.Signing.PrivateKey()
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func write(_ exemption: Exemption, _ name: String, by key: Curve25519.Signing.PrivateKey? = nil) throws {
        let token = try ExemptionToken.sign(exemption, with: key ?? self.key)
        try Data(token.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }

    @Test("New ones are told once, and what is taken away is taken back")
    func comesAndGoes() throws {
        let watched = ExemptionFolder(path: folder.path, keys: [key.publicKey], audience: nil)
        #expect(watched.read().isEmpty)
        try write(sample(), "one")
        #expect(watched.read().map(\.file) == ["one"])
        #expect(watched.exemptions == [sample()])
        #expect(watched.read().isEmpty)
        try FileManager.default.removeItem(atPath: folder.file("one"))
        watched.read()
        #expect(watched.exemptions.isEmpty)
    }

    @Test("What counts for nothing is told with the reason")
    func faults() throws {
        try write(sample(), "strange", by: Curve25519.Signing.PrivateKey())
        try write(sample(audience: "staging"), "elsewhere")
        try Data("hello".utf8).write(to: URL(fileURLWithPath: folder.file("text")))
        let watched = ExemptionFolder(path: folder.path, keys: [key.publicKey], audience: "production")
        let faults = watched.read()
        #expect(faults.count == 3)
        #expect(faults.allSatisfy { $0.exemption == nil && $0.fault != nil })
        #expect(watched.exemptions.isEmpty)
        try write(sample(audience: "production"), "here")
        watched.read()
        #expect(watched.exemptions.count == 1)
    }

    @Test("A folder that is not there has none")
    func missing() {
        let watched = ExemptionFolder(path: folder.file("nothing"), keys: [key.publicKey], audience: nil)
        #expect(watched.read().isEmpty)
        #expect(watched.exemptions.isEmpty)
    }
}
