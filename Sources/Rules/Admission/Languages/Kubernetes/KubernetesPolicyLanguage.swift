internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Kubernetes' own: ValidatingAdmissionPolicy and its binding.
enum KubernetesPolicyLanguage: PolicyLanguage {
    private static let versions = ["v1", "v1beta1", "v1alpha1"]

    static func takes(_ object: KubernetesDocuments.Object) -> Bool {
        object.group == "admissionregistration.k8s.io" && object.kind.contains("AdmissionPolicy")
    }

    static func read(_ objects: [KubernetesDocuments.Object], into files: inout PolicyFiles) {
        for object in objects where takes(object) {
            let version = object.apiVersion.split(separator: "/").last.map { String($0) } ?? ""
            guard versions.contains(version) else {
                files.diagnostics.append(
                    object.text.fault(
                        at: object.node["apiVersion"] ?? object.node,
                        "'\(object.apiVersion)' is no version of \(object.kind) that is known: v1, v1beta1, v1alpha1"))
                continue
            }
            switch object.kind {
            case "ValidatingAdmissionPolicy":
                if let policy = ValidatingAdmissionPolicyReader.read(object, diagnostics: &files.diagnostics) {
                    files.policies.append(policy)
                }
            case "ValidatingAdmissionPolicyBinding":
                if let binding = PolicyBindingReader.read(object, diagnostics: &files.diagnostics) {
                    files.bindings.append(binding)
                }
            default:
                files.diagnostics.append(
                    object.text.fault(
                        at: object.node["kind"] ?? object.node,
                        "a \(object.kind) changes objects and refuses none: there is nothing to find with it; "
                            + "write what must hold as a ValidatingAdmissionPolicy"))
            }
        }
    }
}
