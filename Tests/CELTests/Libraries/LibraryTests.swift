import CEL
import Testing

@Suite("Function libraries")
struct LibraryTests {
    @Test("Every overload has an id of its own and a sentence", arguments: [[Library].standard, [Library].kubernetes])
    func overloads(_ libraries: [Library]) {
        var ids: Set<String> = []
        for library in libraries {
            for overload in library.overloads {
                #expect(ids.insert(overload.id).inserted, "\(overload.id) stands twice")
                #expect(!overload.documentation.isEmpty, "\(overload.id) has no documentation")
            }
        }
    }

    @Test("No two libraries of an environment have one name", arguments: [[Library].standard, [Library].kubernetes])
    func names(_ libraries: [Library]) { #expect(Set(libraries.map(\.name)).count == libraries.count) }
}
