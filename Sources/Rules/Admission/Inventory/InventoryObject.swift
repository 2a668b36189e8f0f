public import JSONView

/// An object that policies may ask for: a Namespace, a parameter.
public struct InventoryObject: Sendable {
    private let document: JSONDocument

    /// Takes an object.
    public init(_ document: JSONDocument) { self.document = document }

    /// The object; valid as long as this is kept.
    public var value: JSONValue { document.root }

    /// The object's kind; nil where it has none.
    public var kind: GroupVersionKind? {
        guard let apiVersion = value["apiVersion"]?.string, let kind = value["kind"]?.string else { return nil }
        return GroupVersionKind(apiVersion: apiVersion, kind: kind)
    }

    /// `metadata.name`.
    public var name: String { value["metadata"]?["name"]?.string ?? "" }
    /// `metadata.namespace`; empty where it has none.
    public var namespace: String { value["metadata"]?["namespace"]?.string ?? "" }
    /// `metadata.labels`.
    public var labels: [String: String] { value.texts(at: "metadata", "labels") }
}
