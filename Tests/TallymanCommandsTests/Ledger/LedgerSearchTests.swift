import Ledger
import Rules
import SecurityEvents
import Testing

@testable import TallymanCommands

@Suite("tallyman ledger search")
struct LedgerSearchTests {
    @Test("Every field that is shown without being asked for is one that entries have")
    func columns() throws {
        _ = try RecordSearch(
            "*", known: LedgerFields.all.keys.sorted(), columns: LedgerFields.columns, lists: RuleLists())
    }

    @Test("Names of events' fields and of findings' own are both read")
    func fields() throws {
        for search in [
            "type=finding level=high", "user=a image=b | stats count by rule, kind", "container_name=x",
            "sourcetype=docker",
        ] {
            _ = try RecordSearch(
                search, known: LedgerFields.all.keys.sorted(), columns: LedgerFields.columns, lists: RuleLists())
        }
    }
}
