import JSONView

/// Documents over several lines, arrays and lists.
extension LogReader {
    /// Begins a document that stands in more than this line, or an array.
    mutating func beginGathering(
        _ text: UnsafeRawBufferPointer, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) {
        var gatherer = DocumentGatherer(
            start: position, isArray: text.first == UInt8(ascii: "["), limit: limits.document)
        run(&gatherer, over: text, at: position, emit: emit)
    }

    /// Reads a line as the next of the document that is open.
    ///
    /// - Returns: false where the line is no part of it; the document has then been given up.
    mutating func gather(
        _ line: UnsafeRawBufferPointer, at position: SourcePosition, emit: (borrowing Event) -> Void
    ) -> Bool {
        guard var gatherer = gathering else { return false }
        gathering = nil
        if position.name != gatherer.start.name || startsAnew(line, after: gatherer) {
            damage("the text ends inside a value", at: gatherer.start)
            return false
        }
        gatherer.beginLine(position.line)
        run(&gatherer, over: line, at: position, emit: emit)
        return true
    }

    /// Whether a line is a record by itself, so that the document before it must have been cut.
    private func startsAnew(_ line: UnsafeRawBufferPointer, after gatherer: DocumentGatherer) -> Bool {
        guard DocumentGatherer.mayBeWithin(line.trimmed) else { return true }
        guard line.first == UInt8(ascii: "{"), !gatherer.isBetweenRecords else { return false }
        guard let document = try? parser(0, for: line).parse(line.trimmed) else { return false }
        if case .unknown = RecognizedRecord(document.root) { return false }
        return true
    }

    private mutating func run(
        _ gatherer: inout DocumentGatherer, over bytes: UnsafeRawBufferPointer, at position: SourcePosition,
        emit: (borrowing Event) -> Void
    ) {
        var at = 0
        while true {
            switch gatherer.read(bytes, from: &at) {
            case .more:
                gathering = gatherer
                return
            case .record(let line, let item):
                let place = SourcePosition(name: position.name, line: line, item: item)
                readGathered(gatherer.record, at: place, depth: 1, emit: emit)
                if item == 0, gatherer.isWholeObject { return finishGathering(bytes, at, position, emit: emit) }
            case .stray(let line, let item): passOver(at: position, line: line, item: item)
            case .end:
                return finishGathering(bytes, at, position, emit: emit)
            case .broken(let reason):
                return damage("\(reason)", at: gatherer.start)
            }
        }
    }

    private mutating func finishGathering(
        _ bytes: UnsafeRawBufferPointer, _ at: Int, _ position: SourcePosition, emit: (borrowing Event) -> Void
    ) {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[at...]).trimmed
        guard !rest.isEmpty else { return }
        readFresh(rest, at: position, depth: 0, emit: emit)
    }

    private mutating func readGathered(
        _ bytes: [UInt8], at position: SourcePosition, depth: Int, emit: (borrowing Event) -> Void
    ) {
        bytes.withUnsafeBytes { text in
            do throws(JSONError) {
                handle(try parser(depth, for: text).parse(text), at: position, depth: depth, emit: emit)
            } catch {
                statistics.records += 1
                fault(error, in: text, at: position)
            }
        }
    }

    /// The format of all items of a list, where its reader takes lists in place.
    func uniformFormat(of items: JSONValue, in document: JSONDocument) -> LogFormat? {
        guard items.count > 0, RecordList.items(of: document.root) != nil else { return nil }
        var uniform: LogFormat?
        for item in items.elements {
            guard case .record(let format) = RecognizedRecord(item), uniform == nil || uniform == format else {
                return nil
            }
            uniform = format
        }
        switch uniform {
        case .kubernetesAudit, .kubernetesEvents, .kubernetesAdmission:
            return forced == nil || forced == uniform ? uniform : nil
        default: return nil
        }
    }

    /// Reads the items of a Kubernetes list that stands in one line.
    mutating func takeApart(
        _ items: JSONValue, of document: JSONDocument, at position: SourcePosition, depth: Int,
        emit: (borrowing Event) -> Void
    ) {
        guard depth < limits.wrappers, let range = document.sourceRange(of: items) else {
            return fault("lists within lists", at: position)
        }
        let text = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: document.bytes[range]))
        var gatherer = DocumentGatherer(start: position, isArray: true, limit: limits.document)
        var at = 0
        while true {
            switch gatherer.read(text, from: &at) {
            case .record(let line, let item):
                let place = SourcePosition(name: position.name, line: line, item: item)
                readGathered(gatherer.record, at: place, depth: depth + 1, emit: emit)
            case .stray(let line, let item): passOver(at: position, line: line, item: item)
            case .broken(let reason): return fault("\(reason)", at: position)
            case .more, .end: return
            }
        }
    }

    private mutating func passOver(at position: SourcePosition, line: Int, item: Int) {
        statistics.records += 1
        fault("an element that is no record", at: SourcePosition(name: position.name, line: line, item: item))
    }
}
