import JSONView
import SecurityEvents

/// A batch of audit events, as an API server sends it: an `EventList` of `audit.k8s.io`.
struct AuditBatch: Sendable {
    /// Why a body is no batch.
    struct Fault: Error, Equatable {
        let reason: String
    }

    /// How deep a body may be nested; Kubernetes' own objects stay far below.
    private static let depth = 128

    /// The body, without white space around it.
    let body: [UInt8]
    /// What tells each event from the others: its `auditID` and stage, hashed with the process' own seed.
    let keys: [Int]

    /// Reads a body.
    ///
    /// - Parameter body: the body of a request.
    /// - Throws: what is wrong with it.
    init(_ body: [UInt8]) throws(Fault) {
        var body = body
        while let last = body.last, last == 0x0A || last == 0x0D || last == 0x20 { body.removeLast() }
        let document = try Self.parse(body)
        defer { withExtendedLifetime(document) {} }
        let root = document.root
        guard root["kind"]?.string == "EventList", root["apiVersion"]?.text?.hasPrefix("audit.k8s.io/") == true,
            let items = root["items"], items.kind == .array
        else { throw Fault(reason: "the body is no EventList of audit.k8s.io") }
        keys = items.elements.enumerated().map { Self.key($0.element, $0.offset) }
        self.body = body
    }

    /// The batch without some of its events.
    ///
    /// - Parameter isLeftOut: says of each event, by its place, whether it is left out.
    /// - Returns: the body of the rest.
    func without(_ isLeftOut: [Bool]) -> [UInt8] {
        guard let document = try? Self.parse(body) else { return body }
        return withExtendedLifetime(document) {
            var writer = CompactJSON()
            writer.write(raw: "{\"kind\":\"EventList\",\"apiVersion\":\"audit.k8s.io/v1\",\"items\":[")
            var isFirst = true
            guard let items = document.root["items"] else { return body }
            for (place, item) in items.elements.enumerated() {
                guard place < isLeftOut.count, !isLeftOut[place] else { continue }
                if !isFirst { writer.write(raw: ",") }
                isFirst = false
                writer.write(item)
            }
            writer.write(raw: "]}")
            return writer.bytes
        }
    }

    private static func parse(_ body: [UInt8]) throws(Fault) -> JSONDocument {
        do throws(JSONError) {
            return try JSONParser(limits: JSONLimits(size: max(body.count, 1), depth: depth)).parse(body)
        } catch { throw Fault(reason: "the body is no JSON that is read: \(error)") }
    }

    /// An event without an identifier is never the same as another.
    private static func key(_ item: JSONValue, _ place: Int) -> Int {
        var hasher = Hasher()
        guard let identifier = item["auditID"]?.text, !identifier.isEmpty else {
            hasher.combine(UInt64.random(in: 0 ... .max))
            return hasher.finalize()
        }
        hasher.combine(bytes: UnsafeRawBufferPointer(identifier.bytes))
        hasher.combine(UInt8(0))
        if let stage = item["stage"]?.text { hasher.combine(bytes: UnsafeRawBufferPointer(stage.bytes)) }
        return hasher.finalize()
    }
}
