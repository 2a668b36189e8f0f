import CSimdjson
import Testing

@testable import JSONView

@Suite("Our own reader against simdjson")
struct ReaderDifferentialTests {
    static let seeds = [
        #"{"a":[1,-2,3.5e-3,true,false,null],"b":{"c":"d\n\u20ac\ud83d\ude00"},"e":"","f":{},"g":[]}"#,
        #"[0,-0,1e5,18446744073709551615,9223372036854775807,-9223372036854775808,0.1]"#,
        #"{"kind":"Event","verb":"create","user":{"username":"é\\\"","groups":["x","y"]}}"#,
        " \t\r\n[ [ [ \"\u{7f}\" ] ] , { \"k\" : { } } ] \n",
    ]

    @Test("Both accept and refuse the same texts, and read the same values", arguments: 0..<seeds.count)
    func agree(_ seed: Int) throws {
        var random = Xorshift(state: UInt64(seed) &* 7919 &+ 1)
        for _ in 0..<4000 {
            let text = mutate(Array(Self.seeds[seed].utf8), &random)
            let ours = build(text)
            let theirs = simdjsonAccepts(text)
            switch ours {
            case .success(let document):
                // A number beyond 64 bits or a double's range is ours alone to read.
                #expect(
                    theirs || hasBigNumber(document.root), "simdjson refuses \(String(decoding: text, as: UTF8.self))")
                let parsed = try JSONParser().parse(text)
                // A value does not keep its document.
                withExtendedLifetime((parsed, document)) { #expect(parsed.root == document.root) }
            case .failure(let error):
                #expect(!theirs, "we refuse \(String(decoding: text, as: UTF8.self)): \(error)")
                #expect(error.offset >= 0 && error.offset <= text.count)
            }
        }
    }

    private func build(_ text: [UInt8]) -> Result<JSONDocument, JSONError> {
        do throws(JSONError) {
            let forced = try JSONDocument(limits: JSONLimits())
            try text.withUnsafeBytesTyped { bytes throws(JSONError) in try forced.parseCarefully(bytes) }
            return .success(forced)
        } catch {
            return .failure(error)
        }
    }

    private func simdjsonAccepts(_ text: [UInt8]) -> Bool {
        guard let parser = csimdjson_parser_new(512) else { return false }
        defer { csimdjson_parser_free(parser) }
        let padded = text + Array(repeating: 0x20, count: JSONDocument.padding)
        var tape: UnsafePointer<UInt64>?
        var strings: UnsafePointer<UInt8>?
        return csimdjson_parse(parser, padded, text.count, &tape, &strings) == 0
    }

    private func hasBigNumber(_ value: JSONValue) -> Bool {
        value.kind == .bigNumber || value.elements.contains(where: hasBigNumber)
            || value.members.contains { hasBigNumber($0.value) }
    }

    private func mutate(_ seed: [UInt8], _ random: inout Xorshift) -> [UInt8] {
        var text = seed
        for _ in 0..<(1 + random.below(3)) where !text.isEmpty {
            let at = random.below(text.count)
            switch random.below(5) {
            case 0: text.remove(at: at)
            case 1: text[at] = UInt8(truncatingIfNeeded: random.next())
            case 2: text.insert(Self.interesting[random.below(Self.interesting.count)], at: at)
            case 3: text[at] = Self.interesting[random.below(Self.interesting.count)]
            default: text.insert(contentsOf: text[at..<min(text.count, at + random.below(12))], at: at)
            }
        }
        return text
    }

    private static let interesting = Array("{}[]\",:\\0123456789-+.eEtfnu/ \n\u{0}\u{1f}\u{80}\u{7ff}".utf8)
}

struct Xorshift {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

extension Array<UInt8> {
    func withUnsafeBytesTyped<Failure>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Void
    ) throws(Failure) {
        let result: Result<Void, Failure> = withUnsafeBytes { bytes in
            do throws(Failure) { return .success(try body(bytes)) } catch { return .failure(error) }
        }
        try result.get()
    }
}
