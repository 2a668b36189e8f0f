/// Finds the parameters that a binding names, as the API server's `CollectParams` does.
struct ParameterLookup {
    enum Found {
        /// Judge once with each; nil is to judge without.
        case parameters([InventoryObject?])
        /// The binding is faulty: the failure policy decides.
        case fault(String)
        case unknown(String)
    }

    let inventory: PolicyInventory

    func parameters(_ kind: GroupVersionKind?, _ reference: PolicyBinding.ParamRef?, namespace: String) -> Found {
        guard let kind, let reference else { return .parameters([nil]) }
        let isNamespaced = isNamespaced(kind, reference, namespace: namespace)
        var place = ""
        if isNamespaced {
            place = reference.namespace.isEmpty ? namespace : reference.namespace
            if place.isEmpty {
                return .fault("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources")
            }
        } else if !reference.namespace.isEmpty {
            return .fault("paramRef.namespace must not be provided for a cluster-scoped `paramKind`")
        }
        let found: [InventoryObject]
        if !reference.name.isEmpty {
            found = inventory.object(of: kind, in: place, named: reference.name).map { [$0] } ?? []
        } else if let selector = reference.selector {
            found = inventory.objects(of: kind, in: place).filter { selector.selects(KnownLabels($0.labels)) == .yes }
        } else {
            return .fault("one of name or selector must be provided")
        }
        if !found.isEmpty { return .parameters(found) }
        guard inventory.isComplete || inventory.has(kind) else {
            return .unknown("no \(kind.kind) is in the inventory to take parameters from")
        }
        return reference.deniesWhenNotFound
            ? .fault("no params found for policy binding with `Deny` parameterNotFoundAction") : .parameters([])
    }

    /// Whether objects of a kind belong to namespaces: known of Kubernetes' own, seen of others.
    private func isNamespaced(
        _ kind: GroupVersionKind, _ reference: PolicyBinding.ParamRef, namespace: String
    ) -> Bool {
        if let entry = APIResources.entry(of: kind) { return entry.isNamespaced }
        if !reference.namespace.isEmpty { return true }
        if !inventory.objects(of: kind, in: "").isEmpty { return false }
        return inventory.has(kind)
    }
}
