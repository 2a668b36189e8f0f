/// Where a value comes from.
package enum ConfigOrigin: Sendable, Equatable, CustomStringConvertible {
    /// Nobody set it.
    case usual
    case file(String, line: Int)
    /// A variable of the environment.
    case environment(String)
    /// An option of the command line.
    case argument(String)

    /// The place, as a person reads it.
    package var description: String {
        switch self {
        case .usual: "default"
        case .file(let file, let line): "\(file):\(line)"
        case .environment(let name): "environment \(name)"
        case .argument(let name): name
        }
    }
}

/// The configuration that is in force, with where each value comes from.
package struct EffectiveConfiguration: Sendable {
    /// The values.
    package private(set) var values = AgentConfiguration()
    private var origins: [String: ConfigOrigin] = [:]

    /// What is usual.
    package init() {}

    /// Where a key's value comes from.
    ///
    /// - Parameter path: the key's whole path.
    /// - Returns: the file, variable or option, or that it is usual.
    package func origin(of path: String) -> ConfigOrigin { origins[path] ?? .usual }

    mutating func set(_ entry: ConfigEntry, _ value: ConfigValue, from origin: ConfigOrigin) {
        entry.write(&values, value)
        origins[entry.path] = origin
    }
}
