import JSONView
import Testing

@testable import Rules

@Suite("Keys for tables in memory")
struct LookupKeyTests {
    @Test("Equal parts make equal keys, and no others do")
    func equal() {
        let texts = [
            "", "a", "b", "ab", "abcdefg", "abcdefgh", "abcdefghi", "abcdefgh\u{0}", String(repeating: "a", count: 99),
        ]
        var seen: [LookupKey: [String]] = [:]
        for one in texts {
            for other in texts {
                var key = LookupKey()
                key.add(one)
                key.add(other)
                seen[key, default: []].append("\(one)|\(other)")
                var again = one.withText { LookupKey($0) }
                again.add(other)
                #expect(again == key)
            }
        }
        #expect(seen.count == texts.count * texts.count)
    }
}
