import PlatformAPIs
import SecurityEvents
import Synchronization

/// How far the objects of a cluster were told, as it is kept beside the ledger: of each resource the version up to which
/// it was watched, and of each object that is there what it runs.
///
/// The name of a place is `SOURCE/RESOURCE`, or `SOURCE/RESOURCE/UID` for one object.
package final class ObjectPlaces: Sendable {
    /// What is kept of a resource.
    struct Resource: Sendable {
        /// Where to watch on; nil where no list was ever complete.
        var start: WatchStart?
        /// What there was, by uid.
        var objects: [String: KnownObject] = [:]
    }

    private let resources: Mutex<[String: Resource]>

    /// Nothing is kept.
    package init() { resources = Mutex([:]) }

    /// Reads places.
    ///
    /// - Parameters:
    ///   - places: the places of all sources, by their names.
    ///   - source: the source's name.
    package init(_ places: [String: [UInt8]], of source: String) {
        let prefix = source + "/"
        var resources: [String: Resource] = [:]
        for (name, bytes) in places where name.hasPrefix(prefix) {
            let parts = name.dropFirst(prefix.count).split(separator: "/", maxSplits: 1).map(String.init)
            if parts.count == 1 {
                resources[parts[0], default: Resource()].start = WatchStart(place: bytes)
            } else if parts.count == 2, let known = KnownObject(bytes) {
                resources[parts[0], default: Resource()].objects[parts[1]] = known
            }
        }
        self.resources = Mutex(resources)
    }

    /// Hands over what is kept of a resource; it is held only once, as there may be many objects.
    func take(_ resource: KubernetesResource) -> Resource {
        resources.withLock { $0.removeValue(forKey: "\(resource)") } ?? Resource()
    }

    /// The place of a resource.
    static func place(of resource: KubernetesResource, in source: String, at start: WatchStart) -> SourcePlace {
        SourcePlace(source: "\(source)/\(resource)") { start.place }
    }

    /// The place of an object; one that is gone is kept no longer.
    static func place(
        of uid: String, _ known: KnownObject?, of resource: KubernetesResource, in source: String
    ) -> SourcePlace {
        SourcePlace(source: "\(source)/\(resource)/\(uid)") { known?.bytes ?? [] }
    }
}
