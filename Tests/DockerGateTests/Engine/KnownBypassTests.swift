import Testing

@testable import DockerGate

@Suite("Known ways around plugins")
struct KnownBypassTests {
    /// Expected by the advisories GHSA-v23v-6jw2-98fq and GHSA-x744-4wpc-v9h2.
    static let versions: [(version: String, bypasses: [String])] = [
        ("18.09.1", ["CVE-2026-34040"]),
        ("19.03.15", ["CVE-2026-34040", "CVE-2024-41110"]),
        ("20.10.24+dfsg1", ["CVE-2026-34040", "CVE-2024-41110"]),
        ("20.10.28", ["CVE-2026-34040"]),
        ("23.0.14", ["CVE-2026-34040", "CVE-2024-41110"]), ("23.0.15", ["CVE-2026-34040"]),
        ("26.1.4", ["CVE-2026-34040", "CVE-2024-41110"]), ("26.1.5+dfsg1", ["CVE-2026-34040"]),
        ("27.1.0", ["CVE-2026-34040", "CVE-2024-41110"]), ("27.1.1", ["CVE-2026-34040"]),
        ("v28.2.2", ["CVE-2026-34040"]), ("29.3.0-rc.1", ["CVE-2026-34040"]),
        ("29.3.1", []), ("29.4.0~ce", []), ("30.0", []),
    ]

    @Test("an engine has those that its version has", arguments: versions)
    func affects(version: String, bypasses: [String]) {
        let failed = EngineCheck.items(version: version).filter { $0.result == .failed }.map(\.name)
        #expect(failed == bypasses)
    }

    /// Expected by the advisories GHSA-pxq6-2prw-chj9 and GHSA-x86f-5xw2-fm2r.
    @Test(
        "what needs a route that the gate refuses is told with the option that would open it",
        arguments: [
            ("20.10.24+dfsg1", ["containers.archive", "plugins.pull"]),
            ("29.3.0", ["containers.archive", "plugins.pull"]),
            ("29.3.1", ["containers.archive"]), ("29.5.0", ["containers.archive"]), ("29.5.1", []),
        ])
    func refusedRoutes(version: String, routes: [String]) {
        let told = EngineCheck.items(version: version).filter { $0.result == .passed && $0.detail.contains("--allow") }
        #expect(told.count == routes.count)
        for (item, route) in zip(told, routes) { #expect(item.detail.hasSuffix("--allow \(route)")) }
    }

    @Test("of an engine without a version nothing is claimed", arguments: ["dev", "", "unknown", "x.y"])
    func unknown(version: String) {
        #expect(EngineCheck.items(version: version).map(\.result) == [.failed])
    }
}
