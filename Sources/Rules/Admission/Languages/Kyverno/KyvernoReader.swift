internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Reads the policies of one Kyverno object.
protocol KyvernoReader {
    /// What is read.
    var object: KubernetesDocuments.Object { get }
    /// What is wrong, or not understood.
    var diagnostics: [Diagnostic] { get set }

    init(object: KubernetesDocuments.Object, exceptions: KyvernoExceptions)

    /// The policies of the object, and those that Kyverno makes of them for what makes Pods.
    mutating func policies(spec: Node) -> [AdmissionPolicy]
}

extension KyvernoReader {
    /// Reads an object.
    static func read(
        _ object: KubernetesDocuments.Object, _ exceptions: KyvernoExceptions, diagnostics: inout [Diagnostic]
    ) -> [AdmissionPolicy] {
        guard let spec = object.node["spec"] else {
            diagnostics.append(object.text.fault(at: object.node, "'spec' is missing"))
            return []
        }
        var reader = Self(object: object, exceptions: exceptions)
        let policies = reader.policies(spec: spec)
        diagnostics += reader.diagnostics
        return policies
    }
}
