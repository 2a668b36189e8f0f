import JSONView

/// Containers in resources whose shape nobody told us.
///
/// Operators embed PodSpecs anywhere (`spec.podTemplate.spec`, `spec.replicatedJobs[].template…`), so the object is
/// searched, within bounds, for the shapes that only containers have.
extension PodReading {
    /// How many values are looked at in one object.
    private static let searchLimit = 20_000
    private static let depthLimit = 24

    /// Reads every PodSpec and every single container found in an object.
    mutating func readCustom(_ object: JSONValue) {
        // Breadth first: the outermost PodSpec is the one that the resource is about.
        var waiting: [(value: JSONValue, parent: JSONValue?, depth: Int)] = [(object, nil, 0)]
        var at = 0
        var foundSpec = false
        while at < waiting.count {
            let (value, parent, depth) = waiting[at]
            at += 1
            if let containers = value["containers"], Self.holdsContainers(containers) {
                readFound(value, template: parent, isFirst: !foundSpec)
                foundSpec = true
                continue
            }
            guard depth < Self.depthLimit else { continue }
            for element in value.elements where element.count > 0 {
                guard waiting.count < Self.searchLimit else { break }
                waiting.append((element, nil, depth + 1))
            }
            for (key, member) in value.members where member.count > 0 {
                if readSingle(key, member) { continue }
                if Self.isSkipped(key) { continue }
                guard waiting.count < Self.searchLimit else { break }
                waiting.append((member, value, depth + 1))
            }
        }
        if waiting.count >= Self.searchLimit { isCut = true }
    }

    private static func isSkipped(_ key: JSONText) -> Bool {
        key == "status" || key == "managedFields" || key == "openAPIV3Schema"
    }

    private mutating func readFound(_ spec: JSONValue, template: JSONValue?, isFirst: Bool) {
        if isFirst {
            if let metadata = template?["metadata"], template?.index != workload.object?.index {
                workload.templateLabels = metadata["labels"]?.object(&faults)
                workload.templateAnnotations = metadata["annotations"]?.object(&faults)
            }
            readPodSpec(spec)
            return
        }
        let first = workload
        readPodSpec(spec)
        // The first template names the workload; what any of them takes from the host counts for all.
        let other = workload
        workload = first
        if other.hostNetwork.value == true { workload.hostNetwork = other.hostNetwork }
        if other.hostPID.value == true { workload.hostPID = other.hostPID }
        if other.hostIPC.value == true { workload.hostIPC = other.hostIPC }
    }

    /// Reads Argo's `container` and `script`, Tekton's `steps` and `sidecars`.
    private mutating func readSingle(_ key: JSONText, _ value: JSONValue) -> Bool {
        switch key.count {
        case 9 where key == "container", 6 where key == "script":
            guard value["image"]?.text != nil else { return false }
            readContainer(value, role: .main)
            return true
        case 5 where key == "steps", 8 where key == "sidecars", 14 where key == "initContainers":
            guard Self.holdsContainers(value), value[0]?["image"]?.text != nil else { return false }
            readContainers(value, role: key == "sidecars" ? .sidecar : key == "steps" ? .main : .`init`)
            return true
        // What values of charts add to a Pod: `extraContainers`, `additionalInitContainers`.
        case 11... where key.hasSuffix("ontainers"):
            guard Self.holdsContainers(value), value[0]?["image"]?.text != nil, value[0]?["name"]?.text != nil else {
                return false
            }
            readContainers(value, role: key.hasSuffix("InitContainers") ? .`init` : .main)
            return true
        default: return false
        }
    }

    private static func holdsContainers(_ value: JSONValue) -> Bool {
        guard value.kind == .array, let first = value[0] else { return false }
        return first["image"]?.text != nil || first["name"]?.text != nil
    }
}
