import JSONView

/// The calls of a log that were asked about and not answered yet, as far as it takes to say that they were.
package struct OpenCalls: Sendable {
    /// How many of the oldest are named at most.
    static let limit = 16

    /// How many there are.
    package internal(set) var count: Int
    /// The lines of some of the oldest, with their methods and paths.
    package internal(set) var first: [(line: Int, call: String)] = []

    init(count: Int) { self.count = count }

    /// The calls as JSON.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { open in
            open.member("count", count)
            open.key("calls")
            open.array { list in
                for (line, call) in first {
                    list.object { one in
                        one.member("line", line)
                        one.member("call", call)
                    }
                }
            }
        }
        return writer.bytes
    }

    /// Reads what ``json`` wrote; nil where the bytes are something else, or there are none.
    package init?(json bytes: [UInt8]) {
        guard bytes.count <= 64 << 10, let document = try? JSONParser().parse(bytes) else { return nil }
        // Values do not keep their document.
        defer { withExtendedLifetime(document) {} }
        guard let count = document.root["count"]?.int64.flatMap({ Int(exactly: $0) }), count > 0 else { return nil }
        self.init(count: count)
        guard let list = document.root["calls"] else { return }
        for one in list.elements.prefix(Self.limit) {
            guard let line = one["line"]?.int64, let call = one["call"]?.string else { continue }
            first.append((Int(clamping: line), call))
        }
    }
}
