internal import EventSources

/// Finds one kind of source and makes it ready to be followed.
///
/// A new kind of source is one file here and one line in ``SourceOpeners/all``.
protocol SourceOpener: Sendable {
    /// What the source is called when it is said whether it was found.
    static var name: String { get }

    /// Looks for the source.
    ///
    /// - Parameter setting: what is configured, and what the machine has.
    /// - Returns: what became of it.
    /// - Throws: why it cannot be followed, where it has to be.
    static func open(_ setting: SourceSetting) throws -> SourceOutcome

    /// Looks at what is kept of the source before it is opened: whether it is still of that source.
    ///
    /// - Parameter setting: what is configured, and what the machine has.
    /// - Returns: the places to be kept otherwise.
    static func recognize(_ setting: SourceSetting) async -> ClusterIdentity.Change
}

extension SourceOpener {
    /// A source that is what its name says.
    static func recognize(_ setting: SourceSetting) async -> ClusterIdentity.Change { .init() }
}

/// The kinds of sources, in the order in which they are looked for.
enum SourceOpeners {
    static let all: [any SourceOpener.Type] = [
        DockerOpener.self,
        FilesOpener.self,
        KubernetesOpener.self,
        AuditWebhookOpener.self,
        JournalOpener.self,
        ContainerdOpener.self,
    ]
}

/// What became of looking for a source.
enum SourceOutcome: Sendable {
    /// It is followed; the words say how it was found.
    case followed([any EventSource], String, close: @Sendable () async -> Void = {})
    /// It is not there; the words say where it was looked for.
    case notFound(String)
    /// Somebody said that it is not to be followed, or nobody said that it is.
    case off(String)
}

/// What is configured, and what the machine has.
struct SourceSetting: Sendable {
    /// What is configured.
    let configuration: EffectiveConfiguration
    /// How far sources were read, by their names.
    var places: [String: [UInt8]]
    /// Where places are kept when there is no ledger; one for all sources, as each keeping writes the whole file.
    var positions: PositionFile?
    /// Looks up a variable of the environment.
    let environment: @Sendable (String) -> String?
    /// Says whether a file is there and may be read.
    let exists: @Sendable (String) -> Bool

    /// What is configured.
    var values: AgentConfiguration { configuration.values }

    /// Whether logs, a cluster or a webhook are named, so that others are not looked for.
    var namesSources: Bool {
        !values.files.paths.isEmpty || values.auditWebhook.listen != nil || values.journal.use == .always
            || values.kubernetes.use == .always
            || values.kubernetes.kubeconfig != nil || values.containerd.use == .always
            || values.containerd.socket != nil
    }
}

/// There is nothing to follow.
package struct NothingToFollow: Error, CustomStringConvertible {
    /// What was looked for, a line each.
    package let looked: [String]

    /// What was looked for, and what to do.
    package var description: String {
        (["there is nothing to follow: name a log, or configure a source (docs/configuration.md)"] + looked)
            .joined(separator: "\n  ")
    }
}

/// A source that has to be followed and cannot be.
package struct SourceUnusable: Error, CustomStringConvertible {
    /// The kind of source.
    let name: String
    /// Why it cannot be followed.
    let reason: String

    /// The kind and why.
    package var description: String { "\(name): \(reason)" }
}
