import EventSources
import SecurityEvents
import Testing

@Suite("Clusters that are not followed any more")
struct ForgottenClustersTests {
    static let now = Timestamp(nanoseconds: 1_795_456_333_000_000_000)

    /// What a ledger keeps of a cluster that was followed some days ago.
    static func places(_ server: String, days: Int64) -> [String: [UInt8]] {
        let moment = now.nanoseconds - days * 86_400_000_000_000
        return [
            "\(server)/objects/pods": Array("\(moment) 100".utf8),
            "\(server)/objects/deployments.apps": Array("\(moment - 1) 99".utf8),
            "\(server)/objects/pods/u-1": Array("\(String(repeating: "0", count: 32))\nshop\nweb".utf8),
            "\(server)/events": Array("\(moment) 100".utf8),
        ]
    }

    func forgotten(_ places: [String: [UInt8]]..., besides followed: [String] = []) -> [String] {
        ForgottenClusters.places(
            in: places.reduce(into: [:]) { $0.merge($1) { first, _ in first } }, besides: followed, now: Self.now)
    }

    @Test("of a cluster that was not followed for a month nothing is kept, of one that may come back everything")
    func age() {
        let old = Self.places("https://10.0.0.1:6443", days: 31)
        #expect(forgotten(old, Self.places("https://10.0.0.2:6443", days: 29)) == old.keys.sorted())
    }

    @Test("what is followed stays, however long the agent was away; so does what is no cluster's")
    func followed() {
        let old = Self.places("https://10.0.0.1:6443", days: 400)
        let followed = ["https://10.0.0.1:6443/objects", "https://10.0.0.1:6443/events"]
        #expect(forgotten(old, besides: followed).isEmpty)
        // The one that has more digits is another.
        #expect(
            forgotten(old, besides: ["https://10.0.0.1:64/objects", "https://10.0.0.1:64/events"]) == old.keys.sorted())
        let others = [
            "/var/objects/audit.log": [UInt8]("{}".utf8), "/run/containerd.sock/known/k8s.io/a": [], "journal": [1],
            "/var/log/objects/events": [], "https.log": [],
        ]
        #expect(forgotten(others).isEmpty)
    }

    @Test("of many clusters those that were followed last are remembered")
    func many() {
        let all = (0..<20).map { Self.places("https://10.0.0.\($0):6443", days: Int64($0)) }
        let places = all.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        #expect(Set(forgotten(places)) == Set(all.dropFirst(8).flatMap(\.keys)))
    }

    @Test("a cluster of which no list ever ended is not compared with, and forgotten")
    func unfinished() {
        let places = ["https://a/objects/pods/u-1": [UInt8]("x".utf8)]
        #expect(forgotten(places) == ["https://a/objects/pods/u-1"])
    }

    @Test("a clock that was put back forgets nothing")
    func clock() { #expect(forgotten(Self.places("https://a", days: -4000)).isEmpty) }
}
