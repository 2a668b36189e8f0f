import JSONView

/// The records of a document: itself, the elements of an array, or the items of a Kubernetes list.
enum RecordList {
    /// Gives out each record; a fault of one does not keep the others back.
    static func forEach(
        in document: JSONDocument, at position: SourcePosition,
        _ body: (JSONValue, SourcePosition) throws(ReadFault) -> Void
    ) throws(ReadFault) {
        let root = document.root
        guard let items = items(of: root) else {
            try body(root, position)
            return
        }
        var first: ReadFault?
        var faulty = 0
        var place = position
        for (number, item) in items.elements.enumerated() {
            place.item = number
            do throws(ReadFault) {
                try body(item, place)
            } catch {
                faulty += 1
                if first == nil { first = ReadFault("item \(number): \(error.reason)") }
            }
        }
        guard let first else { return }
        throw faulty == 1 ? first : ReadFault("\(first.reason) (and \(faulty - 1) more)")
    }

    /// The array that holds the records, where a value is a list of them.
    static func items(of value: JSONValue) -> JSONValue? {
        if value.kind == .array { return value }
        guard let items = value["items"], items.kind == .array, let kind = value["kind"]?.text,
            kind.hasSuffix("List")
        else { return nil }
        return items
    }
}
