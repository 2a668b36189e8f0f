/// Puts a JSON document over several lines together, and takes arrays of records apart.
///
/// The elements of an outermost array, and of the `items` of an outermost object, are given out one by one, so that a
/// long list needs no more memory than its largest element. Only brackets and strings are followed here; whether it is
/// JSON is found out when a record is parsed.
struct DocumentGatherer {
    /// Where the document begins.
    let start: SourcePosition

    enum Step {
        /// More lines are needed.
        case more
        /// A record is complete: an element, or the whole object. The bytes are in ``record``.
        case record(line: Int, item: Int)
        /// An element that can be no record, as it is neither object nor array, begins here; what is behind it is read on.
        case stray(line: Int, item: Int)
        /// The document has ended.
        case end
        /// This is not how JSON goes on.
        case broken(StaticString)
    }

    /// The bytes of the record that is being read.
    private(set) var record: [UInt8] = []
    private let limit: Int
    private let isArray: Bool
    private var depth = 0
    private var inString = false
    private var isEscaped = false
    private var line: Int
    private var recordLine: Int
    private var item = 0
    /// The depth of the values that are records: 1 in an array, 2 in the items of an object, 0 for the object itself.
    private var recordDepth: Int
    private var hasBegun = false
    /// Between elements: whether the next token must be a comma.
    private var needsComma = false
    /// Where the last member of the outermost object begins in ``record``.
    private var keyStart = 0
    private var needsKey = true
    /// Whether an element is passed over that is a number or a word.
    private var isInWord = false

    init(start: SourcePosition, isArray: Bool, limit: Int) {
        self.start = start
        self.isArray = isArray
        self.limit = limit
        line = start.line
        recordLine = start.line
        recordDepth = isArray ? 1 : 0
    }

    /// Whether a text that begins with a bracket may be JSON, and not a line of text like `[INFO] …`.
    static func mayBeArray(_ text: UnsafeRawBufferPointer) -> Bool {
        guard let second = text.dropFirst().first(where: { !$0.isJSONSpace }) else { return true }
        return second == UInt8(ascii: "{") || second == UInt8(ascii: "[") || second == UInt8(ascii: "]")
    }

