public import JSONView

/// Reads workloads as the API server keeps them: as a watch tells of them (`{"type": "ADDED", "object": {…}}`,
/// `kubectl get --watch --output-watch-events -o json`), or bare, as a list has them.
///
/// A bare object was there when somebody looked: it was found, and neither who made it nor how is in it. A change says
/// what was made, changed or deleted, and not by whom either.
public struct KubernetesObjectReader: EventReader {
    public static var format: LogFormat { .kubernetesObjects }

    /// The member of a change that says when it was seen, as a watch itself has no time.
    package static let observedMember: StaticString = "observed"

    /// Makes a reader.
    public init() {}

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        try RecordList.forEach(in: document, at: position) { (record, position) throws(ReadFault) in
            let change = record["object"].flatMap { $0.kind == .object ? $0 : nil }
            let object = change ?? record
            guard let kind = object["kind"]?.text, let version = object["apiVersion"]?.text,
                let known = KubernetesObjectKind(kind, version: version)
            else { throw ReadFault("no Kubernetes object that runs containers") }
            var event = Event(source: .kubernetesObject, position: position, document: document, record: record)
            if change != nil {
                event.verb = record["type"]?.text
                guard let action = event.verb.flatMap(Self.action) else {
                    throw ReadFault("a change is ADDED, MODIFIED or DELETED")
                }
                event.action = action
            } else {
                event.action = .found
            }
            let observed = record[Self.observedMember]?.text.flatMap { Timestamp(rfc3339: $0) }
            event.readObject(object, known, version: version, observed: observed)
            emit(event)
        }
    }

    /// What became of an object, by the word that a watch has for it; nil for words that say nothing of one.
    static func action(_ type: JSONText) -> Action? {
        switch type.count {
        case 5 where type == "ADDED": .create
        case 8 where type == "MODIFIED": .modify
        case 7 where type == "DELETED": .delete
        default: nil
        }
    }
}

extension Event {
    fileprivate mutating func readObject(
        _ object: JSONValue, _ known: KubernetesObjectKind, version: JSONText, observed: Timestamp?
    ) {
        outcome = .succeeded
        self.object = object
        target.resource = JSONText(known.resource)
        if let slash = version.firstIndex(of: UInt8(ascii: "/")) {
            target.apiGroup = version.prefix(slash)
            target.apiVersion = version.dropFirst(slash + 1)
        } else {
            target.apiVersion = version
        }
        let metadata = object["metadata"]
        target.name = metadata?["name"]?.text(&faults)
        target.namespace = metadata?["namespace"]?.text(&faults)
        target.uid = metadata?["uid"]?.text(&faults)
        switch action {
        case .create, .found: time = Self.moment(metadata?["creationTimestamp"], &faults) ?? observed
        default: time = observed
        }
        if object["spec"] != nil || object["template"] != nil { body = .present }
        var reading = PodReading()
        reading.read(object, as: known.shape)
        if known.shape == .pod { reading.readStatus(of: object) }
        adopt(reading)
    }

    private static func moment(_ field: JSONValue?, _ faults: inout [FieldFault]) -> Timestamp? {
        guard let field, !field.isNull, let text = field.text(&faults) else { return nil }
        if let time = Timestamp(rfc3339: text) { return time }
        faults.note(field, expected: "an RFC 3339 time")
        return nil
    }
}

extension PodReading {
    /// Reads which containers the kubelet made of a Pod's, and of which images.
    fileprivate mutating func readStatus(of pod: JSONValue) {
        guard let status = pod["status"] else { return }
        for list in ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"] as [StaticString] {
            guard let list = status[list] else { continue }
            for made in list.elements.prefix(Self.containerLimit) {
                guard let name = made["name"]?.text,
                    let index = containers.firstIndex(where: { $0.name.map { $0 == name } ?? false })
                else { continue }
                if let id = made["containerID"]?.text, !id.isEmpty { containers[index].id = id.withoutScheme }
                if let image = made["imageID"]?.text, !image.isEmpty { containers[index].imageID = image.withoutScheme }
            }
        }
    }
}

extension JSONText {
    /// `containerd://3f…` without the name of the runtime.
    fileprivate var withoutScheme: JSONText {
        var at = 0
        while at + 3 <= count, at < 32 {
            if bytes[at..<at + 3].elementsEqual("://".utf8) { return dropFirst(at + 3) }
            at += 1
        }
        return self
    }
}
