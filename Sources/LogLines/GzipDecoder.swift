import CZlib

/// Reads gzip data of any number of members (RFC 1952), checking each one's CRC.
final class GzipDecoder: Decoder {
    private var input: CompressedInput
    /// Behind a pointer of its own: zlib keeps the stream's address.
    private let stream: UnsafeMutablePointer<z_stream>
    private let usable: Bool
    private var betweenMembers = false
    private var membersRead = 0
    private var failure: LogLineFault.Reason?

    init(_ file: InputFile) {
        input = CompressedInput(file)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 16 added to the window's bits means gzip and nothing else.
        let version = ZLIB_VERSION
        usable = inflateInit2_(stream, 15 + 16, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if usable { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    func read(into room: UnsafeMutableRawBufferPointer) throws(LogLineFault.Reason) -> Int {
        guard usable else { throw .corrupt(.gzip, detail: "no memory for decompression") }
        while true {
            if let failure { throw failure }
            guard try input.fill() else {
                if betweenMembers { return 0 }
                throw .cutOff(.gzip)
            }
            if betweenMembers, try !startNextMember() { continue }
            let produced = try inflateOnce(into: room)
            if produced > 0 { return produced }
        }
    }

    /// Skips the zeros that tapes and block devices leave after a member, and makes ready for the next member.
    private func startNextMember() throws(LogLineFault.Reason) -> Bool {
        let zeros = input.unused.prefix { $0 == 0 }.count
        input.use(zeros)
        guard let first = input.unused.first else { return false }
        guard first == 0x1F else { throw .corrupt(.gzip, detail: "other data follow the last member") }
        guard inflateReset(stream) == Z_OK else { throw .corrupt(.gzip, detail: "cannot start a member") }
        betweenMembers = false
        return true
    }

    private func inflateOnce(into room: UnsafeMutableRawBufferPointer) throws(LogLineFault.Reason) -> Int {
        let available = UInt32(clamping: input.unused.count)
        let space = UInt32(clamping: room.count)
        stream.pointee.next_in = input.unused.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = available
        stream.pointee.next_out = room.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = space
        let code = inflate(stream, Z_NO_FLUSH)
        input.use(Int(available - stream.pointee.avail_in))
        let produced = Int(space - stream.pointee.avail_out)
        switch code {
        case Z_OK, Z_BUF_ERROR:
            break
        case Z_STREAM_END:
            betweenMembers = true
            membersRead += 1
        default:
            // What came out before the damage is given first.
            let place = membersRead == 0 ? "" : " in member \(membersRead + 1)"
            let message = stream.pointee.msg.map { String(cString: $0) } ?? "error \(code)"
            failure = .corrupt(.gzip, detail: message + place)
        }
        return produced
    }
}
