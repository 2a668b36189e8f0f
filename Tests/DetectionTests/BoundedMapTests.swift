import Testing

@testable import Detection

@Suite("Bounded maps")
struct BoundedMapTests {
    @Test("What is used stays, what is not used goes")
    func usedStays() {
        var map = BoundedMap<Int, Int>(capacity: 8)
        for key in 0..<100 {
            map[key] = key
            #expect(map[0] == 0, "key 0 is used all the time")
            #expect(map.count <= 8)
        }
        #expect(map.peek(50) == nil)
        #expect(map.forgotten > 80)
    }

    @Test("Setting nil removes from both generations")
    func removal() {
        var map = BoundedMap<Int, Int>(capacity: 4)
        for key in 0..<3 { map[key] = key }
        for key in 0..<3 { map[key] = nil }
        #expect(map.count == 0)
    }
}
