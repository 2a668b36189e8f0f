import JSONView
import SecurityEvents
import TestSupport
import Testing

@Suite("Records as JSON")
struct JSONRecordTests {
    @Test("events and gaps are read back as they were written")
    func roundTrip() throws {
        for event in [EventRecord.sample(), .sample(key: nil)] {
            let read = try withJSON(String(decoding: event.json, as: UTF8.self)) { try EventRecord(json: $0) }
            #expect(read == event)
        }
        let gaps = [
            Gap(source: "docker", from: nil, to: nil, reason: ""),
            Gap(
                source: "a", from: Timestamp(nanoseconds: 1), to: Timestamp(nanoseconds: 2), reason: "\u{202E}",
                estimate: 3),
        ]
        for gap in gaps {
            let read = try withJSON(String(decoding: gap.json, as: UTF8.self)) { try Gap(json: $0) }
            #expect(read == gap)
        }
    }

    @Test(
        "every moment is read back, the first and the last that can be too",
        arguments: [Int64.min, .min + 1, -1_000_000_001, -1_000_000_000, -1, 0, 1, .max - 1, .max])
    func moments(nanoseconds: Int64) throws {
        let time = Timestamp(nanoseconds: nanoseconds)
        #expect(Timestamp(time.description) == time)
    }

    @Test(
        "what is not a finding is said, with the member that is wrong",
        arguments: [
            (#""id":"f-1","#, "", "id is missing"),
            (#""title":"Container"#, #""title":1,"x":"Container"#, "title is not a string"),
            (#""level":"high""#, #""level":"urgent""#, "level has an unknown value"),
            (#""line":12"#, #""line":"12""#, "line is not an integer"),
            (#""time":"2026"#, #""time":"x2026"#, "time is not a time as RFC 3339 has it"),
            (#""tags":["#, #""tags":[null,"#, "tags holds something that is not a string"),
            (#""actor":{"#, #""actor":null,"x":{"#, "actor is missing"),
            (#""evidence":["#, #""evidence":1,"x":["#, "evidence is not an array"),
        ])
    func faults(part: String, replacement: String, reason: String) throws {
        let text = String(decoding: Finding.sample().json, as: UTF8.self)
        try #require(text.contains(part))
        try withJSON(text.replacing(part, with: replacement)) { json in
            #expect(throws: ReadFault(reason)) { try Finding(json: json) }
        }
    }

    @Test("anything else is a fault, never a trap", arguments: ["null", "[]", "1", "\"x\"", "{}"])
    func other(text: String) throws {
        try withJSON(text) { json in
            #expect(throws: ReadFault.self) { try Finding(json: json) }
            #expect(throws: ReadFault.self) { try EventRecord(json: json) }
            #expect(throws: ReadFault.self) { try Gap(json: json) }
        }
    }
}
