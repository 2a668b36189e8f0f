import JSONView
import SecurityEvents
import Testing

/// A writer that is killed in the middle of a line, and another one that goes on where it ended.
@Suite("Records behind torn ones on one line")
struct GluedRecordsTests {
    /// A record with all that JSON has: strings with escapes and brackets, numbers, literals, arrays, empty values.
    static let torn =
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Request","auditID":"torn","stage":"ResponseComplete","#
        + #""verb":"create","user":{"username":"a \"quoted\" {name}, \u00e9é: [x]","groups":["dev","ops"],"extra":{}},"#
        + #""objectRef":{"resource":"pods"},"responseStatus":{"code":201},"requestObject":{"kind":"Pod","spec":"#
        + #"{"hostPID":true,"priority":-1.5e3,"containers":[{"name":"c","args":["}",",",":"],"tty":false},{"name":"d"}],"#
        + #""volumes":[],"nodeName":null}},"stageTimestamp":"2026-11-23T13:35:09.1Z"}"#
    static let good = LogReaderTests.audit.replacing(#""auditID":"1""#, with: #""auditID":"good""#)

    /// Whether JSON may go on with an object behind a text that ends outside of strings.
    private func mayGoOn(_ head: [UInt8]) -> Bool {
        do throws(JSONError) {
            // With the value that may stand here, only the end is missing.
            _ = try JSONParser().parse(head + Array("{}".utf8))
        } catch { return error.reason == .unexpectedEnd }
        return false
    }

    @Test("Wherever a record was cut, the whole one behind it is read, and the torn one is a fault with its place")
    func everyCut() throws {
        let bytes = Array(Self.torn.utf8)
        var undecided: [String] = []
        for cut in 1..<bytes.count {
            let head = Array(bytes[..<cut])
            let reading = LogReading(head + Array(Self.good.utf8) + [0x0A] + Array(LogReaderTests.dockerEvent.utf8))
            let read = reading.events.compactMap(\.identifier).map { String($0) }
            #expect(!read.contains("torn"))
            #expect(reading.statistics.faults == 1)
            #expect(reading.diagnostics.map(\.line) == [1])
            #expect(reading.statistics.events(of: .dockerEvents) == 1)
            if read != ["good"] {
                undecided.append(String(decoding: head.suffix(1), as: UTF8.self))
                #expect(mayGoOn(head), "lost behind \(String(decoding: head.suffix(20), as: UTF8.self))")
            }
        }
        // Where a value may follow, what follows may be a part of the torn record, whose contents somebody else chose.
        #expect(Set(undecided) == [":", "[", ","])
        #expect(undecided.count < bytes.count / 10)
    }

    @Test(
        "What stands within a cut record is no record, whoever wrote it there",
        arguments: ["", #"{"kind":"Event","auditID":"x"#, #"{"a":"b"#, #"{"a":["#, #"{"a":1,"#])
    func partsOfTorn(_ before: String) {
        let inner = #""requestObject":\#(Self.good)"#
        for cut in [inner, #""list":[\#(Self.good)"#, #""list":[1, \#(Self.good)"#] {
            let reading = LogReading(
                #"\#(before){"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"torn",\#(cut)"#)
            #expect(reading.events.isEmpty)
            #expect(reading.statistics.faults == 1)
        }
        let escaped = Self.good.replacing("\"", with: "\\\"")
        #expect(LogReading(#"\#(before){"kind":"Event","auditID":"torn","message":"\#(escaped)"#).events.isEmpty)
    }

    @Test("Several torn ones, and whole ones without a line break between, are told apart")
    func several() {
        let half = String(Self.torn.prefix(150))
        let twice = LogReading(half + half + Self.good)
        #expect(twice.events.compactMap(\.identifier).map { String($0) } == ["good"])
        #expect(twice.statistics.faults == 1)
        let row = LogReading(Self.torn + Self.good + " " + LogReaderTests.dockerEvent)
        #expect(row.statistics.faults == 0)
        #expect(row.statistics.records == 3)
        #expect(row.events.count == 3)
        #expect(row.events.compactMap(\.identifier).map { String($0) } == ["torn", "good"])
    }

    @Test("The fault of the torn part names the byte at which it ends")
    func place() throws {
        let fault = try #require(LogReading(#"{"kind":"Event","auditID":"cut"# + Self.good).diagnostics.first)
        #expect(fault.description == "test:1:31: error: not JSON: the text ends inside a value")
    }

    @Test("A container's log of such lines is read as well")
    func wrapped() {
        let line = #"2026-11-23T13:35:09.1Z stdout F {"kind":"Event","auditID":"cut"# + Self.good
        #expect(LogReading(line).events.count == 1)
    }

    @Test("What is no record of a log makes nothing of a broken line")
    func noRecord() {
        for line in [#"{"a":tru{"b":1}"#, "{x}", "{{}}", "{\"a\":1}}", "}{}", "{]}"] {
            let reading = LogReading(line)
            #expect(reading.events.isEmpty)
            #expect(reading.statistics.faults == 1, "\(line)")
        }
    }

    @Test(
        "Lines made to take long are faults, and what comes next is read",
        arguments: [
            "{\"a\":", "{}", "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",", "{\"a\":\"{", "\\\"{", "}",
            "{\"",
            "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\"}x",
        ])
    func hostile(_ part: String) {
        // Were such a line gone over once for each of its brackets, this would take hours.
        let line = "{\"a\":tru" + String(repeating: part, count: (4 << 20) / part.utf8.count) + "}"
        let reading = LogReading(line + "\n" + Self.good)
        #expect(reading.events.last?.identifier.map { String($0) } == "good")
        #expect(reading.statistics.faults >= 1)
    }
}
