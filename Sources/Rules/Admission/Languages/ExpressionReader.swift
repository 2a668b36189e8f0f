internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads the expressions of a policy and compiles them, faults with their places in the file.
struct ExpressionReader {
    let text: YAMLText
    var diagnostics: [Diagnostic] = []

    init(_ text: YAMLText) { self.text = text }

    /// A text with an expression in it; nil and a fault where it is missing.
    mutating func expression(_ node: Node?, _ key: String, of owner: Node) -> (text: String, node: Node)? {
        guard let node, let scalar = node.scalar, !scalar.string.trimmed.isEmpty else {
            diagnostics.append(text.fault(at: node ?? owner, "'\(key)' is missing or empty"))
            return nil
        }
        guard !node.isPlainWordOfAnotherType else {
            diagnostics.append(
                text.fault(
                    at: node,
                    "'\(key)' must be a text, and to YAML this is none: put it in quotes, '\"\(scalar.string)\"'"))
            return nil
        }
        return (scalar.string, node)
    }

    /// Compiles an expression that must be of some type.
    ///
    /// - Parameters:
    ///   - written: the expression as it is compiled.
    ///   - node: where it stands.
    ///   - types: the types that it may have; any where there are none.
    ///   - what: what it is, for the fault.
    ///   - environment: what it may use.
    /// - Returns: the program; nil and faults where it is not sound.
    mutating func compile(
        _ written: String, at node: Node, types: [CELType], what: String, in environment: Environment
    ) -> Program? {
        let checked: CheckedExpression
        do {
            checked = try environment.compile(written, name: "expression")
        } catch {
            report(error, at: node)
            return nil
        }
        guard types.isEmpty || types.contains(checked.type) else {
            let wanted = types.map { "\($0)" }.joined(separator: " or ")
            diagnostics.append(text.fault(at: node, "\(what) must evaluate to \(wanted), this is \(checked.type)"))
            return nil
        }
        return environment.program(checked)
    }

    /// Reports the faults of an expression at their places in the file.
    mutating func report(_ errors: CompileErrors, at node: Node) {
        let places = ScalarPlaces(node, in: text.lines)
        for issue in errors.issues {
            let place = places.place(line: issue.location.line, column: issue.location.column)
            diagnostics.append(
                Diagnostic(file: text.file, line: place.line, column: place.column, message: issue.message))
        }
    }

    /// The variables of a policy, and the expressions of which they are made, in order.
    mutating func variables(
        _ definitions: [(name: String, expression: String, node: Node)],
        before: [(name: String, expression: String)] = [],
        hasParameters: Bool, hasAuthorizer: Bool = true, more: [Variable] = [], libraries: [Library] = []
    ) -> PolicyVariables? {
        do {
            return try PolicyVariables(
                before + definitions.map { ($0.name, $0.expression) }, hasParameters: hasParameters,
                hasAuthorizer: hasAuthorizer, more: more, libraries: libraries)
        } catch {
            if let found = definitions.first(where: { $0.name == error.name }) {
                report(error.errors, at: found.node)
            } else {
                diagnostics.append(
                    text.fault(at: text.root, "variable '\(error.name)': \(error.errors.issues.first?.message ?? "")"))
            }
            return nil
        }
    }
}

extension Node {
    /// Whether it is a word without quotes that YAML takes for a truth or a number, where a text is asked for.
    var isPlainWordOfAnotherType: Bool {
        guard let scalar, scalar.style == .plain else { return false }
        return bool != nil || int != nil || float != nil
    }
}
