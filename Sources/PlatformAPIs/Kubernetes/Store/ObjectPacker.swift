import CZlib

/// Packs many small texts that are much alike: each is deflated (RFC 1951) with a dictionary that all share.
///
/// A Pod's kept members of about 1,200 bytes become about 200. Not thread-safe.
final class ObjectPacker {
    /// The largest dictionary, and the window that it fills.
    static let dictionarySize = 8 << 10
    private static let windowBits: Int32 = -13

    private var dictionary: [UInt8] = []
    /// Behind pointers of their own: zlib keeps a stream's address.
    private let deflating = ObjectPacker.stream()
    private let inflating = ObjectPacker.stream()
    private let usable: Bool
    private var buffer: [UInt8] = []

    init() {
        let size = Int32(MemoryLayout<z_stream>.size)
        let first = deflateInit2_(
            deflating, 6, Z_DEFLATED, Self.windowBits, 6, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        let second = inflateInit2_(inflating, Self.windowBits, ZLIB_VERSION, size)
        usable = first == Z_OK && second == Z_OK
    }

    deinit {
        deflateEnd(deflating)
        inflateEnd(inflating)
        for stream in [deflating, inflating] {
            stream.deinitialize(count: 1)
            stream.deallocate()
        }
    }

    /// Whether there is no dictionary yet.
    var isFresh: Bool { dictionary.isEmpty }

    /// Sets what all texts are alike to; texts that were packed before cannot be unpacked any more.
    ///
    /// - Parameter samples: some of the texts.
    func learn(_ samples: [[UInt8]]) {
        var fresh: [UInt8] = []
        for sample in samples where fresh.count < Self.dictionarySize { fresh += sample }
        dictionary = Array(fresh.prefix(Self.dictionarySize))
    }

    /// Packs a text.
    ///
    /// - Parameter text: any bytes.
    /// - Returns: the packed bytes, with a mark in front; the text itself behind its mark where packing does not help.
    func pack(_ text: [UInt8]) -> [UInt8] {
        guard usable, let packed = deflated(text), packed < text.count else { return [0] + text }
        return [1] + buffer[..<packed]
    }

    /// Unpacks what `pack` gave.
    ///
    /// - Parameters:
    ///   - packed: the packed bytes.
    ///   - limit: the largest text that is given.
    /// - Returns: the text; nil where the bytes are no packed text.
    func unpack(_ packed: [UInt8], limit: Int = 8 << 20) -> [UInt8]? {
        guard let mark = packed.first else { return nil }
        guard mark == 1 else { return Array(packed.dropFirst()) }
        guard usable, inflateReset(inflating) == Z_OK, setDictionary(inflateSetDictionary, inflating) else {
            return nil
        }
        var room = max(packed.count * 12, 4 << 10)
        var text: [UInt8] = []
        var packed = packed
        return packed.withUnsafeMutableBufferPointer { source -> [UInt8]? in
            inflating.pointee.next_in = source.baseAddress.map { $0 + 1 }
            inflating.pointee.avail_in = UInt32(source.count - 1)
            while text.count < limit {
                var code = Z_OK
                text += [UInt8](unsafeUninitializedCapacity: room) { target, filled in
                    inflating.pointee.next_out = target.baseAddress
                    inflating.pointee.avail_out = UInt32(room)
                    code = inflate(inflating, Z_NO_FLUSH)
                    filled = room - Int(inflating.pointee.avail_out)
                }
                if code == Z_STREAM_END { return text }
                guard code == Z_OK else { return nil }
                room = min(room * 2, 1 << 20)
            }
            return nil
        }
    }

    private func deflated(_ text: [UInt8]) -> Int? {
        guard deflateReset(deflating) == Z_OK, setDictionary(deflateSetDictionary, deflating) else { return nil }
        let bound = Int(deflateBound(deflating, UInt(text.count)))
        if buffer.count < bound { buffer = [UInt8](repeating: 0, count: bound) }
        var text = text
        return text.withUnsafeMutableBufferPointer { source in
            buffer.withUnsafeMutableBufferPointer { target in
                deflating.pointee.next_in = source.baseAddress
                deflating.pointee.avail_in = UInt32(source.count)
                deflating.pointee.next_out = target.baseAddress
                deflating.pointee.avail_out = UInt32(target.count)
                guard deflate(deflating, Z_FINISH) == Z_STREAM_END else { return nil }
                return target.count - Int(deflating.pointee.avail_out)
            }
        }
    }

    private func setDictionary(
        _ set: (UnsafeMutablePointer<z_stream>?, UnsafePointer<UInt8>?, UInt32) -> Int32,
        _ stream: UnsafeMutablePointer<z_stream>
    ) -> Bool {
        dictionary.isEmpty
            || dictionary.withUnsafeBufferPointer { set(stream, $0.baseAddress, UInt32($0.count)) == Z_OK }
    }

    private static func stream() -> UnsafeMutablePointer<z_stream> {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        return stream
    }
}
