internal import BoundedYAML
package import SecurityEvents
internal import Yams

/// Sigma's envelope with a condition in CEL: `detection: {cel: …}`.
package enum SigmaLanguage: RuleLanguage {
    package static let name = "Sigma with CEL"

    package static var constructs: [RuleConstruct] { SigmaConstructs.all }

    package static func reads(_ file: RuleFile) -> Bool {
        file.fileName.hasSuffix(".yml") || file.fileName.hasSuffix(".yaml")
    }

    package static func compile(
        _ files: [RuleFile], with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [CompiledRule] {
        files.flatMap { compile($0, with: compiler, diagnostics: &diagnostics) }
    }

    private static func compile(
        _ file: RuleFile, with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [CompiledRule] {
        do {
            let text = try YAMLText(file.text, file: file.name)
            var reader = SigmaRuleReader(text, file: file, compiler: compiler)
            let rule = reader.read()
            diagnostics += reader.fields.diagnostics
            return reader.fields.diagnostics.isEmpty ? rule.map { [$0] } ?? [] : []
        } catch {
            diagnostics.append(error)
            return []
        }
    }
}
