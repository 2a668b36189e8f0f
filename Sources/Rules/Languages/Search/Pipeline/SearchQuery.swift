package import CEL
internal import SecurityEvents

/// A search with all its stages, ready to be asked of events: conditions, and what becomes of the rows.
public struct SearchQuery: Sendable {
    /// The conditions, which are a rule like any other.
    public let conditions: EventSearch
    /// What gives the fields that the stages ask for, by name.
    package let fields: [(name: String, program: Program)]
    private let stages: [SearchStage]
    private let columns: [String]

    /// Whether the search ends in a table rather than in the events that it found.
    public var makesTable: Bool { !stages.isEmpty }

    /// Reads a search.
    ///
    /// - Parameters:
    ///   - text: `action=create | stats count by user | sort -count`.
    ///   - library: has the lists that the search may name.
    /// - Throws: what is wrong, and where.
    public init(_ text: String, library: RuleLibrary) throws(SearchFault) {
        let (tree, rest) = try SearchParser.leading(text)
        stages = try rest.map { offset throws(SearchFault) in try SearchStageParser.parse(text, from: offset) } ?? []
        conditions = try EventSearch(text, tree: tree, library: library)
        let asked = try SearchFieldsAsked(
            stages, in: text, defaults: Self.defaultColumns
        ) { field throws(SearchFault) -> String in
            try SearchLowering(search: text, lists: library.lists).value(of: field)
        }
        columns = asked.columns
        var fields: [(name: String, program: Program)] = []
        for (name, expression) in asked.expressions {
            let checked: CheckedExpression
            do { checked = try library.compiler.compile(expression) } catch {
                throw SearchFault(error.all.first?.message ?? "the field '\(name)' cannot be read", in: text, at: 0)
            }
            fields.append((name, library.compiler.environment.program(checked)))
        }
        self.fields = fields
    }

    /// What is shown where no stage says what.
    private static let defaultColumns = [
        "_time", "sourcetype", "action", "outcome", "user", "namespace", "kind", "name", "image",
    ]

    /// The stages, ready for rows.
    ///
    /// - Parameter now: seconds since 1970, for `now()`.
    /// - Returns: what takes rows.
    package func pipe(now: Double) -> SearchPipe { SearchPipe(stages, columns: columns, now: now) }
}

/// A search over records that are no events any more: each is a row.
public struct RecordSearch: Sendable {
    private let stages: [SearchStage]
    private let columns: [String]
    /// The fields that the search asks for: as written, and by the names that the records have for them.
    package let fields: [(written: String, known: String)]

    /// Reads a search.
    ///
    /// - Parameters:
    ///   - text: the search.
    ///   - known: the names of the records' fields: parts of the event schema (`actor.user`), and others.
    ///   - columns: what is shown where no stage says what.
    ///   - lists: their names stand for nothing here, and are refused.
    /// - Throws: what is wrong, and where.
    public init(_ text: String, known: [String], columns: [String], lists: RuleLists) throws(SearchFault) {
        let (tree, rest) = try SearchParser.leading(text)
        if let list = tree.values.first(where: { lists.list(searchName: $0.text) != nil }) {
            throw SearchFault("'\(list.text)' is a list; lists are for searches over logs", in: text, at: list.offset)
        }
        stages =
            [.filter(tree)]
            + (try rest.map { offset throws(SearchFault) in try SearchStageParser.parse(text, from: offset) } ?? [])
        let asked = try SearchFieldsAsked(stages, in: text, defaults: columns) { field throws(SearchFault) -> String in
            let lower = field.name.lowercased()
            let name = lower == "_time" ? "event.time" : SearchFields.aliases[lower] ?? field.name
            if known.contains(lower) { return lower }
            guard known.contains(name) else {
                let names = known + SearchFields.aliases.filter { known.contains($0.value) }.map(\.key)
                throw SearchFault(
                    "records have no field '\(field.name)'" + Spelling.hint(for: lower, among: names.sorted()),
                    in: text,
                    at: field.offset)
            }
            return name
        }
        self.columns = asked.columns
        fields = asked.expressions.map { ($0.name, $0.expression) }
    }

    /// The stages, ready for rows.
    ///
    /// - Parameter now: seconds since 1970, for `now()`.
    /// - Returns: what takes rows.
    package func pipe(now: Double) -> SearchPipe { SearchPipe(stages, columns: columns, now: now) }
}

/// Which fields the stages of a search ask for, before one of them leaves only its own.
struct SearchFieldsAsked {
    /// Names and the expressions that give them, in the order in which they were asked for.
    private(set) var expressions: [(name: String, expression: String)] = []
    /// The columns where no stage says which.
    private(set) var columns: [String]

    /// Goes through the stages.
    ///
    /// - Parameters:
    ///   - stages: in order.
    ///   - search: the text, for faults.
    ///   - defaults: the columns where no stage says which.
    ///   - expression: what gives a field, or why there is none.
    /// - Throws: which field there is not.
    init(
        _ stages: [SearchStage], in search: String, defaults: [String],
        expression: (SearchField) throws(SearchFault) -> String
    ) throws(SearchFault) {
        columns = defaults
        var made: Set<String> = []
        var isClosed = false
        // The series of a chart are called as their values are.
        var isOpen = false
        var names: Set<String> = []
        var pending = stages
        // Without a stage that names columns, the usual ones are shown.
        if !stages.isEmpty, !stages.contains(where: \.isBarrier) {
            pending.append(.table(defaults.map { SearchField(name: $0, offset: 0) }))
        }
        // `earliest`, `latest` and charts go by the time.
        for stage in pending {
            var fields = stage.fields
            if stage.asksForTime { fields.append(SearchField(name: "_time", offset: 0)) }
            for field in fields where !made.contains(field.name) && !names.contains(field.name) {
                if isClosed {
                    if isOpen { continue }
                    guard field.offset > 0 || field.name != "_time" else { continue }
                    let known = made.sorted()
                    throw SearchFault(
                        "there is no field '\(field.name)' behind the stages before; there are \(known.joined(separator: ", "))"
                            + Spelling.hint(for: field.name, among: known), in: search, at: field.offset)
                }
                expressions.append((field.name, try expression(field)))
                names.insert(field.name)
            }
            switch stage {
            case .eval(let values): made.formUnion(values.map(\.name))
            case .rename(let all): made.formUnion(all.map(\.to))
            case .stats(let aggregates, let by): made = Set(by.map(\.name) + aggregates.map(\.name))
            case .top(_, let fields, _): made = Set(fields.map(\.name) + ["count", "percent"])
            case .timechart(_, let aggregates, let by):
                made = Set(["_time"] + aggregates.map(\.name))
                isOpen = by != nil
            case .table(let fields): made = Set(fields.map(\.name))
            default: break
            }
            if stage.isBarrier {
                isClosed = true
                names = []
            }
        }
    }
}

extension SearchStage {
    /// Whether it goes by the time of its rows.
    fileprivate var asksForTime: Bool {
        switch self {
        case .timechart: true
        case .stats(let aggregates, _): aggregates.contains { $0.function == .earliest || $0.function == .latest }
        default: false
        }
    }
}
