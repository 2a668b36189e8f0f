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
    /// - Parameters:
    ///   - files: YAML or JSON: documents, and lists of objects.
    ///   - nodeLimit: how many values one YAML document may have.
    public init(_ files: [RuleFile], nodeLimit: Int = 50_000) {
        var objects: [KubernetesDocuments.Object] = []
        for file in files where !addJSON(file) {
            objects += KubernetesDocuments(file, nodeLimit: nodeLimit, diagnostics: &diagnostics).objects
        }
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

    /// Adds the objects of a JSON file; false where it is none, or has a policy in it, whose faults need their places.
    private mutating func addJSON(_ file: RuleFile) -> Bool {
        guard file.text.first(where: { !$0.isWhitespace }) == "{",
            let document = try? JSONParser().parse(Array(file.text.utf8))
        else { return false }
        return withExtendedLifetime(document) {
            let root = document.root
            let isList = root["kind"]?.string?.hasSuffix("List") ?? false
            let items = isList ? root["items"].map { Array($0.elements) } ?? [] : [root]
            // The API server leaves the items of its lists without kinds: a NamespaceList has Namespaces.
            guard let version = root["apiVersion"]?.string, let kind = root["kind"]?.string else { return false }
            let isTyped = isList && kind != "List" && items.allSatisfy { $0["kind"] == nil }
            if isTyped, !PolicyLanguages.groups.contains(GroupVersionKind(apiVersion: version, kind: "").group) {
                for item in items { add(item, kind: String(kind.dropLast("List".count)), version: version) }
                return true
            }
            let isPlain = items.allSatisfy { item in
                guard let version = item["apiVersion"]?.string, item["kind"]?.string != nil else { return false }
                return !PolicyLanguages.groups.contains(GroupVersionKind(apiVersion: version, kind: "").group)
            }
            guard isPlain else { return false }
            for item in items { add(item) }
            return true
        }
    }

    private mutating func add(_ item: JSONValue, kind: String? = nil, version: String? = nil) {
        var writer = JSONWriter()
        if let kind, let version {
            guard item.kind == .object else { return }
            writer.object { writer in
                writer.member("apiVersion", version)
                writer.member("kind", kind)
                for member in item.members where member.key != "apiVersion" {
                    writer.key(String(member.key))
                    writer.copy(member.value)
                }
            }
        } else {
            writer.copy(item)
        }
        if let copy = try? JSONParser().parse(writer.bytes) { objects.append(InventoryObject(copy)) }
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
    /// - Parameters:
    ///   - isComplete: whether what is not among them does not exist.
    ///   - others: objects that stand elsewhere.
    /// - Returns: the inventory.
    public func inventory(isComplete: Bool = false, with others: [InventoryObject] = []) -> PolicyInventory {
        var inventory = PolicyInventory(isComplete: isComplete)
        for object in objects + others { inventory.add(object) }
        return inventory
    }
}
