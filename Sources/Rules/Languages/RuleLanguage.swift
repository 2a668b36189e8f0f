package import SecurityEvents

/// A language that rules are written in, lowered to ``CompiledRule``.
///
/// After compiling, nobody asks which language a rule came from.
package protocol RuleLanguage: Sendable {
    /// What the language is called.
    static var name: String { get }

    /// Whether a file is in this language.
    static func reads(_ file: RuleFile) -> Bool

    /// Compiles the rules of a file.
    ///
    /// - Parameters:
    ///   - file: the text.
    ///   - compiler: what expressions are checked with.
    ///   - diagnostics: every fault found; a rule with a fault is left out.
    /// - Returns: the sound rules.
    static func compile(
        _ file: RuleFile, with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [CompiledRule]
}

/// The languages, in the order in which a file is offered to them.
package enum RuleLanguages {
    package static var all: [any RuleLanguage.Type] { [SigmaLanguage.self] }
}
