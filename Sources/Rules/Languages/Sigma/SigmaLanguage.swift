internal import BoundedYAML
package import SecurityEvents
internal import Yams

/// Sigma 2.1: rules, correlations, filters; and its envelope with a condition in CEL, `detection: {cel: …}`.
package enum SigmaLanguage: RuleLanguage {
    package static let name = "Sigma"

    package static var constructs: [RuleConstruct] { SigmaConstructs.all }

    /// Keys of which one stands at the top of every document.
    private static let marks = ["detection:", "correlation:", "filter:", "logsource:"]

    package static func reads(_ file: RuleFile) -> Bool {
        guard file.fileName.hasSuffix(".yml") || file.fileName.hasSuffix(".yaml") else { return false }
        var isOurs = false
        for line in file.text.textLines {
            // A sequence is Falco's, an object with a version Kubernetes'.
            if line.hasPrefix("- ") || line.hasPrefix("apiVersion:") { return false }
            if marks.contains(where: line.hasPrefix) { isOurs = true }
        }
        return isOurs || file.fileName == "rule.yml"
    }

    package static func compile(
        _ files: [RuleFile], with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [CompiledRule] {
        var set = SigmaRuleSet(compiler)
        for file in files {
            do throws(Diagnostic) {
                for document in try SigmaDocument.all(of: file) { set.add(document) }
            } catch {
                set.diagnostics.append(error)
            }
        }
        let rules = set.compile()
        diagnostics += set.diagnostics
        return rules
    }
}
