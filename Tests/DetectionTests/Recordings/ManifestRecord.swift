import Foundation

/// A manifest as the API server would record its creation.
struct ManifestRecord {
    private let manifest: [String: Any]
    private let user: [String: Any]
    private let number: Int

    init(_ manifest: [String: Any], user: String, groups: [String], number: Int) {
        self.manifest = manifest
        self.user = ["username": user, "groups": groups]
        self.number = number
    }

    private var kind: String { manifest["kind"] as? String ?? "" }
    private var metadata: [String: Any] { manifest["metadata"] as? [String: Any] ?? [:] }
    private var name: String { metadata["name"] as? String ?? "made-\(number)" }
    private var namespace: String { metadata["namespace"] as? String ?? "default" }

    private var groupAndVersion: (String, String) {
        let parts = (manifest["apiVersion"] as? String ?? "v1").split(separator: "/").map(String.init)
        return parts.count == 2 ? (parts[0], parts[1]) : ("", parts.first ?? "v1")
    }

    private var resource: String {
        let lower = kind.lowercased()
        if lower.hasSuffix("y") { return lower.dropLast() + "ies" }
        if lower.hasSuffix("class") { return lower + "es" }
        return lower.hasSuffix("s") ? lower : lower + "s"
    }

    private var identifier: String { "00000000-0000-4000-8000-" + String(format: "%012d", number) }

    /// The record as an audit event, or as an AdmissionReview.
    func data(asReview: Bool = false) throws -> Data {
        try JSONSerialization.data(withJSONObject: asReview ? review : audit)
    }

    private var audit: [String: Any] {
        let (group, version) = groupAndVersion
        return [
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "Request", "stage": "ResponseComplete",
            "auditID": identifier, "verb": "create", "user": user, "sourceIPs": ["192.0.2.4"],
            "requestURI": "/apis/\(group)/\(version)/namespaces/\(namespace)/\(resource)",
            "objectRef": [
                "resource": resource, "namespace": namespace, "name": name, "apiGroup": group, "apiVersion": version,
            ],
            "responseStatus": ["code": 201], "requestObject": manifest, "stageTimestamp": "2026-11-23T09:00:00.000000Z",
        ]
    }

    private var review: [String: Any] {
        let (group, version) = groupAndVersion
        return [
            "kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1",
            "request": [
                "uid": identifier, "kind": ["group": group, "version": version, "kind": kind],
                "resource": ["group": group, "version": version, "resource": resource], "name": name,
                "namespace": namespace, "operation": "CREATE", "userInfo": user, "object": manifest,
            ],
        ]
    }
}
