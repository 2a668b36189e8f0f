import JSONView
import LogLines

extension LogPlace {
    /// The place as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads what ``json`` wrote; nil where the bytes are something else.
    package init?(json bytes: [UInt8]) {
        guard let document = try? JSONParser().parse(bytes) else { return nil }
        // Values do not keep their document.
        defer { withExtendedLifetime(document) {} }
        self.init(document.root)
    }

    func write(to writer: inout JSONWriter) {
        writer.object { place in
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
