internal import CEL
internal import SecurityEvents

/// A search over events, as ATT&CK's analytics write it, ready to be asked.
///
/// The quoted name of a list stands for its members: `image NOT IN ("known_images_list")`.
public struct EventSearch: Sendable {
    /// The search as written.
    public let text: String
    /// The CEL that it was lowered to.
    public let expression: String
    /// The search as a rule: of level informational, true for every event that it finds.
    package let rule: CompiledRule

    /// Reads a search.
    ///
    /// - Parameters:
    ///   - text: `sourcetype=docker:daemon OR sourcetype=kubernetes:event| where action IN ("create", "start")`.
    ///   - library: has the lists that the search may name.
    /// - Throws: what is wrong, and where.
    public init(_ text: String, library: RuleLibrary) throws(SearchFault) {
        let (tree, rest) = try SearchParser.leading(text)
        if let rest {
            throw SearchFault(
                "this search makes a table of what it finds; only its conditions can be a rule", in: text, at: rest)
        }
        try self.init(text, tree: tree, library: library)
    }

    init(_ text: String, tree: SearchTree, library: RuleLibrary) throws(SearchFault) {
        self.text = text
        expression = try SearchLowering(search: text, lists: library.lists).lower(tree)
        let condition: CheckedExpression
        let message: [MessageTemplate.Part]
        do {
            condition = try library.compiler.compileCondition(expression)
            message = [.value(try library.compiler.compile(Self.summary))]
        } catch {
            throw SearchFault(error.all.first?.message ?? "the search cannot be run", in: text, at: 0)
        }
        let rule = Rule(
            id: Fingerprint(text).hexadecimal, name: "search", title: text, status: "", description: "", references: [],
            author: "", date: "", modified: "", level: .informational, tags: [], logsource: Rule.LogSource(),
            falsePositives: [], remediation: nil, condition: expression, file: "", page: nil)
        self.rule = CompiledRule(
            rule: rule, condition: condition, levels: [], message: MessageTemplate(parts: message), fields: [],
            requirement: Requirement(of: condition.root), in: library.compiler.environment, isSearch: true)
    }

    /// What is said of an event that was found.
    private static let summary = """
        (actor.user == "" ? "somebody" : actor.user) + ": " + (event.verb == "" ? event.action : event.verb) + " " \
        + (workload.kind == "" ? event.resource : workload.kind) + " " \
        + (event.namespace == "" ? "" : event.namespace + "/") \
        + (event.name == "" ? workload.name : event.name) \
        + (size(workload.images) == 0 ? "" : " of " + workload.images.join(", ")) + ", " + event.outcome
        """

    /// The rule alone, for a detector that runs the search.
    public func library(from library: RuleLibrary) -> RuleLibrary { RuleLibrary(search: self, lists: library) }
}
