import JSONView
import SecurityEvents
import Testing

@Suite("The front of all log formats")
struct LogReaderTests {
    static let audit =
        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"1","stage":"ResponseComplete","verb":"get","objectRef":{"resource":"pods"}}"#
    static let kubernetesEvent =
        #"{"apiVersion":"v1","involvedObject":{"kind":"Pod","name":"p"},"kind":"Event","reason":"Started"}"#
    static let review =
        #"{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u","operation":"CREATE"}}"#
    static let dockerEvent =
        #"{"Type":"container","Action":"start","Actor":{"ID":"d7","Attributes":{"image":"i","name":"web"}},"scope":"local","time":1795441387}"#
    static let inspection = #"{"Id":"d7","Config":{"Image":"i"},"HostConfig":{},"State":{}}"#
    static let call = #"{"RequestMethod":"HEAD","RequestUri":"/_ping"}"#

    @Test("Formats are recognized a line at a time, in any mixture")
    func mixture() {
        let lines = [
            Self.audit, "", Self.kubernetesEvent, Self.review, Self.dockerEvent, "  " + Self.inspection + " \r",
        ]
        let reading = LogReading(lines.joined(separator: "\n") + "\n")
        #expect(reading.messages == [])
        #expect(reading.statistics.lines == 6)
        #expect(reading.statistics.blank == 1)
        #expect(reading.statistics.records == 5)
        #expect(reading.statistics.events(of: .kubernetesAudit) == 1)
        #expect(reading.statistics.events(of: .kubernetesEvent) == 1)
        #expect(reading.statistics.events(of: .kubernetesAdmission) == 1)
        #expect(reading.statistics.events(of: .dockerEvents) == 1)
        #expect(reading.statistics.events(of: .dockerInspect) == 1)
        #expect(reading.events.first?.position == SourcePosition(name: "test", line: 1))
    }

    @Test("What is not understood is located, counted, and keeps nothing else back")
    func faults() {
        let reading = LogReading(
            """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":tru}
            nonsense
            {"kind":"Secret","apiVersion":"v1"}
            {"a":1}
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"cut in a str
            \(Self.audit)
            """)
        #expect(reading.events.count == 1)
        #expect(reading.statistics.faults == 5)
        #expect(reading.diagnostics.map(\.line) == [1, 2, 3, 4, 5])
        #expect(reading.diagnostics.first?.description == "test:1:55: error: not JSON: invalid literal")
        #expect(reading.messages[2] == "a Secret, which is no record of a log that is read")
        #expect(reading.statistics.reasons.values.reduce(0, +) == 5)
    }

    @Test("Only so many diagnostics are kept, all are counted")
    func manyFaults() {
        var limits = ReadLimits()
        limits.diagnostics = 3
        let reading = LogReading(String(repeating: "x\n", count: 50), limits: limits)
        #expect(reading.diagnostics.count == 3)
        #expect(reading.statistics.faults == 50)
    }

    static let pretty = """
        {
            "apiVersion": "v1",
            "items": [
                {
                    "apiVersion": "v1",
                    "involvedObject": {"kind": "Pod", "name": "a}]"},
                    "kind": "Event",
                    "reason": "Started"
                },
                {
                    "apiVersion": "v1",
                    "involvedObject": {
                        "kind": "Pod",
                        "name": "b"
                    },
                    "kind": "Event",
                    "reason": "Killing"
                }
            ],
            "kind": "List"
        }
        """

    @Test("A list over many lines is taken apart, each record with the line that it begins on")
    func prettyList() {
        let reading = LogReading(Self.pretty + "\n" + Self.audit)
        #expect(reading.messages == [])
        #expect(reading.events.map(\.action) == [.start, .stop, .read])
        #expect(reading.events.map(\.position.line) == [4, 10, 22])
        #expect(reading.events.map(\.position.item) == [0, 1, 0])
        #expect(reading.events[0].workload?.name.string == "a}]")
        #expect(reading.events[1].workload?.kind.flatMap { _ in reading.events[1].raw["reason"]?.string } == "Killing")
    }

    @Test(
        "Arrays and lists are taken apart however they are written",
        arguments: [
            "[\(audit),\(dockerEvent)]", "[\n\(audit),\n\(dockerEvent)\n]", "[\n  \(audit)\n  ,\n  \(dockerEvent)]\n",
            #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\#(audit),\#(dockerEvent)]}"#,
            #"{"items":[\#(audit),\#(dockerEvent)],"kind":"List"}"#,
            #"{"kind":"List","items":[\#(audit),{"kind":"List","items":[\#(dockerEvent)]}]}"#,
        ])
    func lists(_ log: String) {
        let reading = LogReading(log)
        #expect(reading.messages == [])
        #expect(reading.events.map(\.source) == [.kubernetesAudit, .dockerEvents])
    }

    @Test(
        "An element that is no record keeps its neighbours, and is a fault",
        arguments: zip(
            [
                #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[1,"x,]}\"",null,\#(audit), -2.5e3 ,\#(audit),true]}"#,
                "[\(audit),1,\n\"x,]}\\\"\",null,\n-2.5e3\n,\(audit), true]",
            ], [["", "item 1: ", "item 2: ", "item 4: ", "item 6: "], (1...4).map { "item \($0): " } + ["item 6: "]]))
    func strayElements(_ log: String, _ places: [String]) {
        let reading = LogReading(log)
        #expect(reading.events.count == 2)
        #expect(reading.messages == places.map { $0 + "an element that is no record" })
    }

    @Test("A faulty element keeps its neighbours")
    func faultyElement() {
        let reading = LogReading("[\n\(Self.audit),\n{\"a\":nul},\n\(Self.audit)\n]\n\(Self.audit)")
        #expect(reading.events.count == 3)
        #expect(reading.diagnostics.map(\.line) == [3])
    }

    @Test(
        "A document that was cut is a fault where it began, and the next record is read",
        arguments: [
            "{\"kind\":\"Event\",\n", "[\n{\"kind\":\"Event\",\n", "[\(audit)\n", "{\n \"a\": [\n  1,\n",
            "[\n\(audit)\n",
        ])
    func cut(_ start: String) {
        let reading = LogReading(start + Self.audit)
        #expect(reading.events.last?.action == .read)
        #expect(reading.diagnostics.map(\.line) == [1])
        #expect(LogReading(start).diagnostics.map(\.line) == [1])
    }

    @Test(
        "Text after a document that was cut is no part of it",
        arguments: [
            "time=\"2026-11-23T13:35:09Z\" level=info msg=hello", "2026-11-23T13:35:09Z something", "nonsense", "-- x",
        ])
    func cutBeforeText(_ line: String) {
        let reading = LogReading("{\"a\": [\n  1,\n  true,\n  -2.5e3\n\(line)\n\(Self.audit)")
        #expect(reading.diagnostics.first?.line == 1)
        #expect(reading.events.last?.source == .kubernetesAudit)
    }

    @Test("Items on lines of their own need no indentation")
    func flatItems() {
        let reading = LogReading(
            "{\"kind\":\"List\",\"items\":[\n\(Self.audit),\n\(Self.dockerEvent)\n]}\n\(Self.audit)")
        #expect(reading.messages == [])
        #expect(reading.events.count == 3)
    }

    @Test("A document beyond the limit is a fault")
    func tooLarge() {
        var limits = ReadLimits()
        limits.document = 300
        let long = String(repeating: "\"x\",\n", count: 100)
        let reading = LogReading("[\n{\"a\":[\n" + long + "1]}]\n", limits: limits)
        #expect(reading.events.isEmpty)
        #expect(reading.messages.contains("a record larger than the limit"))
    }

    @Test(
        "Records that others wrapped up are unwrapped",
        arguments: [
            #"{"log":LINE,"stream":"stdout","time":"2026-11-23T13:35:09Z"}"#, #"{"@timestamp":"x","message":LINE}"#,
            #"{"time":"x","category":"kube-audit","properties":{"log":LINE,"stream":"stdout"}}"#,
            #"{"preview":false,"result":{"_raw":LINE}}"#, #"{"_index":"k","_source":{"message":LINE}}"#,
            #"{"records":[{"category":"kube-audit","properties":{"log":LINE}}]}"#,
            #"{"messageType":"DATA_MESSAGE","logEvents":[{"id":"1","message":LINE}]}"#,
            #"{"@timestamp":"x","log":RECORD}"#, #"{"type":"ADDED","object":RECORD}"#,
            #"2026-11-23T13:35:09.1Z stdout F RECORD"#,
        ])
    func wrapped(_ wrapper: String) {
        let quoted = Self.kubernetesEvent.split(separator: "\"", omittingEmptySubsequences: false).joined(
            separator: "\\\"")
        let parts = wrapper.split(separator: "LINE", omittingEmptySubsequences: false).joined(
            separator: "\"\(quoted)\\n\"")
        let log = parts.split(separator: "RECORD", omittingEmptySubsequences: false).joined(
            separator: Self.kubernetesEvent)
        let reading = LogReading(log)
        #expect(reading.messages == [])
        #expect(reading.events.map(\.action) == [.start])
    }

    @Test("Lines that a container engine cut into parts are joined")
    func partialLines() {
        let reading = LogReading(
            #"""
            {"log":"{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",","stream":"stdout"}
            {"log":"\"auditID\":\"2\",\"verb\":\"get\"}\n","stream":"stdout"}
            2026-11-23T13:35:09.1Z stderr P {"kind":"Event","apiVersion":"audit.k8s.io/v1",
            2026-11-23T13:35:09.2Z stderr F "auditID":"3","verb":"list"}
            """#)
        #expect(reading.messages == [])
        #expect(reading.events.map { $0.verb.string } == ["get", "list"])
        #expect(reading.events.map(\.position.line) == [1, 3])
    }

    @Test("Wrapping has an end")
    func deepWrapping() {
        var line = "x"
        for _ in 0..<8 { line = "{\"message\":{\"log\":{\"a\":1},\"message\":\(line.debugDescription)}}" }
        #expect(LogReading(line).events.isEmpty)
    }

    @Test("A forced format is not second-guessed")
    func forced() {
        let reading = LogReading(#"{"verb":"get"}"# + "\n" + Self.kubernetesEvent, forced: .kubernetesAudit)
        #expect(reading.events.count == 1)
        #expect(reading.statistics.faults == 1)
        #expect(LogReading("[\(Self.audit)]", forced: .kubernetesAudit).events.count == 1)
    }

    @Test("A list of one format is read in place, its items told apart")
    func uniformList() {
        let reading = LogReading(
            #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[\#(Self.audit),\#(Self.audit)]}"#)
        #expect(reading.events.map(\.position.item) == [0, 1])
        #expect(reading.events.allSatisfy { $0.raw["auditID"]?.string == "1" })
        #expect(
            reading.events[1].target.resource.flatMap { _ in reading.events[1].raw["verb"] }
                .flatMap { reading.events[1].path(of: $0) } == "verb")
        #expect(reading.statistics.records == 2)
    }

    @Test("A line that could not be taken in is counted, and ends what was open")
    func skipped() {
        var reader = LogReader()
        Array("{\n".utf8).withUnsafeBytes { reader.read($0, at: SourcePosition(name: "f", line: 1)) { _ in } }
        reader.skip("longer than 16 MiB", at: SourcePosition(name: "f", line: 2))
        #expect(
            reader.takeDiagnostics().map(\.description) == [
                "f:1: error: the text ends inside a value", "f:2: error: longer than 16 MiB",
            ])
        #expect(reader.statistics.lines == 2)
    }

    @Test("Nothing at all, blanks and a byte order mark are no faults")
    func empty() {
        #expect(LogReading("").statistics == ReadStatistics())
        #expect(LogReading("\n  \n\t\r\n").statistics.blank == 3)
        #expect(LogReading("\u{FEFF}" + Self.audit).messages == [])
    }
}
