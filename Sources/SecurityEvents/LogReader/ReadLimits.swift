/// What a reader of hostile logs accepts.
public struct ReadLimits: Sendable, Equatable {
    /// The bytes of one record that stands over several lines, and of one element of an array.
    public var document = 64 << 20
    /// How deep JSON may nest.
    public var depth = 512
    /// How many records may be wrapped in one another.
    public var wrappers = 3
    /// How many diagnostics are kept; the others are only counted.
    public var diagnostics = 100

    /// 64 MiB a document, 512 levels, 100 diagnostics, unless changed.
    public init() {}
}
