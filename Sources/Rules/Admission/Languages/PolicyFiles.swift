public import SecurityEvents
internal import BoundedYAML
internal import JSONView

/// Policies, their bindings and the objects beside them, as files have them.
public struct PolicyFiles: Sendable {
    public internal(set) var policies: [AdmissionPolicy] = []
    public internal(set) var bindings: [PolicyBinding] = []
    /// The objects that are neither: Namespaces, parameters.
    public internal(set) var objects: [InventoryObject] = []
    /// What is wrong, or not understood.
    public internal(set) var diagnostics: [Diagnostic] = []

    /// Nothing.
    public init() {}

    /// Reads files.
    ///
    /// - Parameter files: YAML or JSON: documents, and lists of objects.
    public init(_ files: [RuleFile]) {
        var objects: [KubernetesDocuments.Object] = []
        for file in files { objects += KubernetesDocuments(file, diagnostics: &diagnostics).objects }
        for reader in PolicyLanguages.all { reader.read(objects, into: &self) }
        let taken = PolicyLanguages.all
        for object in objects where !taken.contains(where: { $0.takes(object) }) { add(object) }
        checkNames()
    }

    /// Names of objects of which two are the same policy.
    private mutating func checkNames() {
        var seen: [String: AdmissionPolicy] = [:]
        policies.removeAll { policy in
            let key = "\(policy.origin.rawValue)/\(policy.name)/\(policy.rule)/\(policy.ownBinding?.name ?? "")"
            guard let first = seen[key] else {
                seen[key] = policy
                return false
            }
            diagnostics.append(
                Diagnostic(
                    file: policy.file, line: policy.line,
                    message: "the \(policy.origin.rawValue) '\(policy.name)' is also at \(first.file):\(first.line)"))
            return true
        }
    }

    private mutating func add(_ object: KubernetesDocuments.Object) {
        guard !object.kind.isEmpty, !object.apiVersion.isEmpty else {
            diagnostics.append(
                object.text.fault(at: object.node, "neither policy nor object: 'apiVersion' and 'kind' are missing"))
            return
        }
        guard let document = try? JSONParser().parse(YAMLJSON.text(of: object.node)) else {
            diagnostics.append(object.text.fault(at: object.node, "cannot be read as JSON"))
            return
        }
        objects.append(InventoryObject(document))
    }

    /// The Namespaces and parameters, for policies to look up.
    ///
    /// - Parameter isComplete: whether what is not among them does not exist.
    /// - Returns: the inventory.
    public func inventory(isComplete: Bool = false) -> PolicyInventory {
        var inventory = PolicyInventory(isComplete: isComplete)
        for object in objects { inventory.add(object) }
        return inventory
    }
}
