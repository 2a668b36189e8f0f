/// Builds the body of the engine's `POST /containers/create`, each value with the place that asked for it.
struct CreateBody {
    private(set) var config: [PlacedValue.Member] = []
    private(set) var host: [PlacedValue.Member] = []
    let place: Place

    /// An empty body that is asked for at a place.
    init(at place: Place) { self.place = place }

    /// Sets a member of the container's configuration; the last of several counts, as in the command line's flags.
    mutating func set(_ key: String, _ value: PlacedValue?, at keyPlace: Place? = nil) {
        Self.set(&config, key, value, keyPlace)
    }

    /// Sets a member of `HostConfig`.
    mutating func setHost(_ key: String, _ value: PlacedValue?, at keyPlace: Place? = nil) {
        Self.set(&host, key, value, keyPlace)
    }

    /// Adds to an array of the configuration.
    mutating func append(_ key: String, _ element: PlacedValue) { Self.append(&config, key, element) }

    /// Adds to an array of `HostConfig`.
    mutating func appendHost(_ key: String, _ element: PlacedValue) { Self.append(&host, key, element) }

    /// Adds a member to an object of the configuration.
    mutating func insert(_ key: String, _ name: String, _ value: PlacedValue, at place: Place) {
        Self.insert(&config, key, name, value, place)
    }

    /// Adds a member to an object of `HostConfig`.
    mutating func insertHost(_ key: String, _ name: String, _ value: PlacedValue, at place: Place) {
        Self.insert(&host, key, name, value, place)
    }

    /// Adds a published port: an element of the list under `80/tcp`.
    mutating func publish(_ port: String, hostIP: String, hostPort: String, at place: Place) {
        let binding = PlacedValue(
            .object([
                .init(key: "HostIp", keyPlace: place, value: .text(hostIP, at: place)),
                .init(key: "HostPort", keyPlace: place, value: .text(hostPort, at: place)),
            ]), at: place)
        var bindings = host.first { $0.key == "PortBindings" }?.value[port]?.elements ?? []
        bindings.append(binding)
        insertHost("PortBindings", port, PlacedValue(.array(bindings), at: place), at: place)
    }

    /// The body.
    var root: PlacedValue {
        PlacedValue(
            .object(
                config + [.init(key: "HostConfig", keyPlace: place, value: PlacedValue(.object(host), at: place))]),
            at: place)
    }

    private static func set(
        _ members: inout [PlacedValue.Member], _ key: String, _ value: PlacedValue?, _ keyPlace: Place?
    ) {
        guard let value else { return }
        members.removeAll { $0.key == key }
        members.append(.init(key: key, keyPlace: keyPlace ?? value.place, value: value))
    }

    private static func append(_ members: inout [PlacedValue.Member], _ key: String, _ element: PlacedValue) {
        let known = members.first { $0.key == key }
        let elements = (known?.value.elements ?? []) + [element]
        let place = known?.keyPlace ?? element.place
        set(&members, key, PlacedValue(.array(elements), at: place), place)
    }

    private static func insert(
        _ members: inout [PlacedValue.Member], _ key: String, _ name: String, _ value: PlacedValue, _ place: Place
    ) {
        let known = members.first { $0.key == key }
        var inner = known?.value.members ?? []
        inner.removeAll { $0.key == name }
        inner.append(.init(key: name, keyPlace: place, value: value))
        set(&members, key, PlacedValue(.object(inner), at: known?.value.place ?? place), known?.keyPlace ?? place)
    }
}
