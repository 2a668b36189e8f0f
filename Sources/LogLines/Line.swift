/// One line of a log, without its line ending.
package struct Line {
    /// The line's bytes; they live until the reader is asked for the next item.
    ///
    /// `LineSplitter.readablePadding` bytes after the last one may be read as well; what they hold means nothing.
    package let bytes: UnsafeRawBufferPointer
    /// The line's number, counted from 1; lines that were too long count too.
    package let number: Int
    /// The position of the line's first byte in the uncompressed stream.
    package let offset: UInt64
}
