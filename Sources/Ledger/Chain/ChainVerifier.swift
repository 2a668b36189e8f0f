import JSONView
import SecurityEvents

/// Goes over the entries of a chain one after the other, keeping none.
struct ChainVerifier {
    private(set) var head = LedgerHead.origin
    private let anchor: LedgerHead?
    private let parser = JSONParser(limits: JSONLimits(size: LedgerEntry.payloadLimit))

    init(anchor: LedgerHead?) { self.anchor = anchor }

    /// Takes the next entry.
    ///
    /// - Parameter row: the entry, or nil where it could not be read.
    /// - Returns: what is wrong with it, or between it and the one before.
    mutating func take(_ row: EntryRow?) -> LedgerFault? {
        let expected = head.sequence + 1
        guard let row else { return LedgerFault(sequence: expected, reason: .unreadable) }
        guard row.sequence == expected else {
            // Rows come in order; a number at or below the one before cannot come, unless it began below 1.
            guard row.sequence > expected else { return LedgerFault(sequence: row.sequence, reason: .contentChanged) }
            return LedgerFault(sequence: expected, reason: .missing(through: row.sequence - 1))
        }
        if let reason = fault(in: row) { return LedgerFault(sequence: row.sequence, reason: reason) }
        head = row.head
        return nil
    }

    private func fault(in row: EntryRow) -> LedgerFault.Reason? {
        guard row.previous == head.hash else { return .previousHash }
        guard row.hash == row.computedHash else { return .contentChanged }
        if let anchor, anchor.sequence == row.sequence, anchor.hash != row.hash { return .anchorDiffers }
        do throws(ReadFault) {
            let differing = row.columnsDiffering(from: try row.entry(parser: parser))
            return differing.isEmpty ? nil : .columns(differing)
        } catch {
            return .payload(error.reason)
        }
    }

    /// Compares the end with what is recorded of it.
    func finish(recorded: LedgerHead?) -> LedgerFault? {
        let next = head.sequence + 1
        if let anchor, anchor.sequence > head.sequence {
            return LedgerFault(
                sequence: next, reason: .cutOff(recorded: max(anchor.sequence, recorded?.sequence ?? 0)))
        }
        guard let recorded else { return LedgerFault(sequence: head.sequence, reason: .headMissing) }
        if recorded.sequence > head.sequence {
            return LedgerFault(sequence: next, reason: .cutOff(recorded: recorded.sequence))
        }
        return recorded == head ? nil : LedgerFault(sequence: head.sequence, reason: .headDiffers)
    }
}
