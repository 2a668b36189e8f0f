import JSONView

/// How many combining marks one character may carry before the rest is shown as escapes.
private let markLimit = 4

/// A text from outside, made fit to be shown: every mark in it can be seen, and nothing in it acts on a terminal.
///
/// Control characters, line breaks, bidirectional overrides, zero-width and other characters that are not seen become
/// `\u{1B}`. A backslash that would begin such a form becomes `\u{5C}`, so that nobody can write a false one.
///
/// - Parameter text: what somebody else wrote.
/// - Returns: one line.
public func visible(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x5C }) { return text }
    var shown = VisibleText()
    shown.append(text.unicodeScalars)
    return shown.text
}

/// Bytes from outside that should be UTF-8, made fit to be shown; those that are not become `\x{FF}`.
///
/// - Parameter bytes: what somebody else wrote.
/// - Returns: one line.
public func visible(bytes: some Sequence<UInt8>) -> String {
    var shown = VisibleText()
    var decoder = UTF8DecodingIterator(bytes)
    while let part = decoder.next() {
        switch part {
        case .scalar(let scalar): shown.append(CollectionOfOne(scalar))
        case .invalid(let byte): shown.append(invalid: byte)
        }
    }
    return shown.text
}

private struct VisibleText {
    private var scalars = String.UnicodeScalarView()
    private var marks = 0
    /// A backslash was the last thing written: what follows decides whether it must be told apart.
    private var endsInBackslash = false

    var text: String { String(scalars) }

    mutating func append(_ more: some Sequence<Unicode.Scalar>) {
        for scalar in more { append(scalar) }
    }

    mutating func append(invalid byte: UInt8) {
        scalars.append(contentsOf: "\\x{\(String(byte, radix: 16, uppercase: true))}".unicodeScalars)
        (marks, endsInBackslash) = (markLimit, false)
    }

    private mutating func append(_ scalar: Unicode.Scalar) {
        if endsInBackslash, scalar == "u" || scalar == "x" {
            scalars.removeLast()
            escape("\\")
        }
        endsInBackslash = scalar == "\\"
        if scalar.isUnseen {
            escape(scalar)
        } else if isMark(scalar) {
            // A mark would change the character that the caller wrote before this text; a heap of them covers the lines
            // around it.
            guard !scalars.isEmpty, marks < markLimit else {
                escape(scalar)
                return
            }
            scalars.append(scalar)
            marks += 1
        } else {
            scalars.append(scalar)
            marks = 0
        }
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        scalars.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
        // No mark may change the brace either.
        marks = markLimit
    }

    private func isMark(_ scalar: Unicode.Scalar) -> Bool {
        guard !scalar.isASCII else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return true
        default: return false
        }
    }
}

/// Goes through bytes scalar by scalar and gives out those that belong to none.
private struct UTF8DecodingIterator<Bytes: Sequence<UInt8>> {
    enum Part {
        case scalar(Unicode.Scalar)
        case invalid(UInt8)
    }

    private var bytes: [UInt8]
    private var at = 0

    init(_ bytes: Bytes) { self.bytes = Array(bytes) }

    mutating func next() -> Part? {
        guard at < bytes.count else { return nil }
        let lead = bytes[at]
        let length =
            switch lead {
            case ..<0x80: 1
            case 0xC2...0xDF: 2
            case 0xE0...0xEF: 3
            case 0xF0...0xF4: 4
            default: 0
            }
        guard length > 0, at + length <= bytes.count,
            let decoded = String(validating: bytes[at..<at + length], as: UTF8.self),
            let scalar = decoded.unicodeScalars.first
        else {
            at += 1
            return .invalid(lead)
        }
        at += length
        return .scalar(scalar)
    }
}
