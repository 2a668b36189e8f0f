import JSONView
import Synchronization

/// What a cluster has of one resource, kept small: of each object only the members of a projection, packed.
package final class ObjectStore: Sendable {
    /// How much is kept.
    package struct Limits: Sendable {
        /// How many objects.
        package var objects = 200_000
        /// How many packed bytes.
        package var bytes = 96 << 20

        /// Makes the usual limits.
        package init() {}
    }

    /// How much is there.
    package struct Census: Sendable, Equatable {
        /// Objects that are kept.
        package var objects = 0
        /// About how many bytes of memory they take, with the table that finds them.
        package var bytes = 0
        /// Objects that were left out because of the limits.
        package var leftOut = 0
        /// Changes that could not be read.
        package var unreadable = 0
        /// Whether all objects were seen once.
        package var isComplete = false
    }

    /// An object's namespace and name, as a hash that nobody outside can aim at.
    private struct Key: Hashable {
        let first: UInt64
        let second: UInt64

        init(_ namespace: some Sequence<UInt8>, _ name: some Sequence<UInt8>) {
            var hashers = (Hasher(), Hasher())
            hashers.1.combine(UInt8(1))
            for byte in namespace {
                hashers.0.combine(byte)
                hashers.1.combine(byte)
            }
            hashers.0.combine(UInt8(0xFF))
            hashers.1.combine(UInt8(0xFF))
            for byte in name {
                hashers.0.combine(byte)
                hashers.1.combine(byte)
            }
            first = UInt64(bitPattern: Int64(hashers.0.finalize()))
            second = UInt64(bitPattern: Int64(hashers.1.finalize()))
        }
    }

    private struct State {
        var objects: [Key: [UInt8]] = [:]
        /// What was there before a list began and was not listed yet.
        var unlisted: Set<Key>?
        var packed = 0
        var census = Census()
        let packer = ObjectPacker()
        let parser = JSONParser(limits: JSONLimits(size: 64 << 20, depth: 128))
    }

    /// What an entry costs beside its bytes: an array's head, a slot of the table and its share of the free ones.
    private static let overhead = 32 + 24 * 4 / 3

    /// The resource.
    package let resource: KubernetesResource
    private let projection: ObjectProjection
    private let limits: Limits
    private let state = Mutex(State())

    /// Makes an empty store.
    ///
    /// - Parameters:
    ///   - resource: the resource.
    ///   - limits: how much is kept.
    package init(_ resource: KubernetesResource, limits: Limits = Limits()) {
        self.resource = resource
        self.limits = limits
        projection = .of(resource)
    }

    /// How much is there.
    package var census: Census {
        state.withLock { state in
            var census = state.census
            census.objects = state.objects.count
            census.bytes = state.packed + state.objects.count * Self.overhead
            return census
        }
    }

    /// Gives what is kept of an object.
    ///
    /// - Parameters:
    ///   - namespace: its namespace; empty for objects of the cluster.
    ///   - name: its name.
    /// - Returns: the kept members, compact JSON; nil where no such object is known.
    package func object(namespace: String, name: String) -> [UInt8]? {
        let key = Key(namespace.utf8, name.utf8)
        return state.withLock { state in state.objects[key].flatMap { state.packer.unpack($0) } }
    }

    /// Takes a change.
    ///
    /// - Parameter change: what watching told.
    package func apply(_ change: ResourceChange) {
        state.withLock { state in
            switch change {
            case .listing:
                state.unlisted = Set(state.objects.keys)
                state.census.leftOut = 0
            case .page(let page): take(page: page, &state)
            case .listed:
                for key in state.unlisted ?? [] { remove(key, &state) }
                state.unlisted = nil
                state.census.isComplete = true
            case .change(let line): take(line, &state)
            case .tooLong: state.census.unreadable += 1
            case .expired, .interrupted, .unavailable, .survey, .surveyed, .reached: break
            }
        }
    }

    private func take(page: [UInt8], _ state: inout State) {
        guard let document = try? state.parser.parse(page), let items = document.root["items"] else {
            state.census.unreadable += 1
            return
        }
        withExtendedLifetime(document) {
            if state.packer.isFresh, state.objects.isEmpty {
                let step = max(items.count / 8, 1)
                let samples = items.elements.enumerated().filter { $0.offset % step == 0 }
                state.packer.learn(samples.map { projection.kept(of: $0.element) })
            }
            for item in items.elements { keep(item, &state) }
        }
    }

    private func take(_ line: [UInt8], _ state: inout State) {
        guard let document = try? state.parser.parse(line), let object = document.root["object"],
            let type = document.root["type"]?.text
        else {
            state.census.unreadable += 1
            return
        }
        withExtendedLifetime(document) {
            if type == "DELETED" {
                if let key = key(of: object) { remove(key, &state) }
            } else {
                if state.packer.isFresh, state.objects.isEmpty { state.packer.learn([projection.kept(of: object)]) }
                keep(object, &state)
            }
        }
    }

    private func key(of object: JSONValue) -> Key? {
        guard let metadata = object["metadata"], let name = metadata["name"]?.text else { return nil }
        return metadata["namespace"]?.text.map { Key($0.bytes, name.bytes) } ?? Key([], name.bytes)
    }

    private func keep(_ object: JSONValue, _ state: inout State) {
        guard let key = key(of: object) else {
            state.census.unreadable += 1
            return
        }
        let packed = state.packer.pack(projection.kept(of: object))
        remove(key, &state)
        let cost = packed.count + Self.overhead
        guard state.objects.count < limits.objects,
            state.packed + state.objects.count * Self.overhead + cost <= limits.bytes
        else {
            state.census.leftOut += 1
            return
        }
        state.objects[key] = packed
        state.packed += packed.count
    }

    private func remove(_ key: Key, _ state: inout State) {
        state.unlisted?.remove(key)
        guard let old = state.objects.removeValue(forKey: key) else { return }
        state.packed -= old.count
    }
}
