public import JSONView

/// Reads Kubernetes Events (`v1` and `events.k8s.io`), as `kubectl get events` and event exporters give them.
///
/// Anybody who may create Events may write what they like into one: what they say is a hint, not proof.
public struct KubernetesEventReader: EventReader {
    public static var format: LogFormat { .kubernetesEvents }

    /// Reads the image that a message quotes.
    private let parser = JSONParser()

    /// Makes a reader.
    public init() {}

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        try RecordList.forEach(in: document, at: position) { (record, position) throws(ReadFault) in
            // `kubectl get --watch -o json --output-watch-events` wraps each in {type, object}.
            let object = record["object"] ?? record
            guard object["involvedObject"] != nil || object["regarding"] != nil else {
                throw ReadFault("no Kubernetes Event: neither involvedObject nor regarding")
            }
            var event = Event(source: .kubernetesEvent, position: position, document: document, record: object)
            event.readKubernetesEvent(object, parser)
            emit(event)
        }
    }
}

extension Event {
    fileprivate mutating func readKubernetesEvent(_ record: JSONValue, _ parser: JSONParser) {
        var about: JSONValue?
        var message: JSONText?
        outcome = .succeeded
        for (key, value) in record.members {
            switch key.count {
            case 4 where key == "note": message = value.text(&faults)
            case 4 where key == "type":
                if value.text.map({ $0 == "Warning" }) ?? false { outcome = .failed }
            case 6 where key == "reason": verb = value.text(&faults)
            case 6 where key == "source", 16 where key == "deprecatedSource":
                if let component = value["component"]?.text(&faults), !component.isEmpty, actor.user == nil {
                    actor.user = component
                }
            case 7 where key == "message": message = value.text(&faults)
            case 8 where key == "metadata": identifier = value["uid"]?.text(&faults)
            case 9 where key == "regarding": about = value.object(&faults)
            case 14 where key == "involvedObject": about = value.object(&faults)
            case 18 where key == "reportingComponent", 19 where key == "reportingController":
                if let name = value.text(&faults), !name.isEmpty { actor.user = name }
            default: break
            }
        }
        readEventTime(record)
        reason = message
        let meaning = KubernetesEventReason(verb)
        action = meaning.action
        if meaning.isFailure { outcome = .failed }
        guard let about else { return }
        readRegarding(about, message: message, meaning: meaning, parser)
    }

    private mutating func readEventTime(_ record: JSONValue) {
        for field in [
            record["series"]?["lastObservedTime"], record["eventTime"], record["lastTimestamp"],
            record["deprecatedLastTimestamp"], record["firstTimestamp"], record["deprecatedFirstTimestamp"],
            record["metadata"]?["creationTimestamp"],
        ] {
            guard let field, let text = field.text(&faults) else { continue }
            if let read = Timestamp(rfc3339: text) {
                time = read
                return
            }
        }
    }

    private mutating func readRegarding(
        _ about: JSONValue, message: JSONText?, meaning: KubernetesEventReason, _ parser: JSONParser
    ) {
        var made = Workload(platform: .kubernetes)
        made.kind = about["kind"]?.text(&faults)
        made.name = about["name"]?.text(&faults)
        made.namespace = about["namespace"]?.text(&faults)
        made.uid = about["uid"]?.text(&faults)
        made.object = about
        target.name = made.name
        target.namespace = made.namespace
        target.uid = made.uid
        if let version = about["apiVersion"]?.text(&faults) {
            if let slash = version.firstIndex(of: UInt8(ascii: "/")) {
                target.apiGroup = version.prefix(slash)
                target.apiVersion = version.dropFirst(slash + 1)
            } else {
                target.apiVersion = version
            }
        }
        guard let kind = made.kind, let resource = KubernetesEventReason.resource(of: kind) else {
            target.resource = made.kind
            return
        }
        target.resource = JSONText(resource)
        if meaning.hasNode { made.node = raw["source"]?["host"]?.text ?? raw["deprecatedSource"]?["host"]?.text }
        workload = made
        readContainer(about, message: message, parser)
    }

    /// Reads the container that a kubelet's event is about, and its image where the message names it.
    private mutating func readContainer(_ about: JSONValue, message: JSONText?, _ parser: JSONParser) {
        guard let path = about["fieldPath"]?.text(&faults), path.hasSuffix("}"), path.hasPrefix("spec."),
            let brace = path.firstIndex(of: UInt8(ascii: "{"))
        else { return }
        let role: Container.Role =
            path.hasPrefix("spec.initContainers") ? .`init` : path.hasPrefix("spec.ephemeral") ? .ephemeral : .main
        var container = Container(platform: .kubernetes, role: role, object: about)
        container.name = path.prefix(path.count - 1).dropFirst(brace + 1)
        if let message, let image = KubernetesEventReason.quotedImage(in: message),
            let document = try? parser.parse(image)
        {
            attachments.append(Attachment(label: "message", document: document))
            container.image = document.root
        }
        containers = [container]
    }
}
