internal import SecurityEvents

/// A source of events that Falco's rules are about, and the fields that its events have.
struct FalcoSource: Sendable {
    let name: String
    let fields: FalcoFieldTable
    /// What its rules wait for; nil where its events are read.
    let waitsFor: String?

    /// The Kubernetes audit log.
    static let audit = FalcoSource(
        name: "k8s_audit", fields: FalcoFieldTable(GenericFields.all + GenericFields.json + AuditFields.all),
        waitsFor: nil)
    /// System calls.
    static let syscall = FalcoSource(
        name: "syscall", fields: FalcoFieldTable(GenericFields.all + SyscallFields.all),
        waitsFor: "kernel events (Falco source syscall)")

    static let all = [audit, syscall]

    static func named(_ name: String) -> FalcoSource? { all.first { $0.name == name } }
}

/// Fields by name.
struct FalcoFieldTable: Sendable {
    private let fields: [String: FalcoField]

    /// Of two fields of one name the last counts.
    init(_ fields: [FalcoField]) {
        self.fields = Dictionary(fields.map { ($0.name, $0) }) { _, last in last }
    }

    subscript(name: String) -> FalcoField? { fields[name] }

    var names: some Sequence<String> { fields.keys }

    /// A field, and the argument that stands behind a dot of the name: `evt.arg.flags`.
    func find(_ name: String) -> (field: FalcoField, part: String?)? {
        if let field = fields[name] { return (field, nil) }
        var prefix = name[...]
        while let dot = prefix.lastIndex(of: ".") {
            prefix = prefix[..<dot]
            guard let field = fields[String(prefix)], field.argument == .part else { continue }
            return (field, String(name[name.index(after: dot)...]))
        }
        return nil
    }
}
