import JSONView

/// The commands of execs by the identifier that the engine gave them.
///
/// The call that starts an exec names nothing but that identifier.
struct ExecMemory {
    /// What was said when an exec was created.
    struct Entry {
        var execution: Execution?
        var target: Target
        var workload: Workload?
        var object: JSONValue?
        /// What the texts point into.
        var documents: [JSONDocument]
    }

    private static let limit = 4096
    /// Longer bodies are not kept; the exec's own event has them.
    private static let documentLimit = 64 << 10

    private var entries: [String: Entry] = [:]
    private var order: [String] = []
    private var first = 0

    /// Remembers an exec's creation, or tells its start what was created.
    mutating func join(_ event: inout Event, _ call: DockerCall) {
        if call.asks("containers", "exec"), let id = event.response?["Id"]?.text {
            remember(String(id), Entry(event))
        } else if call.asks("exec", "start"), let id = call.name, let entry = entries[String(id)] {
            Self.complete(&event, with: entry)
        }
    }

    mutating func remember(_ id: String, _ entry: Entry) {
        let size = entry.documents.reduce(0) { $0 + $1.bytes.count }
        guard id.utf8.count <= 128, size <= Self.documentLimit else { return }
        if entries.updateValue(entry, forKey: id) == nil { order.append(id) }
        guard order.count - first > Self.limit else { return }
        entries[order[first]] = nil
        first += 1
        if first > Self.limit {
            order.removeFirst(first)
            first = 0
        }
    }

    static func complete(_ event: inout Event, with entry: Entry) {
        let tty = event.execution?.tty
        event.execution = entry.execution ?? event.execution
        if let tty { event.execution?.tty = tty }
        event.target.name = entry.target.name
        event.target.uid = entry.target.uid
        event.workload = entry.workload
        for document in entry.documents { event.attachments.append(.init(label: "ExecCreate", document: document)) }
    }
}

extension ExecMemory.Entry {
    /// Keeps what an exec's creation said.
    init(_ event: borrowing Event) {
        self.init(
            execution: event.execution, target: event.target, workload: event.workload, object: event.object,
            documents: event.attachments.map { $0.document } + [event.document])
    }
}
