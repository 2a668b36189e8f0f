import JSONView
import Testing

@Suite("Reading JSON in place")
struct JSONValueTests {
    let parser = JSONParser()

    @Test("Every kind of value is read as what it is")
    func kinds() throws {
        let document = try parser.parse(
            #"{"n":null,"t":true,"f":false,"i":-5,"u":18446744073709551615,"d":1.5,"s":"x\u00e9","a":[1],"o":{}}"#)
        let root = document.root
        let kinds = root.members.map { $0.value.kind }
        #expect(kinds == [.null, .bool, .bool, .int64, .uint64, .double, .string, .array, .object])
        #expect(root["t"]?.bool == true)
        #expect(root["i"]?.int64 == -5)
        #expect(root["u"]?.uint64 == .max)
        #expect(root["u"]?.int64 == nil)
        #expect(root["d"]?.double == 1.5)
        #expect(root["s"]?.string == "xé")
        #expect(root["a"]?[0]?.int64 == 1)
        #expect(root["a"]?[1] == nil)
        #expect(root["missing"] == nil)
        #expect(root.count == 9)
    }

    @Test(
        "A number keeps its exact text",
        arguments: ["0", "-0", "1.0", "1e3", "18446744073709551615", "18446744073709551616", "1e999", "0.10"])
    func exactText(_ number: String) throws {
        let document = try parser.parse(#"{"k":[true,"a,\"b"],"x":[\#(number),2]}"#)
        let value = try #require(document.root["x"]?[0])
        #expect(document.numberText(of: value) == number)
    }

    @Test("Integers beyond 64 bits are kept, not rounded")
    func bigIntegers() throws {
        let document = try parser.parse("[123456789012345678901234567890]")
        let value = try #require(document.root[0])
        #expect(value.kind == .bigNumber)
        #expect(value.bigNumberText.map { String($0) } == "123456789012345678901234567890")
        #expect(value.int64 == nil && value.uint64 == nil)
    }

    @Test("Both readers write the same tape")
    func readersAgree() throws {
        // The number beyond 64 bits sends the second text to our own reader; the rest must read alike.
        let text = #"{"a":[1,-2,3.5,true,false,null,"s\n\u20ac\ud83d\ude00",{"b":{"c":[]}}],"z":{}}"#
        let quick = try JSONParser().parse("[" + text + ",1]")
        let careful = try JSONParser().parse("[" + text + ",99999999999999999999]")
        defer { withExtendedLifetime((quick, careful)) {} }
        let left = try #require(quick.root[0])
        let right = try #require(careful.root[0])
        #expect(left == right)
        #expect(careful.root[1]?.kind == .bigNumber)
        for (mine, theirs) in zip(left.members, right.members) { #expect(mine.key == theirs.key) }
    }

    @Test("Numbers are equal by value, objects whatever their order")
    func equality() throws {
        let document = try parser.parse(
            #"[1, 1.0, {"a":1,"b":[2]}, {"b":[2.0],"a":1}, 9007199254740993, 9007199254740992.0]"#)
        let values = Array(document.root.elements)
        #expect(values[0] == values[1])
        #expect(values[2] == values[3])
        #expect(values[4] != values[5])
        let repeated = try parser.parse(#"[{"a":1,"a":2}, {"a":1,"a":2}, {"a":1}, {"a":2,"a":1}, {"a":1,"b":2}]"#)
        let objects = Array(repeated.root.elements)
        #expect(objects[0] == objects[1])
        #expect(objects[0] == objects[2])
        #expect(objects[0] != objects[3])
        #expect(objects[0] != objects[4])
    }

    @Test("Comparing deep values takes time in their size only")
    func deepEquality() throws {
        let deep = String(repeating: #"{"a":"#, count: 500)
        let end = String(repeating: "}", count: 500)
        let document = try JSONParser(limits: JSONLimits(depth: 600)).parse("[\(deep)1\(end),\(deep)2\(end)]")
        withExtendedLifetime(document) { #expect(document.root[0] != document.root[1]) }
    }

    @Test("The path to a part is written as Kubernetes writes it")
    func paths() throws {
        let document = try parser.parse(#"{"spec":{"containers":[{"image":"a"},{"image":"b"}],"x.y/z":1}}"#)
        let spec = try #require(document.root["spec"])
        let image = try #require(spec["containers"]?[1]?["image"])
        #expect(document.root.path(to: image)?.description == "spec.containers[1].image")
        let odd = try #require(spec["x.y/z"])
        #expect(document.root.path(to: odd)?.description == #"spec["x.y/z"]"#)
        #expect(spec.path(to: document.root) == nil)
    }

    @Test("A path is written at once as it is described step by step")
    func pathTexts() throws {
        let document = try parser.parse(
            #"{"a":[[],{"b-c_1":{"":[0,{"é":1,"q\"]":2}]}}],"x.y/z":{"\n":[true]},"A9":null}"#)
        var waiting = [document.root]
        var seen = 0
        while let value = waiting.popLast() {
            let path = try #require(document.root.path(to: value))
            #expect(document.root.pathText(to: value) == path.description)
            #expect(document.root.pathText(to: value).flatMap { JSONPath($0) } == path)
            waiting += Array(value.elements) + value.members.map(\.value)
            seen += 1
        }
        #expect(seen == 14)
        let part = try #require(document.root["a"])
        #expect(part.pathText(to: document.root) == nil)
        #expect(part.pathText(to: part) == "")
    }

    @Test(
        "Members of one name are seen wherever they stand",
        arguments: [
            (#"{"a":1,"b":{"a":1},"c":[{"a":1},{"a":2}],"":{},"d":[[],{},[{}]]}"#, false),
            (#"{"a":1,"a":1}"#, true), (#"{"":1,"":2}"#, true), (#"[{"a":{"k":[1,{"x":1.5,"y":2,"x":3}]}}]"#, true),
            // Escaped, the same name; and names that the quick look takes for one.
            (#"{"ab":1,"a\u0062":2}"#, true), (#"{"a1b2c":1,"a3b4c":2}"#, false),
            (#"{"a1b2c":1,"a3b4c":2,"a3b4c":3}"#, true),
            (#"["a","a",1,1,null,true,{"a":"a"}]"#, false), ("1", false), (#""a""#, false), ("{}", false),
            (repeating("[", 200, around: #"{"a":1,"b":2}"#), false),
            (repeating("[", 200, around: #"{"a":1,"a":2}"#), true),
            (members(0..<70), false), (members(Array(0..<70) + [3]), true),
            ("[\(members(0..<70)),\(members(0..<3))]", false), ("[\(members(0..<70)),\(members([1, 2, 1]))]", true),
            (nested(400), false),
        ])
    func repeatedMembers(_ text: String, _ isRepeating: Bool) throws {
        let document = try parser.parse(text)
        #expect(document.root.hasRepeatedMembers == isRepeating)
        #expect((document.firstDuplicateKey() != nil) == isRepeating)
    }

    private static func repeating(_ bracket: String, _ count: Int, around text: String) -> String {
        String(repeating: bracket, count: count) + text + String(repeating: "]", count: count)
    }

    private static func members(_ numbers: some Sequence<Int>) -> String {
        "{" + numbers.map { #""k\#($0)":{"v":\#($0)}"# }.joined(separator: ",") + "}"
    }

    /// Objects of more members than are searched, one in the other.
    private static func nested(_ depth: Int) -> String {
        var text = "{}"
        let others = (0..<70).map { #""k\#($0)":0"# }.joined(separator: ",")
        for _ in 0..<depth { text = "{\(others),\"in\":\(text)}" }
        return text
    }

    @Test("A duplicate key is found at any depth, with its position")
    func duplicates() throws {
        #expect(try parser.parse(#"{"a":1,"b":{"a":1}}"#).firstDuplicateKey() == nil)
        let document = try parser.parse(#"{"a":[{"k":1,"l":2,"k":3}]}"#)
        #expect(document.firstDuplicateKey() == JSONError(.duplicateKey("k"), at: 23))
        let many = (0..<40).map { #""k\#($0)":0"# }.joined(separator: ",")
        #expect(try parser.parse("{\(many)}").firstDuplicateKey() == nil)
        #expect(try parser.parse(#"{\#(many),"k7":1}"#).firstDuplicateKey()?.reason == .duplicateKey("k7"))
    }
}
