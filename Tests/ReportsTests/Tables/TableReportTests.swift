import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("Tables")
struct TableReportTests {
    private let table: Table = {
        var table = Table(columns: [
            .init("rule"), .init("level"), .init("count"), .init("title", canShrink: true), .init("tags"),
        ])
        table.add([
            .text("container-privileged"), .level(.high), .number(12), .text("Container, \"full\" privileges"),
            .texts(["t1610", "t1611"]),
        ])
        table.add([.text("短"), .level(.low), .number(3), .text("=1+1\n\u{202E}"), .none])
        table.add([.none, .level(.critical)])
        return table
    }()

    @Test("as text are aligned, numbers to the right")
    func text() {
        #expect(
            TableFormat.text.report().text(of: table) == #"""
                RULE                  LEVEL     COUNT  TITLE                         TAGS
                container-privileged  high         12  Container, "full" privileges  t1610, t1611
                短                    low           3  =1+1\u{A}\u{202E}
                                      critical

                """#)
    }

    @Test("fit the terminal by cutting what may be cut", arguments: [40, 60, 70, 80])
    func narrow(columns: Int) {
        let text = TableTextReport(styling: Styling(width: columns)).text(of: table)
        let widest = text.split(separator: "\n").map { DisplayWidth.of(String($0)) }.max() ?? 0
        // Five columns of which one shrinks to no less than eight.
        #expect(widest <= max(columns, 20 + 8 + 5 + 8 + 12 + 8))
        #expect(columns < 80 ? text.contains("…") : true)
    }

    @Test("coloured are as wide as plain ones")
    func colored() {
        let colored = TableTextReport(styling: Styling(isColored: true)).text(of: table)
        let plain = TableTextReport().text(of: table)
        #expect(colored != plain)
        let widths = [colored, plain].map { $0.split(separator: "\n").map { DisplayWidth.of(String($0)) } }
        #expect(widths[0] == widths[1])
    }

    @Test("as JSON are one object a row, with nothing lost")
    func json() throws {
        let lines = TableFormat.json.report().text(of: table).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(
            lines[0] == #"{"rule":"container-privileged","level":"high","count":12,"#
                + #""title":"Container, \"full\" privileges","tags":["t1610","t1611"]}"#)
        try withJSON(String(lines[1])) { second in
            #expect(second["title"]?.string == "=1+1\n\u{202E}")
            #expect(second["tags"]?.isNull == true)
        }
    }

    @Test("as CSV are quoted, and harmless in a spreadsheet")
    func csv() {
        #expect(
            TableFormat.csv.report().text(of: table).split(separator: "\r\n").map(String.init) == [
                "rule,level,count,title,tags",
                #"container-privileged,high,12,"Container, ""full"" privileges","t1610, t1611""#,
                #"短,low,3,'=1+1\u{A}\u{202E},"#,
                ",critical,,,",
            ])
    }

    @Test("without rows or columns are no trap", arguments: TableFormat.allCases)
    func empty(format: TableFormat) {
        var none = Table(columns: [])
        none.add([.text("x")])
        #expect(format.report(styling: Styling(width: 1)).text(of: none).utf8.count <= 3)
        #expect(format.report(styling: Styling(width: 1)).text(of: Table(columns: [.init("a")])).utf8.count <= 3)
    }
}
