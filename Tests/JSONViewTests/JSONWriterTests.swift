import Foundation
import JSONView
import TestSupport
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("is compact, in the order of the calls")
    func compact() {
        var writer = JSONWriter()
        writer.object { object in
            object.member("a", "x")
            object.member("b", nil as String?)
            object.key("c")
            object.array { array in
                array.value(Int64.min)
                array.value(true)
                array.null()
                array.object { _ in }
                array.array { $0.value(1.5) }
                array.value("")
            }
            object.member("d", ["p", "q"])
            object.member("e", 7)
            object.member("f", [])
        }
        #expect(
            writer.text
                == #"{"a":"x","b":null,"c":[-9223372036854775808,true,null,{},[1.5],""],"d":["p","q"],"e":7,"f":[]}"#)
    }

    @Test("what needs an escape is found at any place of a text", arguments: UInt8(0)...0x7F)
    func anyPlace(byte: UInt8) throws {
        let isPlain = byte >= 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        for place in 0..<19 {
            var bytes = [UInt8](repeating: UInt8(ascii: "~"), count: 19)
            bytes[place] = byte
            let text = String(decoding: bytes, as: UTF8.self)
            var writer = JSONWriter()
            writer.value(text)
            #expect((writer.text == "\"\(text)\"") == isPlain)
            let document = try JSONParser().parse(writer.bytes)
            #expect(document.root.string == text)
            withExtendedLifetime(document) {}
        }
    }

    @Test("several that need an escape are each found, wherever they stand to each other")
    func together() throws {
        let letters: [Character] = ["a", " ", "!", "\u{1F}", "\"", "#", "\\", "]", "~", "\u{7F}", "é", "\u{202E}", "容"]
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in letters.randomElement(using: &random)! })
            var writer = JSONWriter()
            writer.value(text)
            #expect(!writer.text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x202E })
            let document = try JSONParser().parse(writer.bytes)
            #expect(document.root.string == text)
            withExtendedLifetime(document) {}
        }
    }

    @Test("values stand one a line behind what was written before")
    func lines() {
        var writer = JSONWriter(behind: Array("[1]\n".utf8))
        for number in [2, 3] as [Int64] {
            writer.array { $0.value(number) }
            writer.endLine()
        }
        #expect(writer.text == "[1]\n[2]\n[3]\n")
    }

    @Test("numbers that JSON has no notation for are null", arguments: [Double.nan, .infinity, -.infinity])
    func noNumber(number: Double) {
        var writer = JSONWriter()
        writer.value(number)
        #expect(writer.text == "null")
    }

    @Test(
        "escapes quotes and all that cannot be seen",
        arguments: [
            ("\"\\/", #""\"\\/""#),
            ("\n\r\t", #""\n\r\t""#),
            ("\0\u{1F}\u{7F}\u{9B}", #""\u0000\u001f\u007f\u009b""#),
            ("\u{202E}\u{200B}\u{FEFF}\u{2028}", #""\u202e\u200b\ufeff\u2028""#),
            ("\u{E0041}", #""\udb40\udc41""#),
            ("容器 é 😀", #""容器 é 😀""#),
        ])
    func escapes(text: String, json: String) {
        var writer = JSONWriter()
        writer.value(text)
        #expect(writer.text == json)
    }

    @Test("every scalar is read back as it was, by us and by Foundation")
    func everyScalar() throws {
        for plane in 0..<17 {
            var scalars = String.UnicodeScalarView()
            for value in UInt32(plane) << 16..<UInt32(plane + 1) << 16 {
                if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
            }
            let text = String(scalars)
            var writer = JSONWriter()
            writer.array { $0.value(text) }
            try withJSON(writer.text) { root in
                #expect(root[0]?.string?.utf8.elementsEqual(text.utf8) == true)
            }
            let foundation = try JSONSerialization.jsonObject(with: Data(writer.bytes)) as? [String]
            #expect(foundation?.first?.utf8.elementsEqual(text.utf8) == true)
        }
    }
}
