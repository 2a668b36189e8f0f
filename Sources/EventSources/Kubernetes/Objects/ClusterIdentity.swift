import JSONView
import PlatformAPIs
import SecurityEvents

/// Tells clusters apart by what does not change with their address: the identifier of their namespace `kube-system`.
///
/// The places of a cluster are named after its address; when a cluster is found under another one, they are renamed, and
/// when another cluster is found under the address, they are not its own.
package enum ClusterIdentity {
    /// Where the identifier stands.
    package static let path = "/api/v1/namespaces/kube-system"

    /// What is to be kept otherwise than it was.
    package struct Change: Sendable, Equatable {
        /// The places by their names; empty ones are forgotten.
        package var places: [String: [UInt8]] = [:]
        /// What a person may want to know; nil where nothing changed that they would notice.
        package var note: String?
        /// Why it could not be found out which cluster it is; nil where it could.
        package var trouble: String?

        /// Makes a change.
        ///
        /// - Parameter places: the places by their names.
        package init(places: [String: [UInt8]] = [:]) { self.places = places }
    }

    /// The name of the place that keeps a cluster's identifier.
    static func place(of server: String) -> String { server + "/cluster" }

    /// Reads the identifier out of the namespace.
    ///
    /// - Parameter answer: what the API server answered.
    /// - Returns: the identifier; nil where there is none.
    package static func identifier(in answer: [UInt8]) -> String? {
        guard let document = try? JSONParser().parse(answer) else { return nil }
        return withExtendedLifetime(document) {
            guard document.root["metadata"]?["name"]?.string == "kube-system",
                let identifier = document.root["metadata"]?["uid"]?.string, (1...256).contains(identifier.utf8.count)
            else { return nil }
            return identifier
        }
    }

    /// Finds out what a cluster's identifier changes.
    ///
    /// - Parameters:
    ///   - places: the places of all sources, by their names.
    ///   - server: the address under which the cluster is found.
    ///   - identifier: the cluster's identifier.
    /// - Returns: what is to be kept otherwise.
    package static func change(of places: [String: [UInt8]], at server: String, being identifier: String) -> Change {
        let own = Array(identifier.utf8)
        let known = places[place(of: server)]
        guard known != own else { return Change() }
        var change = Change(places: [place(of: server): own])
        if known != nil {
            // Another cluster was here: what it had is not gone from this one.
            for name in names(in: places, of: server) { change.places[name] = [] }
            change.note = "\(server) is another cluster than before; what there is now is found anew"
        } else if !names(in: places, of: server).isEmpty {
            // Kept before clusters were told apart.
            return change
        }
        let earlier = places.keys.filter { $0.hasSuffix("/cluster") && places[$0] == own }.sorted().first
        guard let earlier else { return change }
        let address = String(earlier.dropLast("/cluster".count))
        for name in names(in: places, of: address) {
            change.places[server + name.dropFirst(address.count)] = places[name]
            change.places[name] = []
        }
        change.places[earlier] = []
        change.note = "\(server) is the cluster that was followed at \(address), and is followed on from there"
        return change
    }

    /// The names of what is kept of a cluster, besides its identifier.
    private static func names(in places: [String: [UInt8]], of server: String) -> [String] {
        places.keys.filter { $0 == server + "/events" || $0.hasPrefix(server + "/objects/") }
    }
}
