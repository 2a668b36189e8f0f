import SecurityEvents
import Testing

@testable import Rules

@Suite("The stages of a search")
struct SearchPipeTests {
    private static let lists = RuleLists()

    /// What a search makes of rows of records; columns and cells as texts.
    static func run(_ search: String, _ rows: [[String: SearchCell]]) throws -> [[String]] {
        let record = try RecordSearch(
            search, known: ["user", "n", "tag", "event.time", "x"], columns: ["user", "n"], lists: lists)
        var pipe = record.pipe(now: 1000)
        for row in rows {
            var made = SearchRow()
            for (written, known) in record.fields { made[written] = row[known] ?? .none }
            pipe.add(made) { text in row.values.contains { $0.text.contains(text) } }
        }
        let result = pipe.finish()
        return [result.columns] + result.rows.map { row in result.columns.map { row[$0].text } }
    }

    private static let rows: [[String: SearchCell]] = [
        ["user": .text("bob"), "n": .number(3), "tag": .list([.text("a"), .text("b")]), "event.time": .time(at(0))],
        ["user": .text("alice"), "n": .number(10), "tag": .text("a"), "event.time": .time(at(60))],
        ["user": .text("bob"), "n": .number(5), "event.time": .time(at(650))],
        ["n": .number(7), "event.time": .time(at(700))],
    ]

    private static func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

    @Test(
        "Stages",
        arguments: [
            ("user=bob", [["user", "n"], ["bob", "3"], ["bob", "5"]]),
            ("user=B* n>3", [["user", "n"], ["bob", "5"]]),
            ("NOT user=*", [["user", "n"], ["", "7"]]),
            ("bo OR n IN (7, 10)", [["user", "n"], ["bob", "3"], ["alice", "10"], ["bob", "5"], ["", "7"]]),
            ("* | stats count by user | sort -count", [["user", "count"], ["bob", "2"], ["alice", "1"]]),
            (
                "* | stats count, dc(user) AS users, sum(n) min(n) max(n) avg(n) values(user) first(n) last(n)",
                [
                    ["count", "users", "sum(n)", "min(n)", "max(n)", "avg(n)", "values(user)", "first(n)", "last(n)"],
                    ["4", "2", "25", "3", "10", "6.25", "alice bob", "3", "7"],
                ]
            ),
            ("* | stats count by tag", [["tag", "count"], ["a", "2"], ["b", "1"]]),
            (
                "* | stats count(eval(n > 4)) AS big earliest(user) latest(n)",
                [["big", "earliest(user)", "latest(n)"], ["3", "bob", "7"]]
            ),
            ("user=nobody | stats count", [["count"], ["0"]]),
            ("user=nobody | stats count by user", [["user", "count"]]),
            ("* | sort n | head 2 | table n", [["n"], ["3"], ["5"]]),
            (
                "* | sort - user, n | table user n",
                [["user", "n"], ["bob", "3"], ["bob", "5"], ["alice", "10"], ["", "7"]]
            ),
            ("* | tail 2 | fields n", [["n"], ["7"], ["5"]]),
            ("* | dedup user | table user, n", [["user", "n"], ["bob", "3"], ["alice", "10"]]),
            ("* | fields - n | head 1", [["user"], ["bob"]]),
            ("* | rename user AS who | head 1", [["who", "n"], ["bob", "3"]]),
            ("* | where n * 2 > 13 AND isnotnull(user)", [["user", "n"], ["alice", "10"]]),
            (
                "* | eval k = if(n > 5, upper(user), \"small\") | table k",
                [["k"], ["small"], ["ALICE"], ["small"], [""]]
            ),
            ("* | top limit=1 user", [["user", "count", "percent"], ["bob", "2", "66.67"]]),
            ("* | rare user", [["user", "count", "percent"], ["alice", "1", "33.33"], ["bob", "2", "66.67"]]),
            ("* | bin n span=5 | stats count by n", [["n", "count"], ["0", "1"], ["5", "2"], ["10", "1"]]),
            (
                "* | timechart span=5m count by user",
                [
                    ["_time", "alice", "bob"], ["1970-01-01T00:00:00Z", "1", "1"], ["1970-01-01T00:05:00Z", "0", "0"],
                    ["1970-01-01T00:10:00Z", "0", "1"],
                ]
            ),
            (
                "* | timechart span=10m sum(n) AS s",
                [["_time", "s"], ["1970-01-01T00:00:00Z", "13"], ["1970-01-01T00:10:00Z", "12"]]
            ),
            ("* | stats count by user | search count>1 | table user", [["user"], ["bob"]]),
        ] as [(String, [[String]])])
    func stages(_ search: String, _ expected: [[String]]) throws {
        #expect(try Self.run(search, Self.rows) == expected)
    }

