import JSONView

/// Whole records that stand on one line behind what a writer left unfinished: it was killed in the middle of a line, and
/// the next one went on where it ended.
///
/// Nothing is guessed. The last object of the line is found by going back from the line's end, where no string is open, to
/// the bracket that opens it; that takes one pass, whatever the line holds. It may also be a part of a record that is cut
/// off behind it, whose contents somebody else chose: an object within JSON stands behind a colon, a comma or a bracket.
/// So one that stands behind such a byte is taken only where JSON cannot go on with an object at that place.
struct GluedRecords {
    /// Where the records stand, in their order.
    let records: [Range<Int>]
    /// How many bytes stand before the first of them.
    let head: Int
    /// Why these are no record; nil where they are one.
    let fault: JSONError?

    /// How many objects in a row are looked at; a line of nothing else is hostile.
    private static let limit = 1024

    /// Looks for records; nil where the line has none of which that is certain.
    ///
    /// - Parameters:
    ///   - line: a line that is no JSON, without white space around it.
    ///   - error: why it is none.
    ///   - parse: reads a text and says why it is no JSON.
    ///   - isRecord: says whether a text is a record of a log, and not only an object.
    init?(
        in line: UnsafeRawBufferPointer, error: JSONError, parse: (UnsafeRawBufferPointer) -> JSONError?,
        isRecord: (UnsafeRawBufferPointer) -> Bool
    ) {
        var found: [Range<Int>] = []
        var end = line.count
        while end > 0, found.count < Self.limit, let start = Self.start(ofObjectEndingAt: end, in: line) {
            // What a cut within a string leaves may look like an object when it is read from its end.
            guard isRecord(UnsafeRawBufferPointer(rebasing: line[start..<end])) else { break }
            let before = Self.trimmedEnd(line, start)
            if before > 0, Self.mayPrecedeValue(line[before - 1]) {
                // The first record, or none: what stands before can be asked only once.
                guard found.isEmpty, Self.cannotGoOn(line, before, start, error, parse) else { break }
                found.append(start..<end)
                end = before
                break
            }
            found.append(start..<end)
            end = before
        }
        guard !found.isEmpty else { return nil }
        records = found.reversed()
        head = end
        fault = end == 0 ? nil : parse(UnsafeRawBufferPointer(rebasing: line[..<end]))
    }

    /// Where an object begins that ends before a position; nil where the bytes before it are no object's end.
    private static func start(ofObjectEndingAt end: Int, in line: UnsafeRawBufferPointer) -> Int? {
        guard line[end - 1] == UInt8(ascii: "}") else { return nil }
        var depth = 0
        var inString = false
        var position = end
        while position > 0 {
            position -= 1
            switch line[position] {
            case UInt8(ascii: "\""):
                var slashes = 0
                while position - slashes > 0, line[position - slashes - 1] == UInt8(ascii: "\\") { slashes += 1 }
                if slashes.isMultiple(of: 2) { inString.toggle() }
                position -= slashes
            case UInt8(ascii: "}") where !inString: depth += 1
            case UInt8(ascii: "{") where !inString:
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
        }
        return nil
    }

    private static func trimmedEnd(_ line: UnsafeRawBufferPointer, _ end: Int) -> Int {
        var end = end
        while end > 0, line[end - 1].isJSONSpace { end -= 1 }
        return end
    }

    private static func mayPrecedeValue(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ":") || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "[")
    }

    /// Whether no JSON that begins as the line does goes on with an object: it is within a string there, or a name has to
    /// follow.
    private static func cannotGoOn(
        _ line: UnsafeRawBufferPointer, _ before: Int, _ start: Int, _ error: JSONError,
        _ parse: (UnsafeRawBufferPointer) -> JSONError?
    ) -> Bool {
        let head = UnsafeRawBufferPointer(rebasing: line[..<before])
        // Were the head itself torn and begun anew, it would be no beginning of JSON.
        guard let fault = parse(head), fault.reason == .unexpectedEnd else { return false }
        return error.offset == start || !DocumentGatherer.mayContinue(head)
    }
}

extension LogReader {
    /// Reads records that stand behind a torn one on their line.
    ///
    /// - Returns: false where there are none, and the line as a whole is the fault.
    mutating func readGlued(
        _ line: UnsafeRawBufferPointer, _ error: JSONError, at position: SourcePosition, depth: Int,
        emit: (borrowing Event) -> Void
    ) -> Bool {
        let glued = GluedRecords(in: line, error: error) { text in
            do throws(JSONError) { _ = try parser(depth, for: text).parse(text) } catch { return error }
            return nil
        } isRecord: {
            isRecord($0, depth)
        }
        guard let glued else { return false }
        if let fault = glued.fault {
            statistics.records += 1
            self.fault(fault, in: UnsafeRawBufferPointer(rebasing: line[..<glued.head]), at: position)
        }
        let whole = (glued.fault == nil && glued.head > 0 ? [0..<glued.head] : []) + glued.records
        for range in whole {
            let text = UnsafeRawBufferPointer(rebasing: line[range])
            do throws(JSONError) {
                handle(try parser(depth, for: text).parse(text), at: position, depth: depth, emit: emit)
            } catch {
                statistics.records += 1
                fault(error, in: text, at: position)
            }
        }
        return true
    }

    /// Whether a part of a line is a record of a log, and not only an object.
    private func isRecord(_ text: UnsafeRawBufferPointer, _ depth: Int) -> Bool {
        guard let document = try? parser(depth, for: text).parse(text) else { return false }
        return withExtendedLifetime(document) {
            if case .record = RecognizedRecord(document.root) { true } else { false }
        }
    }
}
