/// A strict reader of JSON that says where it stopped, and writes the same tape as simdjson.
///
/// It is used where simdjson refuses a text: to find the position and the reason, and to read numbers beyond 64 bits.
/// Nesting is kept on an explicit stack, so that no input can exhaust the machine's.
struct TapeBuilder {
    /// The tape and the strings, in memory that stays where it is once settled.
    struct Output {
        var tape: [UInt64] = []
        var strings: [UInt8] = []
        private(set) var tapeStart: UnsafePointer<UInt64>
        private(set) var stringsStart: UnsafePointer<UInt8>
        private var memory: SettledMemory

        init() {
            memory = SettledMemory(tape: [0], strings: [0])
            (tapeStart, stringsStart) = (memory.tape, memory.strings)
        }

        mutating func settle() {
            memory = SettledMemory(tape: tape, strings: strings)
            (tapeStart, stringsStart) = (memory.tape, memory.strings)
            (tape, strings) = ([], [])
        }
    }

    private var cursor: JSONCursor
    private var output = Output()
    private let depthLimit: Int

    /// Reads one value and nothing behind it.
    static func build(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) throws(JSONError) -> Output {
        var builder = TapeBuilder(cursor: JSONCursor(bytes), depthLimit: depth)
        try builder.run()
        return builder.output
    }

    private init(cursor: JSONCursor, depthLimit: Int) {
        self.cursor = cursor
        self.depthLimit = depthLimit
    }

    private mutating func run() throws(JSONError) {
        output.tape = [UInt64(TapeTag.root) << 56]
        cursor.skipSpace()
        guard !cursor.isAtEnd else { throw JSONError(.empty, at: cursor.position) }
        var open: [Int] = []
        var counts: [Int] = []
        var needsValue = true
        while true {
            if needsValue {
                needsValue = try readValue(&open, &counts)
                if needsValue { continue }
            }
            // A value has just ended.
            guard let container = open.last else { break }
            needsValue = try separate(container, &open, &counts)
        }
        cursor.skipSpace()
        guard cursor.isAtEnd else { throw JSONError(.trailingData, at: cursor.position) }
        output.tape.append(UInt64(TapeTag.root) << 56)
        output.tape[0] |= UInt64(output.tape.count)
    }

    /// Reads one value or the opening of one; says whether another value must follow at once.
    private mutating func readValue(_ open: inout [Int], _ counts: inout [Int]) throws(JSONError) -> Bool {
        cursor.skipSpace()
        let start = cursor.position
        guard let byte = cursor.peek() else { throw JSONError(.unexpectedEnd, at: start) }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            guard open.count < depthLimit else { throw JSONError(.tooDeep(limit: depthLimit), at: start) }
            cursor.advance()
            open.append(output.tape.count)
            counts.append(0)
            output.tape.append(UInt64(byte) << 56)
            cursor.skipSpace()
            let closing = byte == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
            if cursor.peek() == closing {
                close(&open, &counts, with: closing)
                return false
            }
            counts[counts.count - 1] = 1
            if byte == UInt8(ascii: "{") { try readKey() }
            return true
        case UInt8(ascii: "\""):
            try append(string: TapeTag.string)
        case UInt8(ascii: "t"): try literal("true", TapeTag.true)
        case UInt8(ascii: "f"): try literal("false", TapeTag.false)
        case UInt8(ascii: "n"): try literal("null", TapeTag.null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try readNumber()
        default: throw JSONError(.unexpectedByte(byte), at: start)
        }
        return false
    }

    private mutating func separate(
        _ container: Int, _ open: inout [Int], _ counts: inout [Int]
    ) throws(JSONError) -> Bool {
        let isObject = UInt8(truncatingIfNeeded: output.tape[container] >> 56) == TapeTag.object
        cursor.skipSpace()
        guard let byte = cursor.peek() else { throw JSONError(.unexpectedEnd, at: cursor.position) }
        let closing = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
        if byte == closing {
            close(&open, &counts, with: closing)
            return false
        }
        guard byte == UInt8(ascii: ",") else { throw JSONError(.unexpectedByte(byte), at: cursor.position) }
        cursor.advance()
        counts[counts.count - 1] += 1
        if isObject { try readKey() }
        return true
    }

    private mutating func close(_ open: inout [Int], _ counts: inout [Int], with closing: UInt8) {
        cursor.advance()
        guard let start = open.popLast(), let count = counts.popLast() else { return }
        output.tape.append(UInt64(closing) << 56 | UInt64(start))
        output.tape[start] |= UInt64(min(count, 0xFF_FFFF)) << 32 | UInt64(output.tape.count)
    }

    private mutating func readKey() throws(JSONError) {
        cursor.skipSpace()
        guard let byte = cursor.peek() else { throw JSONError(.unexpectedEnd, at: cursor.position) }
        guard byte == UInt8(ascii: "\"") else { throw JSONError(.unexpectedByte(byte), at: cursor.position) }
        try append(string: TapeTag.string)
        cursor.skipSpace()
        guard let colon = cursor.peek() else { throw JSONError(.unexpectedEnd, at: cursor.position) }
        guard colon == UInt8(ascii: ":") else { throw JSONError(.unexpectedByte(colon), at: cursor.position) }
        cursor.advance()
    }

    private mutating func literal(_ word: StaticString, _ tag: UInt8) throws(JSONError) {
        try cursor.expect(word)
        output.tape.append(UInt64(tag) << 56)
    }

    private mutating func append(string tag: UInt8) throws(JSONError) {
        let at = beginString()
        try cursor.readString(into: &output.strings)
        endString(at, tag)
    }

    private mutating func readNumber() throws(JSONError) {
        let number = try cursor.readNumber()
        if number.isInteger, let value = Int64(number.text) {
            output.tape.append(UInt64(TapeTag.int64) << 56)
            output.tape.append(UInt64(bitPattern: value))
        } else if number.isInteger, let value = UInt64(number.text) {
            output.tape.append(UInt64(TapeTag.uint64) << 56)
            output.tape.append(value)
        } else if !number.isInteger, let value = Double(number.text), value.isFinite {
            output.tape.append(UInt64(TapeTag.double) << 56)
            output.tape.append(value.bitPattern)
        } else {
            let at = beginString()
            output.strings.append(contentsOf: number.text.utf8)
            endString(at, TapeTag.bigNumber)
        }
    }

    private mutating func beginString() -> Int {
        let at = output.strings.count
        output.strings.append(contentsOf: [0, 0, 0, 0])
        return at
    }

    private mutating func endString(_ at: Int, _ tag: UInt8) {
        let length = UInt32(truncatingIfNeeded: output.strings.count - at - 4)
        withUnsafeBytes(of: length) { bytes in
            for position in 0..<4 { output.strings[at + position] = bytes[position] }
        }
        output.strings.append(0)
        output.tape.append(UInt64(tag) << 56 | UInt64(at))
    }
}

/// Copies of the arrays at addresses that do not move.
final class SettledMemory {
    let tape: UnsafePointer<UInt64>
    let strings: UnsafePointer<UInt8>

    init(tape words: [UInt64], strings bytes: [UInt8]) {
        let tapeRoom = UnsafeMutablePointer<UInt64>.allocate(capacity: max(1, words.count))
        tapeRoom.initialize(from: words, count: words.count)
        let stringRoom = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, bytes.count))
        stringRoom.initialize(from: bytes, count: bytes.count)
        (tape, strings) = (UnsafePointer(tapeRoom), UnsafePointer(stringRoom))
    }

    deinit {
        tape.deallocate()
        strings.deallocate()
    }
}
