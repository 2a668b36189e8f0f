import JSONView

/// Creates whose records do not tell the identifier of the container that came of them.
struct UnclaimedCreates {
    private static let limit = 256
    /// How far the times of a call and of the engine's event may lie apart.
    private static let distance: Int64 = 10_000_000_000

    private var creates: [(name: String?, description: ContainerDescription)] = []

    mutating func add(_ event: borrowing Event, _ parser: JSONParser) {
        guard let description = ContainerDescription(event, parser: parser),
            description.document.bytes.count <= 64 << 10
        else { return }
        creates.append((event.workload?.name.map { String($0) }, description))
        if creates.count > Self.limit { creates.removeFirst() }
    }

    /// The one create that a new container can come of; nil where there is none, or there are several.
    mutating func claim(_ known: KnownContainer) -> ContainerDescription? {
        guard let image = known.image, let created = known.created else { return nil }
        let fitting = creates.indices.filter { position in
            let create = creates[position]
            guard create.description.image == image, let asked = create.description.time else { return false }
            guard (created.nanoseconds &- asked.nanoseconds).magnitude <= UInt64(Self.distance) else { return false }
            return create.name == nil || create.name == known.name
        }
        let named = fitting.filter { creates[$0].name != nil }
        let chosen = named.isEmpty ? fitting : named
        guard let position = chosen.first, chosen.count == 1 else { return nil }
        return creates.remove(at: position).description
    }
}
