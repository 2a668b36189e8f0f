import ArgumentParser
import Ledger
import Reports

/// Which ledger is asked.
struct LedgerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The ledger.", valueName: "file"), completion: .file())
    var ledger: String

    /// Opens the ledger for reading.
    func open() throws -> SQLiteLedger { try Self.open(ledger, .read) }

    /// Opens a ledger, or says why it cannot be opened.
    static func open(_ path: String, _ access: SQLiteLedger.Access) throws -> SQLiteLedger {
        do throws(LedgerError) {
            return try SQLiteLedger(path: path, access: access)
        } catch {
            throw explain(error)
        }
    }

    /// Says what went wrong.
    static func explain(_ error: LedgerError) -> ExitStatus {
        Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
        return .couldNotWork
    }
}
