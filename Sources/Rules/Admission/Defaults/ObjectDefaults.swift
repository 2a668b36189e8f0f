internal import CEL
public import JSONView

/// Completes objects as the API server does before policies see them.
///
/// A manifest, and the body of a request in an audit log, are as the user wrote them. What policies see has defaults in it, and
/// has lost what is empty. Of Kubernetes' own workloads, and of what goes with them, that is done here; other objects stay as
/// they are. What controllers and plugins add later (a token's volume, tolerations) is not added.
public enum ObjectDefaults {
    /// Completes an object.
    ///
    /// - Parameter object: an object with `apiVersion` and `kind`.
    /// - Returns: the completed object; nil where its kind is none of those, or nothing can be made of it.
    public static func complete(_ object: JSONValue) -> JSONDocument? {
        guard object.kind == .object, let apiVersion = object["apiVersion"]?.string,
            let kind = object["kind"]?.string,
            let shape = shape(of: GroupVersionKind(apiVersion: apiVersion, kind: kind))
        else { return nil }
        var writer = JSONWriter()
        write(object, as: shape, to: &writer, depth: 0)
        return try? JSONParser().parse(writer.bytes)
    }

    private static func shape(of kind: GroupVersionKind) -> ShapeName? {
        switch (kind.group, kind.kind) {
        case ("", "Pod"): .pod
        case ("", "PodTemplate"): .podTemplate
        case ("", "ReplicationController"): .replicationController
        case ("apps", "Deployment"): .deployment
        case ("apps", "StatefulSet"): .statefulSet
        case ("apps", "DaemonSet"): .daemonSet
        case ("apps", "ReplicaSet"): .replicaSet
        case ("batch", "Job"): .job
        case ("batch", "CronJob"): .cronJob
        case ("", "Service"): .service
        case ("", "Secret"): .secret
        case ("", "PersistentVolumeClaim"): .claim
        case ("", "Namespace"): .namespace
        case ("networking.k8s.io", "NetworkPolicy"): .networkPolicy
        case ("rbac.authorization.k8s.io", "RoleBinding"), ("rbac.authorization.k8s.io", "ClusterRoleBinding"):
            .roleBinding
        case ("autoscaling", "HorizontalPodAutoscaler"): .autoscaler
        default: nil
        }
    }

    private static let depthLimit = 64

    private static func write(_ value: JSONValue, as name: ShapeName, to writer: inout JSONWriter, depth: Int) {
        guard value.kind == .object, depth < depthLimit, let shape = ShapeTable.shapes[name] else {
            return writer.copy(value)
        }
        if name == .resources { return writeResources(value, to: &writer) }
        writer.object { writer in
            var present: Set<String> = []
            for (text, member) in value.members {
                let key = String(text)
                guard isKept(key, member, shape) else { continue }
                present.insert(key)
                writer.key(key)
                guard let inner = inner(key, of: name, shape, in: value) else {
                    if shape.quantities.contains(key) { writeAmounts(member, to: &writer) } else { writer.copy(member) }
                    continue
                }
                if member.kind == .array {
                    writer.array { writer in
                        for element in member.elements { write(element, as: inner, to: &writer, depth: depth + 1) }
                    }
                } else {
                    write(member, as: inner, to: &writer, depth: depth + 1)
                }
            }
            for (key, added) in shape.defaults + shape.computed(value) where present.insert(key).inserted {
                writer.key(key)
                added.write(to: &writer, in: value)
            }
        }
    }

    /// Writes an amount, or a map of them, as the API server does; a number becomes the text that it stands for.
    ///
    /// - Parameters:
    ///   - value: the amount or the map.
    ///   - others: amounts for what the map does not have.
    ///   - writer: where they are written.
    private static func writeAmounts(_ value: JSONValue, or others: JSONValue? = nil, to writer: inout JSONWriter) {
        guard value.kind == .object else { return writeAmount(value, to: &writer) }
        writer.object { writer in
            for (key, amount) in value.members {
                writer.key(String(key))
                writeAmount(amount, to: &writer)
            }
            guard let others, others.kind == .object else { return }
            for (key, amount) in others.members where value.member(key) == nil {
                writer.key(String(key))
                writeAmount(amount, to: &writer)
            }
        }
    }

    /// Of a Pod, what is limited and not requested is requested as it is limited.
    private static func writeResources(_ value: JSONValue, to writer: inout JSONWriter) {
        let limits = value["limits"].flatMap { $0.kind == .object && $0.count > 0 ? $0 : nil }
        writer.object { writer in
            var hasRequests = false
            for (key, member) in value.members where !member.isNull {
                let isRequests = key == "requests"
                guard isRequests || key == "limits" else {
                    writer.key(String(key))
                    writer.copy(member)
                    continue
                }
                guard member.count > 0 || member.kind != .object else { continue }
                hasRequests = hasRequests || isRequests
                writer.key(String(key))
                writeAmounts(member, or: isRequests ? limits : nil, to: &writer)
            }
            guard !hasRequests, let limits else { return }
            writer.key("requests")
            writeAmounts(limits, to: &writer)
        }
    }

    private static func writeAmount(_ value: JSONValue, to writer: inout JSONWriter) {
        let text = value.string ?? value.int64.map(String.init) ?? value.double.map { "\($0)" }
        if let text, let canonical = Quantity.canonical(text) { writer.value(canonical) } else { writer.copy(value) }
    }

    /// The shape of what is in a field; ports of a Pod on the node's network are the node's.
    private static func inner(
        _ key: String, of name: ShapeName, _ shape: ObjectShape, in value: JSONValue
    ) -> ShapeName? {
        let inner = shape.fields[key]
        guard name == .podSpec, inner == .container, value["hostNetwork"]?.bool == true else { return inner }
        return .hostContainer
    }

    /// Lists that stay when they are empty, and maps that do not.
    private static let keptLists: Set = ["containers", "rules", "ports"]
    private static let droppedMaps: Set = [
        "labels", "annotations", "matchLabels", "nodeSelector", "limits", "requests", "data", "stringData",
        "binaryData",
        "selector",
    ]

    private static func isKept(_ key: String, _ value: JSONValue, _ shape: ObjectShape) -> Bool {
        switch value.kind {
        case .null: false
        case .bool: value.bool == true || !shape.plainBools.contains(key)
        case .string: !shape.dropsEmptyTexts || key == "name" || value.text?.isEmpty == false
        case .array: value.count > 0 || keptLists.contains(key)
        case .object: value.count > 0 || !droppedMaps.contains(key)
        default: !shape.plainNumbers.contains(key) || value.int64 != 0
        }
    }
}
