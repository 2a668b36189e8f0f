import CEL
import Testing

@Suite("Checking")
struct CheckerTests {
    private static let container = ObjectType(
        "Container",
        fields: [
            ObjectField("name", .string), ObjectField("privileged", .bool), ObjectField("ports", .list(.int)),
            ObjectField("labels", .map(.string, .string)),
        ])

    private let environment = Environment(
        variables: [Variable("container", .object(container)), Variable("x", .int), Variable("any", .dyn)],
        constants: [NamedConstant("names", .strings(["a", "b"]))])

    @Test(
        "Faults are told in cel-go's words",
        arguments: [
            ("y", "undeclared reference to 'y' (in container '')"),
            ("container.privilegd", "undefined field 'privilegd' (did you mean 'privileged'?)"),
            ("container.wholly_other", "undefined field 'wholly_other'"),
            ("x + 'a'", "found no matching overload for '_+_' applied to '(int, string)'"),
            ("x.startsWith('a')", "found no matching overload for 'startsWith' applied to 'int.(string)'"),
            ("x.y", "type 'int' does not support field selection"),
            (
                "x.all(y, true)",
                "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"
            ),
            ("frobnicate(x)", "undeclared reference to 'frobnicate' (in container '')"),
            (
                "container.name.startWith('a')",
                "undeclared reference to 'startWith' (in container '') (did you mean 'startsWith'?)"
            ),
            ("google.protobuf.Int32Value{valu: 1}", "undefined field 'valu'"),
            ("true ? 1 : 'a'", "found no matching overload for '_?_:_' applied to '(bool, int, string)'"),
            ("[?x]", "expected type 'optional_type(int)' but found 'int'"),
        ])
    func faults(_ text: String, _ expected: String) {
        do {
            let checked = try environment.compile(text)
            Issue.record("\(text) is of type \(checked.type)")
        } catch {
            #expect(error.issues.map(\.message) == [expected])
        }
    }

    @Test("All faults of an expression are told, in the order of their places")
    func allFaults() {
        do {
            _ = try environment.compile("a && (x == 'b' || c)")
            Issue.record("no fault")
        } catch {
            #expect(error.issues.map(\.location.column) == [1, 9, 19])
        }
    }

    @Test(
        "Types are found",
        arguments: [
            ("x", "int"), ("[x]", "list(int)"), ("[x, 'a']", "list(dyn)"), ("{'a': x}", "map(string, int)"),
            ("container.ports.map(p, string(p))", "list(string)"), ("any.field", "dyn"),
            ("any.?field", "optional_type(dyn)"),
            ("container.labels[?'a'].orValue('')", "string"), ("type(x)", "type(int)"), ("names", "list(string)"),
            ("container.ports.transformMap(i, p, string(p))", "map(int, string)"), ("[].map(y, y)", "list(dyn)"),
            ("x == 1 ? optional.of(x) : optional.none()", "optional_type(int)"),
        ])
    func types(_ text: String, _ expected: String) throws {
        #expect(try environment.compile(text).type.description == expected)
    }
}
