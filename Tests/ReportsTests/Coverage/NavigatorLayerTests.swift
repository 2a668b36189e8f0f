import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("Layers of the ATT&CK Navigator")
struct NavigatorLayerTests {
    @Test(
        "Tags that name techniques",
        arguments: [
            ("attack.t1610", "T1610"), ("attack.T1036.005", "T1036.005"), ("attack.execution", nil),
            ("attack.t16", nil),
            ("cve.2024-1", nil), ("attack.t1610.1", nil), ("attack.", nil), ("", nil), ("attack.t1610.0055", nil),
        ] as [(String, String?)])
    func tags(_ tag: String, _ technique: String?) { #expect(NavigatorLayer.technique(of: tag) == technique) }

    @Test("A layer has what format 4.5 requires, and no tactic")
    func layer() throws {
        var technique = NavigatorLayer.Technique()
        technique.rules = [.init(name: "r", level: .high)]
        technique.fired = 3
        let text = NavigatorLayer(["T1610": technique, "T1611": .init()], hasFindings: true).text
        try withJSON(text) { layer in
            #expect(layer["domain"]?.string == "enterprise-attack" && layer["versions"]?["layer"]?.string == "4.5")
            #expect(layer["versions"]?["navigator"]?.string == "5.1.0" && layer["name"]?.string?.isEmpty == false)
            let first = try #require(layer["techniques"]?[0])
            #expect(first["techniqueID"]?.string == "T1610" && first["score"]?.int64 == 3 && first["tactic"] == nil)
            #expect(first["metadata"]?[0]?["name"]?.string == "r")
            #expect(layer["gradient"]?["colors"]?.count == 2 && layer["gradient"]?["maxValue"]?.int64 == 3)
        }
    }
}
