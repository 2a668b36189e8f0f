import JSONView

/// What is known of one container from all records so far.
final class KnownContainer {
    let key: ContainerKey
    var name: String?
    var image: String?
    var created: Timestamp?
    /// Who created it; nil where no record says.
    var deployer: String?
    var description: ContainerDescription?
    /// The number of the look-up that used it last.
    var lastUse = 0

    init(key: ContainerKey) { self.key = key }
}

/// A container's create body or inspection, in a document of its own.
final class ContainerDescription {
    let document: JSONDocument
    let workload: Workload
    let container: Container
    let rank: Int
    let image: String?
    let time: Timestamp?
    let deployer: String?

    /// The label of the document in events that it is lent to; evidence paths begin with it.
    static let label = "create"

    /// What the document costs in memory, parser's tables included.
    var cost: Int { 4608 + 12 * document.bytes.count }

    /// Copies what an event says of the container that it makes; nil where it says too little.
    init?(_ event: borrowing Event, parser: JSONParser) {
        guard let container = event.containers.first, let object = event.workload?.object else { return nil }
        var copy = CompactJSON()
        copy.write(raw: #"{"Id":"#)
        Self.write(event.workload?.uid, to: &copy)
        copy.write(raw: #","Name":"#)
        Self.write(event.workload?.name, to: &copy)
        copy.write(raw: #","Body":"#)
        copy.write(object)
        copy.write(raw: "}")
        guard let document = try? parser.parse(copy.bytes), let body = document.root["Body"] else { return nil }
        let described =
            event.source == .dockerInspect
            ? DockerContainerObject(inspection: body)
            : DockerContainerObject(create: body, name: document.root["Name"]?.text, id: document.root["Id"]?.text)
        self.document = document
        workload = described.workload
        self.container = described.container
        rank = Self.rank(event.source)
        image = container.image?.string
        time = event.time
        deployer = event.actor.user.map { String($0) }
    }

    private static func write(_ text: JSONText?, to copy: inout CompactJSON) {
        if let text { copy.write(string: text.bytes) } else { copy.write(raw: "null") }
    }

    /// Which source knows better: what was asked for, whole; what was made of it; what the log kept of it.
    private static func rank(_ source: SourceType) -> Int {
        switch source {
        case .dockerAuthorization: 3
        case .dockerInspect: 2
        default: 1
        }
    }
}
