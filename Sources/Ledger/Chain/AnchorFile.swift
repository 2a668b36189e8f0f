import Foundation

/// A file that keeps a copy of a ledger's head, best on another disk or machine.
///
/// A ledger whose end was cut off, or that was written anew as a whole, is still a sound chain; only a head that was kept
/// elsewhere tells.
public struct AnchorFile: Sendable {
    /// The file's path.
    public let path: String

    /// Names a file.
    public init(path: String) { self.path = path }

    /// The head that the file keeps; nil where there is no file.
    ///
    /// - Throws: why the file cannot be read or is no anchor.
    public func read() throws(LedgerError) -> LedgerHead? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let data: Data
        do { data = try Data(contentsOf: URL(fileURLWithPath: path)) } catch {
            throw LedgerError.cannotOpen(path: path, reason: error.localizedDescription)
        }
        let text = String(decoding: data.prefix(128), as: UTF8.self)
        guard let head = LedgerHead(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw LedgerError.damaged(path: path, reason: "the anchor is not of the form SEQUENCE:HASH")
        }
        return head
    }

    /// Keeps a head instead of the one before; a reader sees either, never a part.
    ///
    /// - Parameter head: the ledger's head.
    /// - Throws: why it could not be kept.
    public func write(_ head: LedgerHead) throws(LedgerError) {
        do {
            try Data("\(head)\n".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw LedgerError.cannotOpen(path: path, reason: error.localizedDescription)
        }
    }
}
