public import JSONView

/// Reads AdmissionReviews (`admission.k8s.io` v1 and v1beta1), as a webhook receives or answers them.
public struct AdmissionReviewReader: EventReader {
    public static var format: LogFormat { .kubernetesAdmission }

    /// Makes a reader.
    public init() {}

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        try RecordList.forEach(in: document, at: position) { (record, position) throws(ReadFault) in
            guard let request = record["request"], request.kind == .object else {
                throw ReadFault("an AdmissionReview without a request")
            }
            var event = Event(source: .kubernetesAdmission, position: position, document: document, record: record)
            event.readAdmission(request)
            if let answer = record["response"], !answer.isNull { event.readAdmissionAnswer(answer) }
            emit(event)
        }
    }
}

extension Event {
    fileprivate mutating func readAdmission(_ request: JSONValue) {
        outcome = .requested
        var kind: JSONText?
        for (key, value) in request.members {
            switch key.count {
            case 3 where key == "uid": identifier = value.text(&faults)
            case 4 where key == "kind": kind = value["kind"]?.text(&faults)
            case 4 where key == "name": target.name = value.text(&faults).flatMap { $0.isEmpty ? nil : $0 }
            case 6 where key == "dryRun": isDryRun = value.bool(&faults) ?? false
            case 6 where key == "object": object = value.isNull ? nil : value
            case 8 where key == "resource":
                if let resource = value.object(&faults) {
                    target.apiGroup = resource["group"]?.text(&faults)
                    target.apiVersion = resource["version"]?.text(&faults)
                    target.resource = resource["resource"]?.text(&faults)
                }
            case 8 where key == "userInfo": actor.readUserInfo(value, &faults)
            case 9 where key == "namespace": target.namespace = value.text(&faults)
            case 9 where key == "operation": verb = value.text(&faults)
            case 9 where key == "oldObject": oldObject = value.isNull ? nil : value
            case 11 where key == "subResource":
                target.subresource = value.text(&faults).flatMap { $0.isEmpty ? nil : $0 }
            default: break
            }
        }
        if let verb {
            action = KubernetesVerb.action(operation: verb, resource: target.resource, subresource: target.subresource)
        }
        readAdmittedObject(kind: kind)
    }

    private mutating func readAdmittedObject(kind: JSONText?) {
        let metadata = (object ?? oldObject)?["metadata"]
        if target.name == nil { target.name = metadata?["name"]?.text }
        target.uid = metadata?["uid"]?.text
        switch action {
        case .create, .modify: break
        case .exec, .attach, .connect:
            if let object { readExecution(options: object) }
            return
        default: return
        }
        if let object {
            body = object.kind == .object ? .present : .unreadable
            if body == .unreadable { faults.note(object, expected: "an object") }
        }
        guard let resource = target.resource,
            let (shape, kindName) = WorkloadShape.of(resource: resource, group: target.apiGroup)
        else { return }
        let part = target.subresource
        guard part == nil || part.map({ $0 == "ephemeralcontainers" || $0 == "resize" }) ?? false else { return }
        if object == nil, case .custom = shape {} else if object == nil { body = .missing }
        var reading = PodReading()
        reading.workload.kindName = kindName
        reading.workload.kind = kind
        if let part, part == "ephemeralcontainers" {
            reading.readEphemeral(request: object, answer: nil)
            reading.keepNewContainers(than: oldObject)
        } else if let object, object.kind == .object {
            if action == .modify, let oldObject, shape.isSame(oldObject, object) { return }
            reading.read(object, as: shape)
        }
        if case .custom = shape, reading.containers.isEmpty { return }
        adopt(reading)
    }

    fileprivate mutating func readAdmissionAnswer(_ answer: JSONValue) {
        guard let answer = answer.object(&faults) else { return }
        if let allowed = answer["allowed"]?.bool(&faults) { outcome = allowed ? .allowed : .denied }
        guard let status = answer["status"], status.kind == .object else { return }
        statusCode = status["code"]?.integer(&faults)
        reason = status["message"]?.text(&faults) ?? status["reason"]?.text(&faults)
    }
}

extension PodReading {
    /// Leaves only those ephemeral containers that the Pod did not have before.
    fileprivate mutating func keepNewContainers(than old: JSONValue?) {
        guard let known = old?["spec"]?["ephemeralContainers"], known.count > 0, known.count <= Self.containerLimit
        else {
            return
        }
        let names = Set(known.elements.compactMap { $0["name"]?.text })
        containers.removeAll { container in container.name.map { names.contains($0) } ?? false }
    }
}
