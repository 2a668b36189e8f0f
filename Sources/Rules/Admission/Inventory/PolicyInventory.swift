/// What a cluster has besides the request: Namespaces, and the objects that policies take parameters from.
public struct PolicyInventory: Sendable {
    /// The most objects that are kept.
    public static let limit = 100_000

    private var namespaces: [String: InventoryObject] = [:]
    /// By group and kind, then by namespace, then by name.
    private var objects: [String: [String: [String: InventoryObject]]] = [:]
    /// Whether an object that is not in the inventory does not exist.
    ///
    /// Without it, a parameter that is not found is a thing nobody knows.
    public var isComplete: Bool
    /// How many objects there are.
    public private(set) var count = 0

    /// Makes an empty inventory.
    public init(isComplete: Bool = false) { self.isComplete = isComplete }

    /// Adds an object, or puts it in the place of one with the same name.
    ///
    /// - Returns: false for what has no kind or name, and where there are too many.
    @discardableResult
    public mutating func add(_ object: InventoryObject) -> Bool {
        guard let kind = object.kind, !object.name.isEmpty else { return false }
        let isKnown = objects[Self.key(kind)]?[object.namespace]?[object.name] != nil
        guard isKnown || count < Self.limit else { return false }
        if !isKnown { count += 1 }
        if kind.group.isEmpty, kind.kind == "Namespace" { namespaces[object.name] = object }
        objects[Self.key(kind), default: [:]][object.namespace, default: [:]][object.name] = object
        return true
    }

    /// A Namespace; nil where it is not known.
    public func namespace(_ name: String) -> InventoryObject? { namespaces[name] }

    /// The labels of a Namespace; its own name is always one of them.
    func labels(ofNamespace name: String) -> KnownLabels {
        let own = ["kubernetes.io/metadata.name": name]
        guard let namespace = namespaces[name] else {
            return KnownLabels(own, others: "the namespace '\(name)' is not in the inventory")
        }
        return KnownLabels(own.merging(namespace.labels) { own, _ in own })
    }

    /// The objects of a kind, in the order of their names.
    ///
    /// - Parameters:
    ///   - kind: the kind; its version does not matter.
    ///   - namespace: the namespace; nil for all.
    /// - Returns: what is known of the kind.
    func objects(of kind: GroupVersionKind, in namespace: String?) -> [InventoryObject] {
        let byNamespace = objects[Self.key(kind)] ?? [:]
        let found = namespace.map { Array((byNamespace[$0] ?? [:]).values) } ?? byNamespace.values.flatMap(\.values)
        return found.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) }
    }

    /// The kinds in a group of which objects are known.
    func kinds(inGroup group: String) -> [GroupVersionKind] {
        objects.keys.filter { $0.hasPrefix(group + "/") }.sorted().map {
            GroupVersionKind(group: group, version: "", kind: String($0.dropFirst(group.count + 1)))
        }
    }

    /// One object; nil where it is not known.
    func object(of kind: GroupVersionKind, in namespace: String, named name: String) -> InventoryObject? {
        objects[Self.key(kind)]?[namespace]?[name]
    }

    /// Whether any object of a kind is known.
    func has(_ kind: GroupVersionKind) -> Bool { objects[Self.key(kind)] != nil }

    private static func key(_ kind: GroupVersionKind) -> String { "\(kind.group)/\(kind.kind)" }
}