    /// Whether an object that is not complete may go on in the next line: not within a string.
    static func mayContinue(_ text: UnsafeRawBufferPointer) -> Bool {
        var inString = false
        var isEscaped = false
        for byte in text {
            if isEscaped {
                isEscaped = false
            } else if inString, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                inString.toggle()
            }
        }
        return !inString
    }

    /// Whether the next byte begins a new element or document, so that a record on a line of its own is no part of
    /// something before.
    var isBetweenRecords: Bool { !inString && recordDepth > 0 && depth == recordDepth && !needsComma }

    /// Whether a line can stand within JSON: `time="…"` after a record that was cut cannot.
    static func mayBeWithin(_ line: UnsafeRawBufferPointer) -> Bool {
        guard let first = line.first else { return true }
        switch first {
        case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
            UInt8(ascii: ","), UInt8(ascii: ":"):
            return true
        case UInt8(ascii: "t"): return line.starts(with: "true".utf8)
        case UInt8(ascii: "f"): return line.starts(with: "false".utf8)
        case UInt8(ascii: "n"): return line.starts(with: "null".utf8)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let behind = line.first { byte in
                !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) && !"+-.eE".utf8.contains(byte)
            }
            return behind.map { $0.isJSONSpace || ",]}".utf8.contains($0) } ?? true
        default: return false
        }
    }

    /// Whether the object itself is the record, so that nothing follows it.
    var isWholeObject: Bool { !isArray && recordDepth == 0 && depth == 0 }

    /// Begins the next line.
    mutating func beginLine(_ number: Int) {
        line = number
        // Kept for the lines that faults within the record are in.
        if depth > 0, depth != recordDepth { record.append(UInt8(ascii: "\n")) }
    }

    /// Reads on from a position of the line's bytes.
    ///
    /// - Parameters:
    ///   - bytes: the line.
    ///   - position: moved behind what was read.
    /// - Returns: why it stopped.
    mutating func read(_ bytes: UnsafeRawBufferPointer, from position: inout Int) -> Step {
        while position < bytes.count {
            let start = position
            if inString {
                readString(bytes, &position)
            } else if depth > max(recordDepth, 1) {
                skipPlain(bytes, &position)
            }
            if position > start {
                record.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[start..<position]))
            } else {
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\n") { line += 1 }
                if let step = structural(byte) { return step }
            }
            if record.count > limit { return .broken("a record larger than the limit") }
        }
        // A line break within a string is never JSON.
        return inString ? .broken("the text ends inside a value") : .more
    }

    /// Passes over a string to behind its closing quote, or to the end of the line.
    private mutating func readString(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                inString = false
                return
            }
        }
    }

    /// Passes over what neither opens nor closes anything, within a record.
    private func skipPlain(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"),
                UInt8(ascii: "\n"):
                return
            default: position += 1
            }
        }
    }

    private mutating func structural(_ byte: UInt8) -> Step? {
        let isBetween = recordDepth > 0 && depth == recordDepth
        if isInWord {
            if Self.isOfWord(byte) { return nil }
            isInWord = false
        }
        if byte.isJSONSpace {
            if !isBetween, depth > 0 { record.append(byte) }
            return nil
        }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            if isBetween {
                if needsComma { return .broken("two values without a comma between") }
                recordLine = line
                record.removeAll(keepingCapacity: true)
            }
            depth += 1
            if byte == UInt8(ascii: "["), !isArray, recordDepth == 0, depth == 2, isAfterItemsKey {
                // From here on the elements are the records.
                recordDepth = 2
                needsComma = false
                return nil
            }
            if !(isArray && depth == 1) { record.append(byte) }
            return nil
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            depth -= 1
            return close(byte)
        case UInt8(ascii: ","):
            if isBetween {
                needsComma = false
                return nil
            }
            if depth == 1 { needsKey = true }
        case UInt8(ascii: "\""):
            if isBetween {
                if needsComma { return .broken("two values without a comma between") }
                record.removeAll(keepingCapacity: true)
                inString = true
                return passOver()
            }
            inString = true
            if depth == 1, needsKey { (keyStart, needsKey) = (record.count, false) }
        default:
            if isBetween, !needsComma, Self.isOfWord(byte) {
                isInWord = true
                return passOver()
            }
            if isBetween || depth == 0 { return .broken("an element that is no record") }
        }
        record.append(byte)
        return nil
    }

    private mutating func close(_ byte: UInt8) -> Step? {
        if isArray {
            if depth == 0 { return .end }
            record.append(byte)
            return depth == 1 ? endRecord() : nil
        }
        if recordDepth == 2 {
            if depth >= 2 {
                record.append(byte)
                return depth == 2 ? endRecord() : nil
            }
            // The items have ended; what follows belongs to the list itself.
            recordDepth = -1
            record.removeAll(keepingCapacity: true)
            return depth == 0 ? .end : nil
        }
        record.append(byte)
        guard depth == 0 else { return nil }
        return recordDepth == -1 ? .end : .record(line: start.line, item: 0)
    }

    /// Whether a byte may stand in a number, or in `true`, `false` and `null`.
    private static func isOfWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "E"),
            UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private mutating func passOver() -> Step {
        defer { item += 1 }
        needsComma = true
        return .stray(line: line, item: item)
    }

    private mutating func endRecord() -> Step {
        defer { item += 1 }
        needsComma = true
        return .record(line: recordLine, item: item)
    }

    /// Whether the last member begun in the outermost object is called `items`.
    private var isAfterItemsKey: Bool { record[keyStart...].starts(with: "\"items\"".utf8) }
}

extension UInt8 {
    var isJSONSpace: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }
}
