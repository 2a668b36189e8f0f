import JSONView

extension Event {
    /// Reads the workload that a writing request creates or changes.
    ///
    /// - Parameters:
    ///   - isOnlyReceived: whether the record was made before the request was looked at.
    ///   - isTruncated: whether the bodies were cut off because the record was too large.
    ///   - parser: reads what stands inside the record once more.
    mutating func readDeployment(isOnlyReceived: Bool = false, isTruncated: Bool, parser: JSONParser) {
        isDryRun = target.requestURI.flatMap { RequestQuery(of: $0) }?.isDryRun ?? false
        // An update or apply of what was not there creates it.
        if action == .modify, statusCode == 201, target.subresource == nil { action = .create }
        let answer = outcome == .succeeded ? response.flatMap(Self.whole) : nil
        completeTarget(from: answer)
        readBodyState(isTruncated: isTruncated)
        guard !isOnlyReceived, let resource = target.resource,
            let (shape, kind) = WorkloadShape.of(resource: resource, group: target.apiGroup)
        else { return }
        let part = target.subresource
        guard part == nil || part.map({ $0 == "ephemeralcontainers" || $0 == "resize" }) ?? false else { return }
        if object == nil, body == .none, case .custom = shape {
        } else if object == nil, body == .none {
            body = .missing
        }
        var reading = PodReading()
        reading.workload.kindName = kind
        let sent = patched(parser)
        if let part, part == "ephemeralcontainers" {
            reading.readEphemeral(request: sent, answer: answer)
        } else if isPatch, let sent, !shape.isTouched(by: sent) {
            // Labels, finalizers, a number of replicas: nothing that runs has changed.
            return
        } else if let source = isPatch ? answer ?? sent : sent ?? answer {
            // As it was sent; but a patch shows only in the result what it was put on.
            reading.read(source, as: shape)
        }
        if case .custom = shape, reading.containers.isEmpty { return }
        if isPatch { reading.standInForContainers() }
        if case .pod = shape, reading.workload.serviceAccount == nil {
            // Admission gives every Pod an account.
            reading.workload.serviceAccount = answer?["spec"]?["serviceAccountName"]?.text
        }
        adopt(reading)
    }

    /// Takes over what was read, with the names that the API server gave.
    mutating func adopt(_ reading: consuming PodReading) {
        if let name = target.name { reading.workload.name = name }
        if let namespace = target.namespace { reading.workload.namespace = namespace }
        if let uid = target.uid { reading.workload.uid = uid }
        if reading.isCut, body == .present { body = .oversize }
        for fault in reading.faults { faults.note(fault.value, expected: fault.expected) }
        workload = reading.workload
        containers = reading.containers
    }

    private var isPatch: Bool { verb.map { $0 == "patch" || $0 == "apply" } ?? false }

    /// The body that was sent; a JSON patch is put into the shape of the object that it changes.
    private mutating func patched(_ parser: JSONParser) -> JSONValue? {
        guard let object else { return nil }
        guard object.kind == .array else { return object.kind == .object ? object : nil }
        guard let shaped = JSONPatchShape.object(from: object), let document = try? parser.parse(shaped) else {
            return nil
        }
        attachments.append(Attachment(label: "patch", document: document))
        return document.root
    }

    private mutating func completeTarget(from answer: JSONValue?) {
        guard let metadata = answer?["metadata"] else { return }
        if target.name == nil { target.name = metadata["name"]?.text }
        if target.namespace == nil { target.namespace = metadata["namespace"]?.text }
        if target.uid == nil { target.uid = metadata["uid"]?.text }
    }

    private mutating func readBodyState(isTruncated: Bool) {
        if let object {
            body = object.kind == .object || object.kind == .array ? .present : .unreadable
            if body == .unreadable { faults.note(object, expected: "an object or a patch") }
        } else if isTruncated {
            body = .truncated
        }
    }

    /// An answer that is the object itself and no Status.
    private static func whole(_ answer: JSONValue) -> JSONValue? {
        guard answer.kind == .object, let kind = answer["kind"]?.text, kind != "Status" else { return nil }
        return answer["metadata"] == nil ? nil : answer
    }
}

extension PodReading {
    /// Gives the containers that a patch leaves as they are a place: what it takes from the host counts for them all.
    fileprivate mutating func standInForContainers() {
        guard containers.isEmpty, let spec = workload.spec else { return }
        guard [workload.hostPID, workload.hostIPC, workload.hostNetwork].contains(where: { $0.value == true }) else {
            return
        }
        containers = [Container(platform: .kubernetes, role: .main, object: spec)]
    }

    /// Reads the containers put into a running Pod.
    ///
    /// They come as a patch or as the whole Pod, before 1.22 as an object of their own kind; the Pod around them stands
    /// in the answer.
    mutating func readEphemeral(request: JSONValue?, answer: JSONValue?) {
        if let pod = answer ?? request { read(pod, as: .pod) }
        guard let list = request.flatMap({ $0["spec"]?["ephemeralContainers"] ?? $0["ephemeralContainers"] }) else {
            containers.removeAll { $0.role != .ephemeral }
            return
        }
        containers = []
        if let list = list.array(&faults) { readContainers(list, role: .ephemeral) }
        // The request of the old API is no Pod.
        if workload.kind.map({ $0 == "EphemeralContainers" }) ?? false { workload.kind = nil }
    }
}
