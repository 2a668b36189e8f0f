import Testing

@testable import EventSources

@Suite("Places in the events of a Docker engine")
struct EnginePlaceTests {
    @Test("a place is read as it was written", arguments: [[], ["a"], ["b", "a", "c"]] as [Set<String>])
    func roundTrip(_ uninspected: Set<String>) {
        let place = EnginePlace(nanoseconds: 1_795_657_331_752_411_337, uninspected: uninspected)
        #expect(EnginePlace(place.place(of: "x").bytes()) == place)
    }

    @Test("what is no place is none", arguments: ["", "x", "-5 a", "0", "99999999999999999999"])
    func none(_ text: String) { #expect(EnginePlace(Array(text.utf8)) == nil) }

    @Test("what was inspected before is not asked for again; what was under way, or came later, is")
    func known() {
        let place = EnginePlace(nanoseconds: 100, uninspected: ["slow"])
        #expect(place.knows("a", at: 100))
        #expect(!place.knows("slow", at: 100))
        #expect(!place.knows("a", at: 101))
    }
}
