import CEL
import JSONView
public import Rules
public import SecurityEvents

/// Asks a search of events and makes the rows of its table.
///
/// A class, because who reads the events and who prints the table share one.
public final class SearchRunner {
    private let query: SearchQuery
    private let lists: RuleLists
    private let evaluator = Evaluator()
    private var context: EventContext?
    private var pipe: SearchPipe
    private let since: SecurityEvents.Timestamp?
    private let until: SecurityEvents.Timestamp?
    private var failures = 0
    /// How many events, or containers of events, the conditions were true of.
    public private(set) var hits = 0

    /// Prepares a search.
    ///
    /// - Parameters:
    ///   - query: the search.
    ///   - library: has its lists.
    ///   - now: seconds since 1970, for `now()`.
    ///   - since: events before this moment are left out; those without a time are kept.
    ///   - until: events from this moment on are left out.
    public init(
        _ query: SearchQuery, library: RuleLibrary, now: Double, since: SecurityEvents.Timestamp? = nil,
        until: SecurityEvents.Timestamp? = nil
    ) {
        self.query = query
        self.since = since
        self.until = until
        lists = library.lists
        pipe = query.pipe(now: now)
    }

    /// Whether no further event can change the table.
    public var isFull: Bool { pipe.isFull }

    /// Looks at an event.
    public func observe(_ event: borrowing Event) {
        let rule = query.conditions.rule
        guard !pipe.isFull, rule.requirement.sources & Requirement.bit(event.source) != 0, isInTime(event) else {
            return
        }
        let context = shown(event)
        guard rule.scope == .container else { return ask(rule, context) }
        for container in 0..<context.containerCount {
            context.turn(to: container)
            ask(rule, context)
        }
        context.turn(to: nil)
    }

    /// The table, once all events were seen; and what its bounds left out.
    package func finish() -> (columns: [String], rows: [SearchRow], notes: [String]) {
        let result = pipe.finish()
        let failed = failures == 0 ? [] : ["the conditions had no answer for \(failures) events or containers"]
        return (result.columns, result.rows, pipe.notes + failed)
    }

    private func isInTime(_ event: borrowing Event) -> Bool {
        guard let time = event.time else { return true }
        if let since, time < since { return false }
        if let until, time >= until { return false }
        return true
    }

    private func shown(_ event: borrowing Event) -> EventContext {
        if let context {
            context.show(event)
            return context
        }
        let made = EventContext(lists: lists, event: event)
        context = made
        return made
    }

    private func ask(_ rule: CompiledRule, _ context: EventContext) {
        guard let truth = rule.program.matches(context, using: evaluator) else {
            failures += 1
            return
        }
        guard truth else { return }
        hits += 1
        var row = SearchRow()
        for (name, program) in query.fields {
            row[name] = SearchCells.cell(of: program.evaluate(context, using: evaluator), named: name)
        }
        pipe.add(row) { text in context.shownEvent.pointee.raw.holds(text) }
    }
}

/// Turns values into cells, copied, without secrets.
enum SearchCells {
    private static let listLimit = 256

    static func cell(of value: Value, named name: String, depth: Int = 0) -> SearchCell {
        switch value {
        case .bool(let bool): return .bool(bool)
        case .int(let int): return .number(Double(int))
        case .uint(let uint): return .number(Double(uint))
        case .double(let double): return .number(double)
        case .timestamp(let time):
            return SecurityEvents.Timestamp(seconds: time.seconds, nanoseconds: Int64(time.nanoseconds)).map {
                .time($0)
            } ?? .none
        case .duration(let span): return .number(Double(span.nanoseconds) / 1e9)
        case .string(let text): return text.isEmpty ? .none : .text(redacted(text))
        case .text(let text): return text.isEmpty ? .none : .text(redacted(String(copying: text)))
        case .list(let list):
            guard depth < 4 else { return .none }
            return cells(list.elements.prefix(listLimit).map { cell(of: $0, named: name, depth: depth + 1) })
        case .json(let json):
            switch json.kind {
            case .array:
                guard depth < 4 else { return .none }
                return cells(json.elements.prefix(listLimit).map { cell(of: .json($0), named: name, depth: depth + 1) })
            case .null: return .none
            case .bool: return .bool(json.bool == true)
            case .int64, .uint64, .double, .bigNumber:
                return json.double.map { .number($0) } ?? json.int64.map { .number(Double($0)) } ?? .none
            case .string, .object: return text(of: value)
            }
        case .error, .unknown, .null: return .none
        default: return text(of: value)
        }
    }

    private static func text(of value: Value) -> SearchCell {
        let text = ValueText(1024).finished(value)
        return text.isEmpty ? .none : .text(text)
    }

    private static func cells(_ cells: [SearchCell]) -> SearchCell {
        let known = cells.flatMap(\.values)
        return known.count == 1 ? known[0] : known.isEmpty ? .none : .list(known)
    }

    private static func redacted(_ text: String) -> String { String(Redactor().redact(text).prefix(4096)) }
}

extension JSONValue {
    /// Whether a text stands in one of the values.
    fileprivate func holds(_ text: String) -> Bool {
        var copy = CompactJSON()
        copy.write(self)
        return String(decoding: copy.bytes, as: UTF8.self).lowercased().contains(text.lowercased())
    }
}
