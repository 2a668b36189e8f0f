public import JSONView

/// Reads Kubernetes audit logs: `audit.k8s.io` Events of any version, one a record or in an EventList.
public struct KubernetesAuditReader: EventReader {
    public static var format: LogFormat { .kubernetesAudit }

    /// Reads what stands inside a record once more: the query of a URI, a patch.
    private let parser: JSONParser

    /// Makes a reader.
    ///
    /// - Parameter documents: how many of those documents' memory is used again.
    public init(documents: Int = 2) { parser = JSONParser(kept: documents) }

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        try RecordList.forEach(in: document, at: position) { (record, position) throws(ReadFault) in
            try read(record, of: document, at: position, emit: emit)
        }
    }

    private func read(
        _ value: JSONValue, of document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let record = AuditRecord(value)
        guard record.verb != nil || record.auditID != nil || record.requestURI != nil else {
            throw ReadFault("no audit event: neither verb nor auditID nor requestURI")
        }
        var event = Event(source: .kubernetesAudit, position: position, document: document, record: value)
        record.checkLevel(&event.faults)
        let stage = record.stage(&event.faults)
        event.time = record.time(&event.faults)
        event.verb = record.verb?.text(&event.faults)
        event.identifier = record.auditID?.text(&event.faults)
        event.readActor(of: record)
        event.readTarget(of: record)
        event.readOutcome(of: record, at: stage)
        event.object = record.requestObject
        event.response = record.responseObject
        if let verb = event.verb {
            event.action = KubernetesVerb.action(
                verb: verb, resource: event.target.resource, subresource: event.target.subresource)
        }
        switch event.action {
        case .create, .modify:
            event.readDeployment(
                isOnlyReceived: stage == .requestReceived, isTruncated: record.isTruncated, parser: parser)
        case .exec, .attach, .connect: event.readConnection(parser: parser)
        case .delete: event.readDeletion()
        default: break
        }
        emit(event)
    }
}

extension Event {
    fileprivate mutating func readActor(of record: AuditRecord) {
        if let user = record.user { actor.readUserInfo(user, &faults) }
        if let user = record.impersonatedUser, !user.isNull { actor.readImpersonation(user, &faults) }
        actor.impersonationConstraint = record.authenticationMetadata?["impersonationConstraint"]?.text(&faults)
        actor.addresses = record.sourceIPs?.array(&faults)
        actor.userAgent = record.userAgent?.text(&faults)
    }

    fileprivate mutating func readTarget(of record: AuditRecord) {
        target.requestURI = record.requestURI?.text(&faults)
        guard let reference = record.objectRef?.object(&faults) else { return }
        for (key, value) in reference.members {
            switch key.count {
            case 3 where key == "uid": target.uid = value.text(&faults)
            case 4 where key == "name": target.name = value.text(&faults)
            case 8 where key == "resource": target.resource = value.text(&faults)
            case 8 where key == "apiGroup": target.apiGroup = value.text(&faults)
            case 9 where key == "namespace": target.namespace = value.text(&faults)
            case 10 where key == "apiVersion": target.apiVersion = value.text(&faults)
            case 11 where key == "subresource": target.subresource = value.text(&faults)
            default: break
            }
        }
        // Before v1 the group stood in the version.
        if target.apiGroup == nil, let version = target.apiVersion,
            let slash = version.firstIndex(of: UInt8(ascii: "/"))
        {
            target.apiGroup = version.prefix(slash)
            target.apiVersion = version.dropFirst(slash + 1)
        }
    }

    fileprivate mutating func readDeletion() {
        if target.uid == nil { target.uid = response?["metadata"]?["uid"]?.text ?? response?["details"]?["uid"]?.text }
        isDryRun =
            target.requestURI.flatMap { RequestQuery(of: $0) }?.isDryRun ?? false
            || object?["dryRun"]?.elements.contains { $0.text.map { $0 == "All" } ?? false } ?? false
    }

    fileprivate mutating func readConnection(parser: JSONParser) {
        guard let uri = target.requestURI else { return }
        if action == .connect {
            // The kubelet's own exec and run, reached through the node's proxy.
            guard target.resource.map({ $0 == "nodes" }) ?? false else { return }
            if uri.contains("/proxy/exec/") || uri.contains("/proxy/run/") {
                action = .exec
            } else if uri.contains("/proxy/attach/") {
                action = .attach
            } else {
                return
            }
        }
        execution = Execution()
        if let object, object["command"] != nil || object["container"] != nil {
            readExecution(options: object)
        } else {
            readExecution(from: uri, parser: parser)
        }
    }
}
