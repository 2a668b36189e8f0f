import JSONView

/// A workload that is being put together from Kubernetes objects before it goes into an event.
struct PodReading {
    var workload = Workload(platform: .kubernetes)
    var containers: [Container] = []
    var faults: [FieldFault] = []
    /// Containers beyond the limit were left out.
    var isCut = false

    /// How many containers of one workload are read; no cluster runs a Pod with as many.
    static let containerLimit = 1024

    /// What a Pod's security context says for containers that say nothing themselves.
    var podSecurity = PodSecurity()
    /// Annotations that say which profiles containers run under.
    var profiles: [(key: JSONText, value: JSONValue)] = []

    /// Reads a whole object, or a patch that has an object's shape.
    mutating func read(_ object: JSONValue, as shape: WorkloadShape) {
        workload.object = object
        var spec: JSONValue?
        var template: JSONValue?
        for (key, value) in object.members {
            switch key.count {
            case 4 where key == "kind": workload.kind = value.text(&faults)
            case 4 where key == "spec": spec = value.object(&faults)
            case 8 where key == "metadata": readMetadata(value)
            case 8 where key == "template": template = value
            default: break
            }
        }
        switch shape {
        case .pod: if let spec { readPodSpec(spec) }
        case .podTemplate: if let template { readTemplate(template) }
        case .templated: if let spec { readTemplatedSpec(spec) }
        case .cronJob: if let spec { readCronJobSpec(spec) }
        case .custom: readCustom(object)
        }
    }

    private mutating func readMetadata(_ metadata: JSONValue) {
        for (key, value) in metadata.members {
            switch key.count {
            case 3 where key == "uid": workload.uid = value.text(&faults)
            case 4 where key == "name": workload.name = value.text(&faults)
            case 6 where key == "labels": workload.labels = value.object(&faults)
            case 9 where key == "namespace": workload.namespace = value.text(&faults)
            case 11 where key == "annotations":
                workload.annotations = value.object(&faults)
                workload.isMirrorPod = value["kubernetes.io/config.mirror"] != nil
            case 12 where key == "generateName": workload.generateName = value.text(&faults)
            case 15 where key == "ownerReferences": workload.owners = value.array(&faults)
            default: break
            }
        }
        if metadata.kind != .object { faults.note(metadata, expected: "an object") }
    }

    /// Reads the `spec` of a Deployment, ReplicaSet, StatefulSet, DaemonSet, Job or ReplicationController.
    private mutating func readTemplatedSpec(_ spec: JSONValue) {
        var template: JSONValue?
        for (key, value) in spec.members {
            switch key.count {
            case 8 where key == "replicas": workload.replicas = value
            case 8 where key == "template": template = value
            case 21 where key == "activeDeadlineSeconds": workload.activeDeadlineSeconds = value
            case 23 where key == "ttlSecondsAfterFinished":
                workload.ttlSecondsAfterFinished = value
                workload.removesItself = Setting(true, from: value)
            default: break
            }
        }
        if let template { readTemplate(template) }
    }

    private mutating func readCronJobSpec(_ spec: JSONValue) {
        workload.schedule = spec["schedule"]?.text(&faults)
        guard let jobTemplate = spec["jobTemplate"]?.object(&faults) else { return }
        guard let job = jobTemplate["spec"]?.object(&faults) else { return }
        readTemplatedSpec(job)
    }

    /// Reads a PodTemplateSpec.
    mutating func readTemplate(_ template: JSONValue) {
        guard let template = template.object(&faults) else { return }
        if let metadata = template["metadata"] {
            workload.templateLabels = metadata["labels"]?.object(&faults)
            workload.templateAnnotations = metadata["annotations"]?.object(&faults)
        }
        if let spec = template["spec"]?.object(&faults) { readPodSpec(spec) }
    }
}
