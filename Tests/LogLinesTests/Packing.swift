import CZlib
import CZstd
import Testing

/// Compresses as one gzip member.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    var stream = z_stream()
    try #require(
        deflateInit2_(
            &stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)) == Z_OK)
    defer { deflateEnd(&stream) }
    var input = bytes
    return try input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        let room = Int(deflateBound(&stream, UInt(source.count)))
        var code = Z_OK
        let packed = [UInt8](unsafeUninitializedCapacity: room) { target, count in
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            code = deflate(&stream, Z_FINISH)
            count = target.count - Int(stream.avail_out)
        }
        try #require(code == Z_STREAM_END)
        return packed
    }
}

/// Compresses as one zstd frame with a checksum.
func zstd(_ bytes: [UInt8], level: Int32 = 3, windowLog: Int32 = 0) throws -> [UInt8] {
    let context = try #require(ZSTD_createCCtx())
    defer { ZSTD_freeCCtx(context) }
    ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
    if windowLog > 0 {
        ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, windowLog)
        // A frame that does not know its size has to name its window.
        ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0)
    }
    var packed = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
    var source = ZSTD_inBuffer(src: nil, size: bytes.count, pos: 0)
    let count = packed.withUnsafeMutableBytes { room in
        bytes.withUnsafeBytes { input in
            source.src = input.baseAddress
            var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            // With the frame's size unknown to zstd, as when a stream is piped through it.
            while source.pos < source.size { ZSTD_compressStream2(context, &target, &source, ZSTD_e_continue) }
            while ZSTD_compressStream2(context, &target, &source, ZSTD_e_end) > 0 {}
            return target.pos
        }
    }
    return Array(packed.prefix(count))
}
