package import SecurityEvents

/// A language that rules are written in, lowered to ``CompiledRule``.
///
/// After compiling, nobody asks which language a rule came from.
package protocol RuleLanguage: Sendable {
    /// What the language is called.
    static var name: String { get }

    /// Whether a file is in this language, told by what stands in it and not by its name alone.
    static func reads(_ file: RuleFile) -> Bool

    /// What the language consists of, and what becomes of each part: the table in `docs/rule-languages.md`.
    static var constructs: [RuleConstruct] { get }

    /// Compiles the rules of files, which may build on one another: a macro, a rule that another correlates, a binding.
    ///
    /// - Parameters:
    ///   - files: the texts in this language, in the order in which they were given.
    ///   - compiler: what expressions are checked with.
    ///   - diagnostics: every fault found; a rule with a fault is left out.
    /// - Returns: the sound rules; each names the file that it came from.
    static func compile(
        _ files: [RuleFile], with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [CompiledRule]
}

/// The languages, in the order in which a file is offered to them.
package enum RuleLanguages {
    package static var all: [any RuleLanguage.Type] {
        [AdmissionPolicyLanguage.self, FalcoLanguage.self, SigmaLanguage.self]
    }
}
