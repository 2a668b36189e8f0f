import JSONView
import SecurityEvents

/// Finds the value in a record that a text is a view on.
enum TextPlaces {
    static func find(_ text: JSONText, in event: borrowing Event) -> JSONValue? {
        if let found = event.raw.string(holding: text) { return found }
        for attachment in event.attachments {
            if let found = attachment.document.root.string(holding: text) { return found }
        }
        return nil
    }
}