    @Test(
        "Expressions",
        arguments: [
            ("1 + 2 * 3", "7"), ("(1 + 2) * 3", "9"), ("7 % 4 - -1", "4"), ("1 / 0", ""), ("\"a\" . \"b\" . 1", "ab1"),
            ("\"a\" + \"b\"", "ab"), ("len(\"héé\")", "3"), ("lower(\"AB\") = \"ab\"", "true"), ("n", "4"),
            ("nothing", ""),
            ("coalesce(nothing, n)", "4"), ("case(n > 9, \"big\", n > 3, \"some\", true(), \"few\")", "some"),
            ("if(isnull(nothing) AND NOT n = 5, 1, 2)", "1"), ("substr(\"abcdef\", 2, 3)", "bcd"),
            ("substr(\"abc\", -2)", "bc"),
            ("like(\"prod-web\", \"prod%w_b\")", "true"), ("\"x\" LIKE \"y%\"", "false"),
            ("match(\"abc\", \"^a.c$\")", "true"),
            ("replace(\"a1b22\", \"[0-9]+\", \"<\\0>\")", "a<1>b<22>"), ("round(2.345, 2)", "2.35"),
            ("ceil(1.2) + floor(1.8)", "3"),
            ("n IN (1, 4)", "true"), ("n NOT IN (1, 4)", "false"), ("mvcount(split(\"a,b,c\", \",\"))", "3"),
            ("mvindex(split(\"a,b,c\", \",\"), -1)", "c"), ("mvjoin(split(\"a,b\", \",\"), \"+\")", "a+b"),
            ("now()", "1000"),
            ("tonumber(\"ff\", 16)", "255"), ("tostring(4) . \"x\"", "4x"), ("max(1, n, 3)", "4"), ("nullif(n, 4)", ""),
            ("trim(\"  a \")", "a"), ("true XOR false", "true"), ("1 = 1.0", "true"), ("\"A\" = \"a\"", "true"),
        ])
    func expressions(_ expression: String, _ expected: String) throws {
        let rows = try Self.run(
            "* | eval nothing=null() | eval r=\(expression) | table r", [["n": .number(4)]])
        #expect(rows == [["r"], [expected]])
    }

    @Test(
        "Faults have a line, a column, a reason and a hint",
        arguments: [
            ("* | stats cont by user", "1:11: there is no aggregation 'cont'; there are count, dc"),
            ("* | stats dc by user", "1:11: 'dc' needs a field: dc(user)"),
            ("* | stas count", "1:5: there is no command 'stas'"),
            ("* | transaction user", "1:5: the command 'transaction' is not read; use 'stats'"),
            ("* | stats count by usr", "1:20: records have no field 'usr'; did you mean 'user'?"),
            (
                "* | stats count by user | table n",
                "1:33: there is no field 'n' behind the stages before; there are count, user"
            ),
            ("* | eval a=lenn(user)", "1:12: there is no function 'lenn'; did you mean 'len'?"),
            ("* | eval a=len()", "1:12: 'len' does not take 0 arguments"),
            ("* | eval a=(1", "1:14: ')' is missing before the end of the search"),
            ("* | where match(user, \"[\")", "1:11: \"[\" is no regular expression"),
            ("* | head 0", "1:10: the number of rows must be"),
            ("* | timechart span=5x count", "1:20: a span is written as 30s, 5m, 1h or 1d"),
            ("* | rename user", "1:16: 'as' is missing before the end of the search"),
            ("* |", "1:4: a command must follow '|'"),
            ("* | eval a=\"x", "1:12: no quote ends this text"),
            ("* | search", "1:11: a condition is missing before the end of the search"),
        ])
    func faults(_ search: String, _ expected: String) {
        do {
            _ = try Self.run(search, [])
            Issue.record("\(search) is no search")
        } catch {
            #expect("\(error)".hasPrefix(expected), "\(error)")
        }
    }

    @Test("Groups, rows and values are bounded, and what is left out is told")
    func bounds() throws {
        let record = try RecordSearch(
            "* | stats values(n) by user", known: ["user", "n"], columns: ["user"], lists: Self.lists)
        var pipe = record.pipe(now: 0)
        for number in 0..<(SearchGroups.limit + 5) {
            pipe.add(SearchRow(["user": .number(Double(number)), "n": .number(1)]))
        }
        for number in 0..<(SearchAggregate.valueLimit + 5) {
            pipe.add(SearchRow(["user": .number(0), "n": .number(Double(number))]))
        }
        let result = pipe.finish()
        #expect(result.rows.count == SearchGroups.limit)
        #expect(pipe.notes.count == 2 && pipe.notes[0].contains("5 rows of others"))
    }

    @Test("Nesting is bounded")
    func deep() {
        for text in [
            String(repeating: "(", count: 5000), String(repeating: "NOT ", count: 5000),
            String(repeating: "-", count: 5000),
        ] {
            #expect(throws: SearchFault.self) { try Self.run("* | where 1 + " + text + "1", []) }
        }
    }
}
