/// Odd ways of asking, which ordinary clients have no reason for and which have hidden calls from authorization plugins.
public struct Irregularities: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8

    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Names of members in another case than the API's, which the engine takes all the same.
    public static let foldedKeys = Irregularities(rawValue: 1)
    /// A member that stands more than once: two readers may take two different values.
    public static let duplicateKeys = Irregularities(rawValue: 2)
    /// Data behind the JSON value.
    public static let trailingData = Irregularities(rawValue: 4)
    /// Bytes or escapes that are no text.
    public static let invalidText = Irregularities(rawValue: 8)
    /// A path with letters written as `%63`, doubled slashes or dots.
    public static let encodedPath = Irregularities(rawValue: 16)
    /// A body that only engines of old API versions look at, or host settings outside `HostConfig`.
    public static let oldAPI = Irregularities(rawValue: 32)

    /// The names of those that are set, for rules and reports.
    public var names: [String] {
        let all: [(Irregularities, String)] = [
            (.foldedKeys, "foldedKeys"), (.duplicateKeys, "duplicateKeys"), (.trailingData, "trailingData"),
            (.invalidText, "invalidText"), (.encodedPath, "encodedPath"), (.oldAPI, "oldAPI"),
        ]
        return all.filter { contains($0.0) }.map { $0.1 }
    }
}
