import CSimdjson

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A parsed text and the memory that its values are read from.
///
/// Keep the document as long as any ``JSONValue`` or ``JSONText`` of it: a value does not. Where the document is a local that
/// nothing else mentions, the compiler may let go of it after its last use, which `withExtendedLifetime` prevents; never
/// write `try parser.parse(text).root["a"]` in one expression. Documents come from a ``JSONParser``, which
/// uses one again only when nobody else holds it.
///
/// `@unchecked Sendable`: after the parse nothing in it is written again while more than one owner has it (the parser
/// checks for a unique reference first), and reading is by plain loads.
public final class JSONDocument: @unchecked Sendable {
    let storage: UnsafeMutablePointer<JSONStorage>
    private let parser: OpaquePointer
    private var source: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    private var length = 0
    private var built = TapeBuilder.Output()

    /// Bytes that simdjson may read behind the text.
    static let padding = 64

    init(limits: JSONLimits) throws(JSONError) {
        guard let made = csimdjson_parser_new(limits.depth) else { throw JSONError(.outOfMemory, at: 0) }
        parser = made
        capacity = 4096
        source = .allocate(capacity: capacity + Self.padding)
        storage = .allocate(capacity: 1)
        built.tape = [UInt64(TapeTag.root) << 56, UInt64(TapeTag.null) << 56]
        adoptBuilt()
    }

    deinit {
        csimdjson_parser_free(parser)
        source.deallocate()
        storage.deallocate()
    }

    /// The outermost value.
    @inlinable
    public var root: JSONValue { JSONValue(storage: storageView, index: 1) }

    @usableFromInline
    var storageView: UnsafePointer<JSONStorage> { UnsafePointer(storage) }

    /// The text that was parsed.
    public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: source, count: length) }

    /// Takes a copy of a text and parses it.
    func parse(_ text: UnsafeRawBufferPointer, limits: JSONLimits) throws(JSONError) {
        guard text.count <= limits.size else { throw JSONError(.tooLarge(limit: limits.size), at: limits.size) }
        copy(text)
        var tape: UnsafePointer<UInt64>?
        var strings: UnsafePointer<UInt8>?
        if csimdjson_parse(parser, source, length, &tape, &strings) == 0, let tape, let strings {
            storage.initialize(to: JSONStorage(tape: tape, strings: strings))
            return
        }
        // simdjson says neither where it stopped nor reads integers beyond 64 bits: our own reader does both.
        try readCopy(limits: limits)
    }

    /// Takes a copy of a text and parses it with our own reader only.
    func parseCarefully(_ text: UnsafeRawBufferPointer, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        copy(text)
        try readCopy(limits: limits)
    }

    private func copy(_ text: UnsafeRawBufferPointer) {
        reserve(text.count)
        length = text.count
        if let base = text.baseAddress { memcpy(source, base, length) }
        memset(source + length, 0x20, Self.padding)
    }

    private func readCopy(limits: JSONLimits) throws(JSONError) {
        do throws(JSONError) {
            built = try TapeBuilder.build(UnsafeBufferPointer(start: source, count: length), depth: limits.depth)
            adoptBuilt()
        } catch {
            built.tape = [UInt64(TapeTag.root) << 56, UInt64(TapeTag.null) << 56]
            built.strings = []
            adoptBuilt()
            throw error
        }
    }

    /// Reads from the arrays of our own reader, which stay untouched until the next parse.
    private func adoptBuilt() {
        built.settle()
        storage.initialize(to: JSONStorage(tape: built.tapeStart, strings: built.stringsStart))
    }

    private func reserve(_ size: Int) {
        guard size > capacity else { return }
        capacity = size + size / 2
        source.deallocate()
        source = .allocate(capacity: capacity + Self.padding)
    }
}

/// What a reader of hostile text accepts.
public struct JSONLimits: Sendable, Equatable {
    /// How many bytes a document may have.
    public var size: Int
    /// How deep arrays and objects may nest.
    public var depth: Int

    /// 16 MiB and 512 levels unless told otherwise.
    public init(size: Int = 16 << 20, depth: Int = 512) {
        self.size = size
        self.depth = depth
    }
}
