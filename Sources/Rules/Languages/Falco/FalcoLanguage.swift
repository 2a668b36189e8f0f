internal import BoundedYAML
package import SecurityEvents
internal import Yams

/// Falco's rule files: lists, macros, rules, exceptions, changes of earlier ones, and required versions.
package enum FalcoLanguage: RuleLanguage {
    package static let name = "Falco"

    private static let keys: Set<Substring> = [
        "rule", "macro", "list", "required_engine_version", "required_plugin_versions",
    ]

    /// A sequence with at least one item that only Falco's files have.
    package static func reads(_ file: RuleFile) -> Bool {
        guard file.fileName.hasSuffix(".yml") || file.fileName.hasSuffix(".yaml") else { return false }
        var isSequence = false
        for line in file.text.textLines {
            var rest = line.drop { $0 == " " }
            if rest.isEmpty || rest.hasPrefix("#") || rest.hasPrefix("---") || rest.hasPrefix("%") { continue }
            if !isSequence {
                guard rest.hasPrefix("-") || rest.hasPrefix("[") else { return false }
                isSequence = true
            }
            rest = rest.drop { "-[{ \"'".contains($0) }
            let key = rest.prefix { $0.isLetter || $0 == "_" }
            if keys.contains(key), rest.dropFirst(key.count).drop(while: { "\"' ".contains($0) }).hasPrefix(":") {
                return true
            }
        }
        return false
    }

    package static func compile(
        _ files: [RuleFile], with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [CompiledRule] {
        var definitions = FalcoDefinitions()
        for file in files {
            for (text, fault) in FalcoDocuments.read(file) {
                if let fault { diagnostics.append(fault) }
                guard let text else { continue }
                var reader = FalcoItemReader(text, definitions: definitions)
                reader.read()
                definitions = reader.definitions
                diagnostics += reader.diagnostics
            }
        }
        var ruleCompiler = FalcoRuleCompiler(definitions, compiler: compiler)
        let rules = ruleCompiler.compileAll()
        diagnostics += ruleCompiler.diagnostics
        return rules
    }
}

/// The documents of a file, which Falco reads one after the other.
enum FalcoDocuments {
    static func read(_ file: RuleFile) -> [(text: YAMLText?, fault: Diagnostic?)] {
        var documents: [(text: YAMLText?, fault: Diagnostic?)] = []
        var before = 0
        let limit = 100
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false)
        let breaks = lines.indices.filter { lines[$0] == "---" || lines[$0].hasPrefix("--- ") } + [lines.count]
        for end in breaks {
            let document = lines[before..<end]
            let begin = before
            before = end + 1
            let isEmpty = document.allSatisfy { line in
                let rest = line.drop { $0.isWhitespace }
                return rest.isEmpty || rest.hasPrefix("#")
            }
            if isEmpty { continue }
            guard documents.count < limit else {
                documents.append(
                    (nil, Diagnostic(file: file.name, line: begin + 1, message: "more than \(limit) documents")))
                break
            }
            // The lines before a document are kept as empty ones, so that places stay right.
            let text = String(repeating: "\n", count: begin) + document.joined(separator: "\n")
            do { documents.append((try YAMLText(text, file: file.name), nil)) } catch {
                documents.append((nil, error))
            }
        }
        if documents.isEmpty { documents.append((nil, Diagnostic(file: file.name, message: "the file is empty"))) }
        return documents
    }
}
