/// A section of the configuration file: its keys, and what is usual.
///
/// A new section is one file in `Sections/`, one member of ``AgentConfiguration`` and one line in its list.
package protocol ConfigSection: Sendable, Equatable {
    /// What is usual.
    init()

    /// Where it stands in the file: `sources.docker`.
    static var path: String { get }
    /// What it is for, in a sentence.
    static var summary: String { get }
    /// Its keys, in the order in which they are shown.
    static var keys: [ConfigKey<Self>] { get }

    /// What is wrong with its values taken together.
    var contradictions: [Contradiction] { get }
}

extension ConfigSection {
    package var contradictions: [Contradiction] { [] }
}

/// Values of a section that do not go together.
package struct Contradiction: Sendable, Equatable {
    /// The key that has to be mended, without its section.
    let key: String
    /// What is wrong and what to do.
    let reason: String
}
