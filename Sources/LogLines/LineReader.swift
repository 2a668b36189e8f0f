/// Reads the lines of a log from front to back in bounded memory, whether it is plain, gzip or zstd.
///
/// Not thread-safe; one task reads.
package final class LineReader {
    /// What comes next in a log.
    package enum Item {
        /// A line; it lives until the next item is asked for.
        case line(Line)
        /// Something that could not be read.
        case fault(LogLineFault)
    }

    /// The longest line that is read when nothing else is said, 16 MiB.
    package static let defaultLineLimit = 16 << 20

    /// The name of the file, as it was given.
    package let name: String
    /// How the log is compressed; nil for plain.
    package let compression: Compression?

    private let file: InputFile
    private let decoder: any Decoder
    /// Not checked for exclusive access: it knows nothing of the reader.
    @exclusivity(unchecked) private var splitter: LineSplitter
    private var ended = false

    /// Opens a log by its path.
    ///
    /// - Parameters:
    ///   - path: the file, or anything else that can be read, such as a pipe.
    ///   - lineLimit: the longest line that is given.
    /// - Throws: why it cannot be read.
    package convenience init(path: String, lineLimit: Int = LineReader.defaultLineLimit) throws(LogOpenError) {
        self.init(try InputFile(path: path), lineLimit: lineLimit)
    }

    /// Reads a log from an open descriptor, such as standard input; it stays open.
    ///
    /// - Parameters:
    ///   - descriptor: the descriptor, which is read from where it stands.
    ///   - name: what faults call it.
    ///   - lineLimit: the longest line that is given.
    /// - Throws: why it cannot be read.
    package convenience init(
        descriptor: Int32, name: String, lineLimit: Int = LineReader.defaultLineLimit
    ) throws(LogOpenError) {
        self.init(try InputFile(descriptor: descriptor, name: name, closes: false), lineLimit: lineLimit)
    }

    private init(_ file: InputFile, lineLimit: Int) {
        self.file = file
        name = file.name
        splitter = LineSplitter(lineLimit: lineLimit)
        var found: Compression?
        do throws(InputFile.ReadFault) {
            try file.readHead(Compression.headLength)
            switch Compression.recognise(file.head) {
            case .plain:
                decoder = PlainDecoder(file)
            case .compressed(.gzip):
                decoder = GzipDecoder(file)
                found = .gzip
            case .compressed(.zstd):
                decoder = ZstdDecoder(file)
                found = .zstd
            case .unsupported(let name):
                decoder = RefusingDecoder(.unsupportedCompression(name: name))
            }
        } catch {
            decoder = RefusingDecoder(.init(error))
        }
        compression = found
    }

    /// How many bytes of the file were read; of the compressed file, where it is compressed.
    package var bytesRead: UInt64 { file.bytesRead }

    /// How many bytes the file has to read; nil where that can't be known.
    package var bytesTotal: UInt64? { file.size }

    /// How many bytes of log came out.
    package var bytesDecoded: UInt64 { splitter.bytesIn }

    /// How many lines were given or skipped.
    package var linesRead: Int { splitter.lines }

    /// Gives the next line or fault; the line before is gone with this call.
    ///
    /// - Returns: nil at the end.
    package func next() -> Item? {
        while true {
            if let cut = splitter.next() { return item(cut) }
            if ended { return nil }
            do throws(LogLineFault.Reason) {
                let count = try decoder.read(into: splitter.space())
                if count == 0 {
                    ended = true
                    return splitter.rest().map(item)
                }
                splitter.filled(count)
            } catch {
                // What stands after the last line ending isn't given: nobody knows how that line goes on.
                ended = true
                return .fault(fault(error, line: splitter.lineNumber, offset: splitter.bytesIn))
            }
        }
    }

    /// Gives the next line where it is in memory already; the line before is gone with this call.
    ///
    /// - Returns: nil where more has to be read first, or nothing is left.
    package func nextAtHand() -> Item? { splitter.next().map(item) }

    private func item(_ cut: LineSplitter.Cut) -> Item {
        switch cut {
        case .line(let line): .line(line)
        case .tooLong(let number, let offset):
            .fault(fault(.lineTooLong(limit: splitter.lineLimit), line: number, offset: offset))
        }
    }

    private func fault(_ reason: LogLineFault.Reason, line: Int, offset: UInt64) -> LogLineFault {
        LogLineFault(reason: reason, file: name, line: line, offset: offset)
    }
}
