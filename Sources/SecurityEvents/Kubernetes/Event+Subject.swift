package import JSONView

extension Event {
    /// Says what the Pod is that a connection goes to.
    ///
    /// - Parameter pod: the Pod's object, as far as it is known.
    package mutating func describe(pod: JSONDocument) {
        guard workload == nil, pod.root.kind == .object else { return }
        var reading = PodReading()
        reading.workload.kindName = "Pod"
        reading.read(pod.root, as: .pod)
        attachments.append(Attachment(label: "pod", document: pod))
        workload = reading.workload
        containers = reading.containers
        guard let entered = execution?.container else { return }
        containers = containers.filter { container in container.name.map { $0 == entered } ?? false }
    }

    /// Reads a Pod template that stands where somebody said, in an object of a kind that nobody knows.
    ///
    /// - Parameter template: a PodTemplateSpec, or a PodSpec.
    package mutating func describe(template: JSONValue) {
        var reading = PodReading()
        reading.workload.object = object
        reading.workload.kind = object?["kind"]?.text
        reading.workload.labels = object?["metadata"]?["labels"]
        if template["containers"] != nil { reading.readPodSpec(template) } else { reading.readTemplate(template) }
        guard !reading.containers.isEmpty else { return }
        adopt(reading)
    }
}
