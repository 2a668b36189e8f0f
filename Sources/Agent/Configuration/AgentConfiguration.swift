/// Everything that `tallyman serve` can be told.
package struct AgentConfiguration: Sendable, Equatable {
    package var rules = RulesSection()
    package var judging = JudgingSection()
    package var docker = DockerSection()
    package var files = FilesSection()
    package var kubernetes = KubernetesSection()
    package var auditWebhook = AuditWebhookSection()
    package var journal = JournalSection()
    package var containerd = ContainerdSection()
    package var ledger = LedgerSection()
    package var findings = FindingsSection()
    package var log = LogSection()
    package var redaction = RedactionSection()
    package var server = ServerSection()
    package var queue = QueueSection()
    package var shutdown = ShutdownSection()

    /// What is usual.
    package init() {}

    /// The sections, in the order in which they are shown.
    package static let sections: [ConfigPart] = [
        ConfigPart(\.rules),
        ConfigPart(\.judging),
        ConfigPart(\.docker),
        ConfigPart(\.files),
        ConfigPart(\.kubernetes),
        ConfigPart(\.auditWebhook),
        ConfigPart(\.journal),
        ConfigPart(\.containerd),
        ConfigPart(\.ledger),
        ConfigPart(\.findings),
        ConfigPart(\.log),
        ConfigPart(\.redaction),
        ConfigPart(\.server),
        ConfigPart(\.queue),
        ConfigPart(\.shutdown),
    ]

    /// All keys, in the order in which they are shown.
    package static let entries: [ConfigEntry] = sections.flatMap(\.entries)

    /// Finds a key by its whole path.
    package static func entry(_ path: String) -> ConfigEntry? { byPath[path] }

    private static let byPath = Dictionary(entries.map { ($0.path, $0) }) { first, _ in first }
}

/// A section as a part of the whole.
package struct ConfigPart: Sendable {
    /// Where it stands in the file: `sources.docker`.
    package let path: String
    /// What it is for.
    package let summary: String
    /// Its keys.
    package let entries: [ConfigEntry]
    /// What is wrong with its values taken together.
    let contradictions: @Sendable (AgentConfiguration) -> [Contradiction]

    init<Section: ConfigSection>(_ field: Field<AgentConfiguration, Section>) {
        path = Section.path
        summary = Section.summary
        entries = Section.keys.map { key in
            ConfigEntry(
                path: Section.path + "." + key.name, form: key.form, summary: key.summary, usual: key.read(Section()),
                read: { key.read($0[keyPath: field]) }, write: { key.write(&$0[keyPath: field], $1) })
        }
        contradictions = { $0[keyPath: field].contradictions }
    }
}

/// A key of the whole configuration.
package struct ConfigEntry: Sendable {
    /// The whole path: `sources.docker.host`.
    package let path: String
    package let form: ConfigForm
    /// What it does.
    package let summary: String
    /// The value where nothing is set.
    package let usual: ConfigValue
    /// Reads the value.
    package let read: @Sendable (AgentConfiguration) -> ConfigValue
    let write: @Sendable (inout AgentConfiguration, ConfigValue) -> Void

    /// What every variable's name begins with.
    package static let variablePrefix = "TALLYMAN_"

    /// The variable of the environment that sets the key: `TALLYMAN_SOURCES_DOCKER_HOST`.
    package var variable: String {
        var name = Self.variablePrefix
        var previous: Character = "."
        for letter in path {
            // A word of capitals (`CA`) stays one word.
            if letter.isUppercase, previous.isLowercase { name.append("_") }
            name.append(letter == "." ? "_" : Character(letter.uppercased()))
            previous = letter
        }
        return name
    }
}
