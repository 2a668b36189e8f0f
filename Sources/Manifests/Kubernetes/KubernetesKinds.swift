/// The names that the API's paths have for kinds of objects.
enum KubernetesKinds {
    /// Kinds whose plural the rule below would not find.
    private static let irregular = ["Endpoints": "endpoints", "PodMetrics": "pods", "NodeMetrics": "nodes"]

    /// `Deployment` → `deployments`; of kinds that are not known, what the API's own generators would guess
    /// (`meta.UnsafeGuessKindToResource` of apimachinery).
    static func resource(of kind: String) -> String {
        if let known = irregular[kind] { return known }
        let lower = kind.lowercased()
        guard let last = lower.last else { return "" }
        switch last {
        case "s", "x": return lower + "es"
        case "y":
            return lower.dropLast().last.map { "aeiou".contains($0) } == true ? lower + "s" : lower.dropLast() + "ies"
        default: return lower.hasSuffix("ch") || lower.hasSuffix("sh") ? lower + "es" : lower + "s"
        }
    }
}
