import JSONView
import LogLines
import SecurityEvents

extension LogPlace {
    /// The place as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// The place as JSON, with the moment up to which the log was known to be read.
    ///
    /// - Parameter complete: when everything that was there had been read.
    /// - Returns: what ``init(json:)`` and ``complete(in:)`` read.
    package func json(complete: Timestamp) -> [UInt8] {
        var writer = JSONWriter()
        write(to: &writer, complete: complete)
        return writer.bytes
    }

    /// Up to which moment a log was known to be read; nil where the place does not say.
    ///
    /// - Parameter bytes: what ``json(complete:)`` wrote.
    /// - Returns: the moment.
    package static func complete(in bytes: [UInt8]) -> Timestamp? {
        guard let document = try? JSONParser().parse(bytes) else { return nil }
        return withExtendedLifetime(document) {
            document.root["complete"]?.int64.map { Timestamp(nanoseconds: $0) }
        }
    }

    /// Reads what ``json`` wrote; nil where the bytes are something else.
    package init?(json bytes: [UInt8]) {
        guard let document = try? JSONParser().parse(bytes) else { return nil }
        // Values do not keep their document.
        defer { withExtendedLifetime(document) {} }
        self.init(document.root)
    }

    func write(to writer: inout JSONWriter, complete: Timestamp? = nil) {
        writer.object { place in
            if let complete {
                place.key("complete")
                place.value(complete.nanoseconds)
            }
            for (name, number) in [
                ("device", Int64(bitPattern: device)), ("inode", Int64(bitPattern: inode)),
                ("offset", Int64(bitPattern: offset)), ("lines", Int64(lines)), ("modified", modified),
            ] {
                place.key(name)
                place.value(number)
            }
            place.key("before")
            place.array { bytes in for byte in before { bytes.value(Int64(byte)) } }
        }
    }

    init?(_ value: JSONValue) {
        guard let device = value["device"]?.int64, let inode = value["inode"]?.int64,
            let offset = value["offset"]?.int64, let lines = value["lines"]?.int64,
            let modified = value["modified"]?.int64, let before = value["before"]
        else { return nil }
        self.init(
            device: UInt64(bitPattern: device), inode: UInt64(bitPattern: inode), offset: UInt64(bitPattern: offset),
            lines: Int(lines), before: before.elements.compactMap { $0.int64.flatMap { UInt8(exactly: $0) } },
            modified: modified)
    }
}
