/// The query of a URI as Go's `url.ParseQuery` reads it.
public struct GoQuery: Sendable, Equatable {
    /// The parameters in order, decoded.
    public private(set) var parameters: [(name: [UInt8], value: [UInt8])] = []
    /// Why Go refuses a part of it; such a part is left out, and most of the engine's handlers refuse the call.
    public private(set) var fault: String?

    public static func == (a: Self, b: Self) -> Bool {
        a.fault == b.fault && a.parameters.count == b.parameters.count
            && zip(a.parameters, b.parameters).allSatisfy { $0.name == $1.name && $0.value == $1.value }
    }

    /// A query without parameters.
    public init() {}

    /// Reads what stands behind the question mark.
    public init(_ query: some Collection<UInt8>) {
        for pair in query.split(separator: UInt8(ascii: "&")) {
            if pair.contains(UInt8(ascii: ";")) {
                fault = fault ?? "a semicolon in the query"
                continue
            }
            let equal = pair.firstIndex(of: UInt8(ascii: "="))
            let name = pair[..<(equal ?? pair.endIndex)]
            let value = equal.map { pair[pair.index(after: $0)...] } ?? pair[pair.endIndex...]
            guard let name = GoEscaping.decode(name, plusIsSpace: true),
                let value = GoEscaping.decode(value, plusIsSpace: true)
            else {
                fault = fault ?? "a % in the query that no two hexadecimal digits follow"
                continue
            }
            parameters.append((name, value))
        }
    }

    /// The value that Go's `Get` gives: the first of a name; nil where there is none.
    public func first(_ name: String) -> [UInt8]? {
        parameters.first { $0.name.elementsEqual(name.utf8) }?.value
    }

    /// What the engine reads as a list: the changes of a commit or import, the tags of a build, the images of an archive.
    private static let lists = ["changes", "t", "names"]

    /// The first name that stands more than once, where the engine takes one value.
    public var repeated: String? {
        var seen = Set<[UInt8]>()
        for parameter in parameters where !seen.insert(parameter.name).inserted {
            if Self.lists.contains(where: { parameter.name.elementsEqual($0.utf8) }) { continue }
            return String(decoding: parameter.name, as: UTF8.self)
        }
        return nil
    }
}

/// `%41` as Go's `url` public decodes it.
enum GoEscaping {
    /// Decodes; nil where a `%` is not followed by two hexadecimal digits, which Go refuses.
    static func decode(_ text: some Collection<UInt8>, plusIsSpace: Bool) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var bytes = text.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = bytes.next().flatMap(hexadecimalDigit),
                    let low = bytes.next().flatMap(hexadecimalDigit)
                else { return nil }
                result.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: result.append(0x20)
            default: result.append(byte)
            }
        }
        return result
    }
}
