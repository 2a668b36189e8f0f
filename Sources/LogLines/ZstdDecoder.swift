import CZstd

/// Reads zstd data of any number of frames (RFC 8878), checking their checksums.
final class ZstdDecoder: Decoder {
    /// The largest window, 128 MiB: what `zstd --long` writes, and zstd's own bound when it reads.
    private static let windowLog: Int32 = 27

    private var input: CompressedInput
    private let context: OpaquePointer?
    private var insideFrame = false

    init(_ file: InputFile) {
        input = CompressedInput(file)
        context = ZSTD_createDCtx()
        if let context { ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Self.windowLog) }
    }

    deinit { ZSTD_freeDCtx(context) }

    func read(into room: UnsafeMutableRawBufferPointer) throws(LogLineFault.Reason) -> Int {
        guard let context else { throw .corrupt(.zstd, detail: "no memory for decompression") }
        while true {
            // zstd may still hold output when all input is used; only what it says after that tells the end.
            let more = try input.fill()
            if !more, !insideFrame { return 0 }
            var source = ZSTD_inBuffer(src: input.unused.baseAddress, size: input.unused.count, pos: 0)
            var target = ZSTD_outBuffer(dst: room.baseAddress, size: room.count, pos: 0)
            let code = ZSTD_decompressStream(context, &target, &source)
            guard ZSTD_isError(code) == 0 else {
                throw .corrupt(.zstd, detail: String(cString: ZSTD_getErrorName(code)))
            }
            input.use(source.pos)
            insideFrame = code != 0
            if target.pos > 0 { return target.pos }
            if !more { throw .cutOff(.zstd) }
        }
    }
}
