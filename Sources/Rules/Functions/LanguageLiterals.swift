internal import JSONView

/// The texts in quotes inside a program that starts other programs.
///
/// `os.system('curl … | sh')` in Python, `execSync("…")` in Node, `system("…")` in awk and Perl: what is run stands in a
/// literal, which no shell takes apart. Literals next to each other with a comma between them are one command's words. It
/// is a reading by quotes alone, whatever the language, bounded in number, in depth and in size.
enum LanguageLiterals {
    private static let starters: [StaticString] = [
        "system(", "popen", "subprocess", "execSync", "exec(", "execFile", "spawn", "shell_exec", "passthru(",
        "os.exec",
        "IO.popen", "Open3", "getoutput", "check_output", "ProcessBuilder", "getRuntime", "os.execute", "system ",
    ]
    private static let writers: [StaticString] = [
        "open(", "write_text", "writeFile", "appendFile", "File.write", "file_put_contents", "copyfile", "copyFile",
        "shutil.",
    ]
    private static let sizeLimit = 64 << 10
    private static let countLimit = 256
    private static let depthLimit = 3

    /// Whether one of the commands that a text's programs start satisfies a judgement.
    static func anyCommand(in text: JSONText, _ judge: (JSONText) -> Bool) -> Bool {
        guard text.contains(anyOf: starters) else { return false }
        return all(in: text).contains { literal in
            literal.contains(UInt8(ascii: " ")) && withText(literal, judge)
        }
    }

    /// Whether a program writes a file whose name satisfies a judgement.
    static func anyFileWritten(in text: JSONText, _ judge: (String) -> Bool) -> Bool {
        guard text.contains(anyOf: writers) else { return false }
        let literals = all(in: text).map { String(decoding: $0, as: UTF8.self) }
        let modes = ["w", "a", "wb", "ab", "w+", "a+", "wt", "at", "x", ">", ">>"]
        let opensToWrite =
            literals.contains { modes.contains($0) } || text.contains("rite") || text.contains("appendFile")
            || text.contains("file_put_contents") || text.contains("copy")
        return opensToWrite && literals.contains { $0.utf8.count < 4096 && judge($0) }
    }

    private static func withText(_ bytes: [UInt8], _ judge: (JSONText) -> Bool) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            bytes.baseAddress.map { judge(JSONText(start: $0, count: bytes.count)) } ?? false
        }
    }

    /// Every literal, those inside others too, and the lists of words put together.
    static func all(in text: JSONText) -> [[UInt8]] {
        var found: [[UInt8]] = []
        collect(Array(text.prefix(sizeLimit).bytes), depth: 0, into: &found)
        return found
    }

    private static func collect(_ text: [UInt8], depth: Int, into found: inout [[UInt8]]) {
        guard depth < depthLimit else { return }
        var words: [UInt8] = []
        var wordCount = 0
        var at = 0
        func endWords(_ found: inout [[UInt8]]) {
            if wordCount > 1 { found.append(words) }
            words.removeAll(keepingCapacity: true)
            wordCount = 0
        }
        while at < text.count, found.count < countLimit {
            let byte = text[at]
            if isQuote(byte), let (literal, end) = literal(in: text, from: at) {
                found.append(literal)
                if wordCount > 0 { words.append(UInt8(ascii: " ")) }
                words += literal
                wordCount += 1
                if literal.contains(where: isQuote) { collect(literal, depth: depth + 1, into: &found) }
                at = end
            } else {
                if byte != UInt8(ascii: ","), !ASCII.isSpace(byte), byte != UInt8(ascii: "[") { endWords(&found) }
                at += 1
            }
        }
        endWords(&found)
    }

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`")
    }

    /// The text between a quote and the next one of its kind, escapes resolved, and where it ends.
    private static func literal(in text: [UInt8], from start: Int) -> ([UInt8], Int)? {
        let quote = text[start]
        var literal: [UInt8] = []
        var at = start + 1
        while at < text.count {
            if text[at] == UInt8(ascii: "\\"), at + 1 < text.count {
                literal.append(text[at + 1])
                at += 2
            } else if text[at] == quote {
                return (literal, at + 1)
            } else {
                literal.append(text[at])
                at += 1
            }
        }
        return nil
    }
}
