import JSONView
import SecurityEvents
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test(
        "RFC 3339 is read to the nanosecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-23T13:35:09.845086Z", 1_795_440_909_845_086_000),
            ("2026-11-23T13:35:09.123456789Z", 1_795_440_909_123_456_789),
            ("2026-11-23T21:35:09.5+08:00", 1_795_440_909_500_000_000),
            ("2026-11-23 06:05:09-07:30", 1_795_440_909_000_000_000),
            ("2024-02-29T23:59:60z", 1_709_251_200_000_000_000),
            ("1969-12-31T23:59:59.999999999Z", -1),
            ("2000-03-01T00:00:00.1234567891234Z", 951_868_800_123_456_789),
        ] as [(String, Int64)])
    func reads(_ text: String, _ nanoseconds: Int64) {
        #expect(Timestamp(text)?.nanoseconds == nanoseconds)
    }

    @Test(
        "What is no time, or beyond what 64 bits hold, is nil",
        arguments: [
            "", "2026", "2026-11-23", "2026-11-23T13:35:09", "2026-13-23T13:35:09Z", "2026-02-29T13:35:09Z",
            "2026-11-23T24:35:09Z", "2026-11-23T13:60:09Z", "2026-11-23T13:35:61Z", "2026-11-23T13:35:09.Z",
            "2026-11-23T13:35:09Zx", "2026-11-23T13:35:09+0", "2026-11-23T13:35:09+25:00", "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "2026-11-2xT13:35:09Z", "2026-11-23X13:35:09Z",
        ])
    func refuses(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "Written times are read back as the same moment",
        arguments: [
            0, 1, -1, 1_795_440_909_845_086_000, Int64.max, Int64.min, -62_135_596_800, 951_782_400_000_000_000,
        ])
    func roundTrip(_ nanoseconds: Int64) {
        let time = Timestamp(nanoseconds: nanoseconds)
        // The outermost seconds cannot be read back: half of them lies beyond.
        if nanoseconds != .min { #expect(Timestamp(time.description) == time) }
    }

    @Test("Decimals are written as far as they say something")
    func writes() {
        #expect(Timestamp(nanoseconds: 0).description == "1970-01-01T00:00:00Z")
        #expect(Timestamp(nanoseconds: 1_500_000_000).description == "1970-01-01T00:00:01.5Z")
        #expect(Timestamp(nanoseconds: 1_795_440_909_845_086_000).description == "2026-11-23T13:35:09.845086Z")
    }

    @Test("Counts since 1970 are told apart by their size")
    func epochs() {
        let moment = Timestamp(nanoseconds: 1_795_440_909_000_000_000)
        for number: Int64 in [1_795_440_909, 1_795_440_909_000, 1_795_440_909_000_000, 1_795_440_909_000_000_000] {
            #expect(Timestamp(epoch: number) == moment)
        }
        #expect(Timestamp(epoch: .min) != nil)
    }
}
