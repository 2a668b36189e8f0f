import JSONView

/// What one record's events bring beside themselves.
struct EventNotes {
    var source: SourceType?
    /// Events of ``source``.
    var events = 0
    var fields: [(position: SourcePosition, path: String, expected: StaticString)] = []
    var fieldFaults = 0
    var duplicates: [(position: SourcePosition, key: String)] = []
    /// How many paths may still be worked out; nobody reads more.
    var pathsLeft: Int

    /// Looks at an event on its way out.
    mutating func take(_ event: borrowing Event, _ emit: (borrowing Event) -> Void) {
        events += 1
        source = event.source
        if !event.faults.isEmpty { noteFaults(of: event) }
        if case .some = event.workload { noteDuplicates(of: event) }
        emit(event)
    }

    private mutating func noteFaults(of event: borrowing Event) {
        fieldFaults += event.faults.count
        for fault in event.faults where pathsLeft > 0 {
            pathsLeft -= 1
            fields.append((event.position, event.path(of: fault.value) ?? "", fault.expected))
        }
    }

    private mutating func noteDuplicates(of event: borrowing Event) {
        guard let body = event.object, body.hasRepeatedMembers else { return }
        let key = event.document.firstDuplicateKey(in: body)?.description ?? "duplicate key"
        duplicates.append((event.position, key))
    }
}

extension LogReader {
    var jsonLimits: JSONLimits { JSONLimits(size: limits.document, depth: limits.depth) }

    mutating func note(_ notes: EventNotes) {
        if let source = notes.source {
            statistics.count(notes.events, of: source)
        }
        guard notes.fieldFaults > 0 || !notes.duplicates.isEmpty else { return }
        statistics.fieldFaults += notes.fieldFaults
        for field in notes.fields {
            let place = field.path.isEmpty ? "the record" : field.path
            report(.warning, "\(place): not understood, expected \(field.expected)", at: field.position)
        }
        statistics.duplicateKeys += notes.duplicates.count
        for duplicate in notes.duplicates {
            report(.warning, "\(duplicate.key): readers may disagree on what was deployed", at: duplicate.position)
        }
    }

    /// Counts a line or record that was not understood.
    mutating func fault(_ reason: String, at position: SourcePosition) {
        statistics.faults += 1
        statistics.note(reason)
        report(.error, reason, at: position)
    }

    /// Counts a record of which not all is there.
    mutating func damage(_ reason: String, at position: SourcePosition) {
        noteDamage(at: position)
        fault(reason, at: position)
    }

    private mutating func noteDamage(at position: SourcePosition) {
        damaged = ((damaged?.count ?? 0) + 1, damaged?.file ?? position.name)
    }

    /// Counts a text that is no JSON.
    mutating func fault(_ error: JSONError, in text: UnsafeRawBufferPointer, at position: SourcePosition) {
        noteDamage(at: position)
        statistics.faults += 1
        statistics.note("not JSON: \(error.reason.explanation)")
        guard diagnosticsLeft > 0 else { return }
        let before = text.prefix(error.offset)
        let lines = before.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        // Characters are counted, not bytes: all bytes but those that continue one.
        let column = before[start...].reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        report(
            .error, "not JSON: \(error.reason.explanation)",
            at: SourcePosition(name: position.name, line: position.line + lines), column: column)
    }

    private mutating func report(
        _ severity: Diagnostic.Severity, _ message: String, at position: SourcePosition, column: Int = 0
    ) {
        guard diagnosticsLeft > 0 else { return }
        diagnosticsLeft -= 1
        let item = position.item > 0 ? "item \(position.item): " : ""
        diagnostics.append(
            Diagnostic(severity, file: position.name, line: position.line, column: column, message: item + message))
    }
}
