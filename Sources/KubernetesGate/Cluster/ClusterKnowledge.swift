internal import Foundation
internal import JSONView
package import PlatformAPIs
package import Rules
internal import SecurityEvents
internal import Synchronization

/// What the gate knows of its cluster without asking: Namespaces with their labels, and what runs.
package final class ClusterKnowledge: Sendable {
    private struct State {
        var namespaces: [String: InventoryObject] = [:]
        /// Namespaces that the gate itself let through and no watch has told of yet.
        var announced: [String: InventoryObject] = [:]
        var listing: Set<String>?
        var isComplete = false
        var inventory: PolicyInventory?
        var reason = "no cluster is followed"
    }

    /// Namespaces that nobody confirms are not kept without bound.
    private static let announcedLimit = 1000

    private let base: PolicyInventory
    private let pods: ObjectStore
    private let state = Mutex(State())

    /// Knows nothing yet.
    ///
    /// - Parameter base: parameters of policies and other objects that were given by files.
    package init(base: PolicyInventory = PolicyInventory()) {
        self.base = base
        pods = ObjectStore(.pods)
    }

    /// Follows a cluster until the task is cancelled.
    ///
    /// - Parameters:
    ///   - api: the API server.
    ///   - say: is told what cannot be seen.
    /// - Throws: `CancellationError`.
    package func follow<API: KubernetesAPI>(_ api: API, say: @escaping @Sendable (String) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await ResourceWatcher(.pods, of: api).run { change in
                    if let reason = self.apply(pods: change) { say("Pods: \(reason)") }
                    if case .unavailable(let reason) = change { say("Pods are not seen: \(reason)") }
                }
            }
            group.addTask {
                try await ResourceWatcher(.namespaces, of: api).run { change in
                    if let reason = self.apply(namespaces: change) { say("Namespaces: \(reason)") }
                    if case .unavailable(let reason) = change { say("Namespaces are not seen: \(reason)") }
                }
            }
            while try await group.next() != nil {}
        }
    }

    /// Namespaces and parameters, as known now.
    package var inventory: PolicyInventory {
        state.withLock { state in
            if let made = state.inventory { return made }
            var inventory = base
            for object in state.announced.values { inventory.add(object) }
            for object in state.namespaces.values { inventory.add(object) }
            state.inventory = inventory
            return inventory
        }
    }

    /// Whether all Namespaces were seen once.
    package var isComplete: Bool { state.withLock { $0.isComplete } }

    /// What is kept of a Pod, as JSON; nil where it is not known.
    func pod(namespace: String, name: String) -> JSONDocument? {
        pods.object(namespace: namespace, name: name).flatMap { try? JSONParser().parse($0) }
    }

    /// Takes note of a Namespace that was let through: a watch may tell of it only after the first Pod is asked for.
    func announce(_ object: JSONValue) {
        var writer = CompactJSON()
        writer.write(object)
        guard writer.bytes.count <= 256 << 10, let document = try? JSONParser().parse(writer.bytes) else { return }
        let made = InventoryObject(document)
        state.withLock { state in
            guard state.namespaces[made.name] == nil, state.announced.count < Self.announcedLimit else { return }
            state.announced[made.name] = made
            state.inventory = nil
        }
    }

    // MARK: Watching

    /// Takes a change of Pods.
    ///
    /// - Parameter change: what watching told.
    /// - Returns: what of it could not be read.
    @discardableResult
    func apply(pods change: ResourceChange) -> String? {
        let before = pods.census.unreadable
        pods.apply(change)
        let count = pods.census.unreadable - before
        return count > 0 ? "\(count) could not be read; what is known of them may be old" : nil
    }

    /// Takes a change of Namespaces.
    ///
    /// - Parameter change: what watching told.
    /// - Returns: what of it could not be read.
    @discardableResult
    func apply(namespaces change: ResourceChange) -> String? {
        let parser = JSONParser(limits: JSONLimits(size: 64 << 20, depth: 128))
        switch change {
        case .listing: state.withLock { $0.listing = [] }
        case .listed:
            state.withLock { state in
                if let seen = state.listing {
                    for name in state.namespaces.keys where !seen.contains(name) { state.namespaces[name] = nil }
                }
                state.listing = nil
                state.isComplete = true
                state.inventory = nil
            }
        case .page(let page):
            guard let document = try? parser.parse(page), let items = document.root["items"] else {
                return miss("a page of a list could not be read")
            }
            let unread = withExtendedLifetime(document) { items.elements.reduce(0) { $0 + (keep($1) ? 0 : 1) } }
            if unread > 0 { return miss("\(unread) of a list could not be read") }
        case .change(let line):
            guard let document = try? parser.parse(line), let object = document.root["object"] else {
                return miss("a change could not be read")
            }
            let isRead = withExtendedLifetime(document) {
                document.root["type"]?.string == "DELETED" ? forget(object) : keep(object)
            }
            if !isRead { return miss("a change could not be read") }
        case .tooLong: return miss("a change was too long to be read")
        case .expired, .interrupted, .unavailable, .survey, .surveyed, .reached: break
        }
        return nil
    }

    /// Takes note that something was not read: a list that is not whole says of nothing that it is gone.
    private func miss(_ reason: String) -> String {
        state.withLock { $0.listing = nil }
        return reason + "; what is known of them may be old"
    }

    private func forget(_ object: JSONValue) -> Bool {
        guard let name = object["metadata"]?["name"]?.string else { return false }
        state.withLock { state in
            state.namespaces[name] = nil
            state.announced[name] = nil
            state.inventory = nil
        }
        return true
    }

    /// Keeps a Namespace.
    ///
    /// - Returns: whether it is one.
    private func keep(_ object: JSONValue) -> Bool {
        guard let name = object["metadata"]?["name"]?.string else { return false }
        var writer = CompactJSON()
        // The items of a list do not say what they are; who manages which field is of no use here.
        writer.write(raw: #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"#)
        writer.write(string: name.utf8)
        for key in ["labels", "annotations", "uid", "creationTimestamp"] {
            guard let value = object["metadata"]?.member(JSONKey(key)) else { continue }
            writer.write(raw: ",")
            writer.write(string: key.utf8)
            writer.write(raw: ":")
            writer.write(value)
        }
        writer.write(raw: "}}")
        guard let document = try? JSONParser().parse(writer.bytes) else { return false }
        state.withLock { state in
            state.listing?.insert(name)
            state.namespaces[name] = InventoryObject(document)
            state.announced[name] = nil
            state.inventory = nil
        }
        return true
    }
}
