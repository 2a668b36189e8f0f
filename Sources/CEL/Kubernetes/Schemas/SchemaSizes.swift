/// How large the values below `self` may be, as their schema bounds them.
public struct SchemaSizes: SizeEstimator {
    private let schema: StructuralSchema

    /// Takes the schema of `self` (and of `oldSelf`).
    public init(_ schema: StructuralSchema) { self.schema = schema }

    /// The size of what stands at a path.
    public func size(at path: [String]) -> CostRange? {
        // As in Kubernetes, every path is taken to begin at the root, whatever its first part says.
        var schema = schema
        var isKey = false
        for part in path.dropFirst() {
            if isKey { return nil }
            switch (part, schema.content) {
            case ("@items", .array(let element, _, _)), ("@values", .map(let element)), ("@items", .map(let element)),
                ("@values", .array(let element, _, _)):
                schema = element
            case ("@keys", .map): isKey = true
            case (_, .object(let type, let fields)):
                guard let index = type.index(of: part) else { return nil }
                schema = fields[index].schema
            default: return nil
            }
        }
        // Nothing is said of keys, and so they have no size.
        return CostRange(min: 0, max: isKey ? 0 : schema.maxElements)
    }
}
