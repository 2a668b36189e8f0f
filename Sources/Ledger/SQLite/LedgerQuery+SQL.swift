import GRDB
import SecurityEvents

extension LedgerQuery {
    /// The query as SQL and the values of its question marks.
    var sql: (text: String, arguments: StatementArguments) {
        var conditions = Conditions()
        if !kinds.isEmpty {
            conditions.add(column: "kind", anyOf: kinds.map(\.rawValue).sorted())
        }
        if let level {
            conditions.add(column: "level", anyOf: Level.allCases.filter { $0 >= level }.map(\.rawValue))
        }
        if let since { conditions.add("coalesce(time, recorded) >= ?", [since.nanoseconds]) }
        if let until { conditions.add("coalesce(time, recorded) < ?", [until.nanoseconds]) }
        if let rule { conditions.add("(rule = ? OR rule_name = ?)", [rule, rule]) }
        if let subject { conditions.add(subject: LedgerSubject.settled(subject)) }
        if let container { conditions.add(container: container) }
        if let workloadUID { conditions.add("workload_uid = ?", [workloadUID]) }
        if let namespace { conditions.add("namespace = ?", [namespace]) }
        if let workload { conditions.add("workload = ?", [workload]) }
        if let actor { conditions.add("(actor = ? OR on_behalf_of = ?)", [actor, actor]) }
        if let after { conditions.add(order == .newestFirst ? "sequence < ?" : "sequence > ?", [after]) }
        let direction = order == .newestFirst ? "DESC" : "ASC"
        let page = max(0, min(limit, Self.pageLimit))
        return (
            "\(EntryRow.selection)\(conditions.clause) ORDER BY sequence \(direction) LIMIT \(page)",
            StatementArguments(conditions.arguments)
        )
    }
}

/// Conditions that must all hold.
private struct Conditions {
    private var texts: [String] = []
    private(set) var arguments: [any DatabaseValueConvertible] = []

    var clause: String { texts.isEmpty ? "" : " WHERE " + texts.joined(separator: " AND ") }

    mutating func add(_ text: String, _ values: [any DatabaseValueConvertible]) {
        texts.append(text)
        arguments += values
    }

    mutating func add(column: String, anyOf values: [String]) {
        add("\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))", values)
    }

    mutating func add(container: String) {
        let (text, values) = Self.container(container)
        add(text, values)
    }

    mutating func add(subject: String) {
        let (container, values) = Self.container(subject)
        let columns = ["workload_uid", "namespace", "workload", "actor", "on_behalf_of", "key", "about"]
        let texts = columns.map { "\($0) = ?" } + [container]
        add("(\(texts.joined(separator: " OR ")))", columns.map { _ in subject } + values)
    }

    /// Docker shows the first 12 of 64 hexadecimal digits, and takes any beginning.
    private static func container(_ id: String) -> (String, [any DatabaseValueConvertible]) {
        let isShort =
            (12..<64).contains(id.utf8.count) && id.utf8.allSatisfy { Character(Unicode.Scalar($0)).isHexDigit }
        guard isShort else { return ("container = ?", [id]) }
        return ("(container >= ? AND container < ?)", [id, id + "g"])
    }
}
