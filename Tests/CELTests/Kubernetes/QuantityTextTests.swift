import Testing

@testable import CEL

@Suite("Amounts as the API server writes them")
struct QuantityTextTests {
    // What pkg/api/resource's Quantity makes of its own documented forms.
    @Test(
        "The shortest form without a fraction, in the family of units that was written",
        arguments: [
            ("0.5", "500m"), ("1000m", "1"), ("1500m", "1500m"), ("1000", "1k"), ("1500", "1500"), ("0.1", "100m"),
            ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("0.5Gi", "512Mi"), ("512", "512"), ("1Ki", "1Ki"),
            ("0.5Ki", "512"),
            ("1024", "1024"), ("0", "0"), ("0Mi", "0"), ("-0.5", "-500m"), ("1e3", "1e3"), ("12e2", "1200"), ("2", "2"),
            ("1000000k", "1G"), ("100u", "100u"), ("1E", "1E"),
        ])
    func canonical(_ text: String, _ expected: String) {
        #expect(Quantity.canonical(text) == expected)
    }

    @Test("What is no amount has no form", arguments: ["", "x", "1Zi", "1 Gi", "--1"])
    func none(_ text: String) { #expect(Quantity.canonical(text) == nil) }
}
