internal import JSONView
internal import SecurityEvents

/// Judges where a workload asks to run.
enum NodePlacement {
    private static func isControlPlaneKey(_ text: JSONText) -> Bool {
        text == "node-role.kubernetes.io/control-plane" || text == "node-role.kubernetes.io/master"
            || text == "node-role.kubernetes.io/controlplane" || text == "node-role.kubernetes.io/etcd"
            || text == "node-role.kubernetes.io/control-plane-node"
    }

    private static func soundsLikeControlPlane(_ text: JSONText) -> Bool {
        text.contains("control-plane") || text.contains("controlplane") || text.contains("master")
    }

    /// The values that aim a workload at the control plane; none where it is not aimed there.
    ///
    /// Tolerating every taint is no aim: node agents do.
    static func controlPlaneOrigins(_ record: WorkloadRecord) -> [JSONValue] {
        guard let workload = record.workload else { return [] }
        var found: [JSONValue] = []
        if let selector = workload.nodeSelector {
            for member in selector.members where isControlPlaneKey(member.key) || namesControlPlane(member) {
                found.append(member.value)
            }
        }
        // A Pod that is already bound says nothing about who chose the node; a template or a new Pod that names one does.
        if let node = workload.spec?["nodeName"], let name = node.text, soundsLikeControlPlane(name),
            record.owner == nil, !workload.isMirrorPod
        {
            found.append(node)
        }
        if let terms = workload.affinity?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]?[
            "nodeSelectorTerms"]
        {
            for term in terms.elements { found += aims(in: term) }
        }
        if let tolerations = workload.tolerations {
            for toleration in tolerations.elements {
                if let key = toleration["key"]?.text, isControlPlaneKey(key) { found.append(toleration) }
            }
        }
        // Docker Swarm's placement.
        for constraint in SwarmPlacement.constraints(workload)
        where constraint.text?.contains("node.role==manager") == true {
            found.append(constraint)
        }
        return found
    }

    private static func namesControlPlane(_ member: (key: JSONText, value: JSONValue)) -> Bool {
        guard let value = member.value.text else { return false }
        return
            (member.key == "kubernetes.io/hostname" || member.key == "kubernetes.io/role"
            || member.key == "node.kubernetes.io/role") && soundsLikeControlPlane(value)
    }

    private static func aims(in term: JSONValue) -> [JSONValue] {
        guard let expressions = term["matchExpressions"] else { return [] }
        return expressions.elements.filter { expression in
            guard let key = expression["key"]?.text, let op = expression["operator"]?.text else { return false }
            if op == "Exists" || op == "In" {
                if isControlPlaneKey(key) { return true }
                return key == "kubernetes.io/hostname"
                    && SchemaValue.list(expression["values"]).contains(where: soundsLikeControlPlane)
            }
            return false
        }
    }

    /// The tolerations that tolerate every taint.
    static func everythingOrigins(_ record: WorkloadRecord) -> [JSONValue] {
        guard let tolerations = record.workload?.tolerations else { return [] }
        return tolerations.elements.filter { toleration in
            (toleration["key"]?.text?.isEmpty ?? true) && toleration["operator"]?.text.map { $0 == "Exists" } ?? false
        }
    }
}

/// Where Docker Swarm is told to run a service.
enum SwarmPlacement {
    static func constraints(_ workload: Workload) -> [JSONValue] {
        guard workload.platform == .docker, let placement = workload.spec?["Placement"]?["Constraints"] else {
            return []
        }
        return Array(placement.elements)
    }
}
