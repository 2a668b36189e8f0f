import JSONView
import PlatformAPIs
import Testing

@testable import KubernetesGate

@Suite("caBundle")
struct BundleKeeperTests {
    private static func configuration(_ bundles: [String?]) -> [UInt8] {
        let webhooks = bundles.map { bundle in
            let written = bundle.map { #","caBundle":"\#($0)""# } ?? ""
            return #"{"name":"w","clientConfig":{"url":"https://x"\#(written)}}"#
        }
        return Array(
            #"{"metadata":{"name":"g","resourceVersion":"7"},"webhooks":[\#(webhooks.joined(separator: ","))]}"#.utf8)
    }

    @Test("What is right is left alone")
    func right() { #expect(BundleKeeper.patch(for: Self.configuration(["AA==", "AA=="]), bundle: "AA==") == nil) }

    @Test("Only what is wrong or missing is changed, and only what was seen")
    func wrong() throws {
        let patch = try #require(
            BundleKeeper.patch(for: Self.configuration(["AA==", "BB==", nil]), bundle: "AA=="))
        #expect(patch.count == 2)
        let document = try JSONParser().parse(patch.bytes)
        #expect(document.root[0]?["op"]?.string == "test")
        #expect(document.root[0]?["value"]?.string == "7")
        #expect(
            [1, 2].map { document.root[$0]?["path"]?.string } == [
                "/webhooks/1/clientConfig/caBundle", "/webhooks/2/clientConfig/caBundle",
            ])
    }

    @Test("What is no configuration is left alone", arguments: ["", "{}", "[]", #"{"metadata":{},"webhooks":[]}"#])
    func nonsense(text: String) { #expect(BundleKeeper.patch(for: Array(text.utf8), bundle: "AA==") == nil) }

    @Test("A configuration that is not there yet is told as that, with what to do; a refusal as a fault")
    func explains() {
        func refused(_ status: Int) -> String {
            BundleKeeper.explanation(of: .refused(request: "GET /x", status: status, reason: "", message: "m"), "g")
        }
        #expect(refused(404).contains("tallyman gate manifests"))
        #expect(refused(403).hasPrefix("caBundle of g cannot be kept right"))
    }
}
