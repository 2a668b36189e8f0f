public import JSONView

/// Reads what `docker inspect` says, one object or an array of them.
public struct DockerInspectReader: EventReader {
    public static let format = LogFormat.dockerInspect

    /// Makes a reader.
    public init() {}

    public mutating func read(
        _ document: JSONDocument, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        let root = document.root
        guard root.kind == .array else {
            try read(root, of: document, at: position, emit: emit)
            return
        }
        var fault: ReadFault?
        var item = position.item
        for element in root.elements {
            var place = position
            place.item = item
            item += 1
            // One that is not understood does not hide those behind it.
            do throws(ReadFault) { try read(element, of: document, at: place, emit: emit) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    private func read(
        _ inspection: JSONValue, of document: JSONDocument, at position: SourcePosition,
        emit: (borrowing Event) -> Void
    ) throws(ReadFault) {
        guard inspection.kind == .object else { throw ReadFault("an inspection is an object") }
        var event = Event(source: .dockerInspect, position: position, document: document, record: inspection)
        event.object = inspection
        if inspection["HostConfig"] != nil || (inspection["Config"] != nil && inspection["State"] != nil) {
            describeContainer(inspection, &event)
        } else if let spec = inspection["Spec"], spec["TaskTemplate"] != nil {
            describeService(inspection, spec, &event)
        } else {
            guard let kind = Self.otherKind(inspection) else {
                throw ReadFault("neither a container, service, image, network nor volume")
            }
            event.action = .read
            event.outcome = .succeeded
            event.target.resource = kind
            event.target.uid = (inspection["Id"] ?? inspection["ID"])?.text
            event.target.name = inspection["Name"]?.text
        }
        emit(event)
    }

    private func describeContainer(_ inspection: JSONValue, _ event: inout Event) {
        let object = DockerContainerObject(inspection: inspection)
        event.action = .create
        event.outcome = .succeeded
        event.body = .present
        event.time = inspection["Created"]?.text.flatMap { Timestamp(rfc3339: $0) }
        event.target.resource = JSONText("containers")
        event.target.uid = object.workload.uid
        event.target.name = object.workload.name
        event.workload = object.workload
        event.containers = [object.container]
        event.faults = object.faults
    }

    private func describeService(_ inspection: JSONValue, _ spec: JSONValue, _ event: inout Event) {
        let object = DockerServiceObject(specification: spec, id: inspection["ID"]?.text)
        event.action = .create
        event.outcome = .succeeded
        event.body = .present
        event.time = inspection["CreatedAt"]?.text.flatMap { Timestamp(rfc3339: $0) }
        event.target.resource = JSONText("services")
        event.target.uid = object.workload.uid
        event.target.name = object.workload.name
        event.workload = object.workload
        event.containers = [object.container]
        event.faults = object.faults
    }

    /// What else `docker inspect` prints.
    private static func otherKind(_ inspection: JSONValue) -> JSONText? {
        switch true {
        case inspection["RootFS"] != nil, inspection["RepoTags"] != nil: JSONText("images")
        case inspection["IPAM"] != nil: JSONText("networks")
        case inspection["Mountpoint"] != nil: JSONText("volumes")
        case inspection["Spec"] != nil: JSONText("swarm")
        case inspection["PluginReference"] != nil, inspection["Settings"] != nil: JSONText("plugins")
        default: nil
        }
    }
}
