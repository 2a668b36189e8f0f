internal import JSONView

/// What any of the functions about commands says of a text or of a payload in it, and whether a sign of execution from memory
/// stands there.
///
/// Most commands are of no interest to any of them; asked once, that spares the loops of all rules about commands.
enum CommandJudgement {
    /// The functions, by the names that rules use.
    static let functions: Set<String> = [
        "entersHost", "decodesAndRuns", "looksEncoded", "downloadsAndRuns", "looksLikeMiner", "writesPersistence",
        "reverseShell", "runsFetchedCode", "runsFromMemory", "sendsCredentials",
        "opensReverseTunnel", "deploysTakeover", "sendsFile",
    ]

    /// Whether one of them is true of the text or of a payload in it.
    static func judge(_ text: JSONText) -> Bool {
        guard CommandSigns.maySay(text) else { return false }
        if AssembledCommand.judge(text, isOfInterest) { return true }
        // A run of base64 has 16 characters at least.
        guard text.count >= 16 else { return false }
        return Payloads.decoded(text).contains { payload in
            payload.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { isOfInterest(JSONText(start: $0, count: bytes.count)) } ?? false
            }
        }
    }

    /// Whether a text is a short run of hexadecimal digits that hides no text: a digest's part, an identifier, a number.
    ///
    /// Environments are full of them. No command is spelt in these digits, a payload of less than 56 digits is not long,
    /// and one that decodes to readable text has at most one byte in twenty that is not plain (``Payloads``).
    static func isOrdinaryHexadecimal(_ text: JSONText) -> Bool {
        guard text.count < 56 else { return false }
        for byte in text.bytes where !(ASCII.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)) {
            return false
        }
        // Shorter runs, and those of odd length, are not taken for hexadecimal; base64 has upper case as well.
        guard text.count >= 24, text.count.isMultiple(of: 2) else { return true }
        // What it decodes to, as ``Payloads`` would see it.
        let count = text.count / 2
        var odd = 0
        for position in 0..<count {
            let high = ASCII.hexDigit(text.start[2 * position]) ?? 0
            let low = ASCII.hexDigit(text.start[2 * position + 1]) ?? 0
            let byte = high << 4 | low
            // The first byte of zlib and gzip.
            if position == 0, byte == 0x78 || byte == 0x1F { return false }
            if !((32..<127).contains(byte) || ASCII.isSpace(byte) || byte >= 0xC2) { odd += 1 }
            if odd * 20 > count { return true }
        }
        return false
    }

    private static func isOfInterest(_ text: JSONText) -> Bool {
        EntersHost.judge(text) || DecodeAndRun.judge(text) || Payloads.looksEncoded(text) || DownloadAndRun.judge(text)
            || MinerShape.judge(text) || PersistenceWrite.judge(text) || ReverseShell.judge(text)
            || MemoryExecution.stands(in: text) || FetchedCode.judge(text) || CredentialSend.judge(text)
            || ReverseTunnel.judge(text) || HostileDeployment.judge(text) || CredentialSend.sendsFile(text)
    }
}
