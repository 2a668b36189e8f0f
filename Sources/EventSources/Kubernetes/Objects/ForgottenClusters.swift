import PlatformAPIs
import SecurityEvents

/// Clusters that were followed once and are not any more: one that is moved to another address is a new one, and what was
/// kept of the old one, a place for each object, would stay for ever.
package enum ForgottenClusters {
    /// For how long a cluster that is not followed is remembered: somebody may take it up again.
    static let seconds: Int64 = 30 * 86_400
    /// How many such clusters are remembered.
    static let limit = 8

    /// Finds the places that nobody will ask for.
    ///
    /// - Parameters:
    ///   - places: the places of all sources, by their names.
    ///   - followed: the names of the sources that are followed now.
    ///   - now: the time.
    /// - Returns: the names of the places that can go.
    package static func places(in places: [String: [UInt8]], besides followed: [String], now: Timestamp) -> [String] {
        var clusters: [Substring: (names: [String], last: Timestamp?)] = [:]
        for (name, bytes) in places {
            guard let server = server(name), !followed.contains(where: { name == $0 || name.hasPrefix($0 + "/") }),
                !(name == ClusterIdentity.place(of: String(server)) && followed.contains(server + "/objects"))
            else { continue }
            var cluster = clusters.removeValue(forKey: server) ?? ([], nil)
            cluster.names.append(name)
            if let moment = WatchStart(place: bytes)?.moment { cluster.last = max(moment, cluster.last ?? moment) }
            clusters[server] = cluster
        }
        let oldest = now.nanoseconds.subtractingReportingOverflow(seconds * 1_000_000_000)
        func isLate(_ moment: Timestamp?) -> Bool {
            guard let moment, !oldest.overflow else { return false }
            return moment.nanoseconds >= oldest.partialValue
        }
        // Of one that was never listed to its end nothing can be said by comparing.
        let late = clusters.filter { isLate($0.value.last) }
            .sorted { ($0.value.last?.nanoseconds ?? 0, $0.key) > ($1.value.last?.nanoseconds ?? 0, $1.key) }
        let kept = Set(late.prefix(limit).map(\.key))
        return clusters.filter { !kept.contains($0.key) }.flatMap(\.value.names).sorted()
    }

    /// The server that a place belongs to; nil for the places of other sources, which are named after paths.
    private static func server(_ name: String) -> Substring? {
        guard name.hasPrefix("https://") || name.hasPrefix("http://") else { return nil }
        for end in ["/events", "/cluster"] where name.hasSuffix(end) { return name.dropLast(end.count) }
        let parts = name.split(separator: "/objects/", maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2 ? parts[0] : nil
    }
}
