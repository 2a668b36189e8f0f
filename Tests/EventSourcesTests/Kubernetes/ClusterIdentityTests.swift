import SecurityEvents
import Testing

@testable import EventSources

@Suite("Telling clusters apart")
struct ClusterIdentityTests {
    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

    /// What is kept of a cluster at an address.
    static func places(at server: String, _ identifier: String?) -> [String: [UInt8]] {
        var places = [
            server + "/events": bytes("1 7"), server + "/objects/pods": bytes("1 8"),
            server + "/objects/pods/u-1": bytes("pod"),
        ]
        places[server + "/cluster"] = identifier.map(bytes)
        return places
    }

    /// What is kept after a change, as the ledger does it: empty places are forgotten.
    static func applied(_ change: ClusterIdentity.Change, to places: [String: [UInt8]]) -> [String: [UInt8]] {
        places.merging(change.places) { $1 }.filter { !$0.value.isEmpty }
    }

    @Test("a cluster at another address keeps its places, and those of others and of logs stay")
    func moved() {
        var places = Self.places(at: "https://old:6443", "k-1")
        places.merge(Self.places(at: "https://other:6443", "k-2")) { $1 }
        places["/var/log/audit.log"] = Self.bytes("{}")
        let change = ClusterIdentity.change(of: places, at: "https://new:6443", being: "k-1")
        var wanted = Self.places(at: "https://new:6443", "k-1")
        wanted.merge(Self.places(at: "https://other:6443", "k-2")) { $1 }
        wanted["/var/log/audit.log"] = Self.bytes("{}")
        #expect(Self.applied(change, to: places) == wanted)
        #expect(
            change.note
                == "https://new:6443 is the cluster that was followed at https://old:6443, and is followed on from there"
        )
    }

    @Test("another cluster at the address has none of the places of the one before, and may have its own")
    func replaced() {
        let places = Self.places(at: "https://a:6443", "k-1")
        let anew = ClusterIdentity.change(of: places, at: "https://a:6443", being: "k-2")
        #expect(Self.applied(anew, to: places) == ["https://a:6443/cluster": Self.bytes("k-2")])
        #expect(anew.note == "https://a:6443 is another cluster than before; what there is now is found anew")
        let both = places.merging(Self.places(at: "https://b:6443", "k-2")) { $1 }
        let moved = ClusterIdentity.change(of: both, at: "https://a:6443", being: "k-2")
        #expect(Self.applied(moved, to: both) == Self.places(at: "https://a:6443", "k-2"))
    }

    @Test("the same cluster changes nothing, and places that are older than identifiers belong to whoever is there")
    func known() {
        let places = Self.places(at: "https://a:6443", "k-1")
        #expect(ClusterIdentity.change(of: places, at: "https://a:6443", being: "k-1") == .init())
        let older = Self.places(at: "https://a:6443", nil)
        let change = ClusterIdentity.change(of: older, at: "https://a:6443", being: "k-1")
        #expect(change == .init(places: ["https://a:6443/cluster": Self.bytes("k-1")]))
        #expect(ClusterIdentity.change(of: [:], at: "https://a:6443", being: "k-1") == change)
    }

    @Test(
        "an identifier is read out of the namespace that it is of, and nowhere else",
        arguments: [
            (#"{"kind":"Namespace","metadata":{"name":"kube-system","uid":"u-1"}}"#, "u-1"),
            (#"{"kind":"Namespace","metadata":{"name":"default","uid":"u-1"}}"#, nil),
            (#"{"kind":"Namespace","metadata":{"name":"kube-system","uid":""}}"#, nil), ("[]", nil), ("{", nil),
        ])
    func identifier(_ answer: String, _ identifier: String?) {
        #expect(ClusterIdentity.identifier(in: Self.bytes(answer)) == identifier)
    }

    @Test("the identifier of a cluster that is not followed any more is forgotten with its places")
    func forgotten() {
        let places = Self.places(at: "https://a:6443", "k-1")
        let names = ForgottenClusters.places(
            in: places, besides: [], now: Timestamp(nanoseconds: 40 * 86_400 * 1_000_000_000))
        #expect(names == places.keys.sorted())
        let followed = ["https://a:6443/objects", "https://a:6443/events"]
        #expect(
            ForgottenClusters.places(
                in: places, besides: followed, now: Timestamp(nanoseconds: 40 * 86_400 * 1_000_000_000)) == [])
    }
}
