internal import JSONView

/// What any of the functions about commands says of a text or of a payload in it.
///
/// Most commands are of no interest to any of them; asked once, that spares the loops of all rules about commands.
enum CommandJudgement {
    /// The functions, by the names that rules use.
    static let functions: Set<String> = [
        "entersHost", "decodesAndRuns", "looksEncoded", "downloadsAndRuns", "looksLikeMiner", "writesPersistence",
        "reverseShell",
    ]

    /// Whether one of them is true of the text or of a payload in it.
    static func judge(_ text: JSONText) -> Bool {
        if isOfInterest(text) { return true }
        // A run of base64 has 16 characters at least.
        guard text.count >= 16 else { return false }
        return Payloads.decoded(text).contains { payload in
            payload.withUnsafeBufferPointer { bytes in
                bytes.baseAddress.map { isOfInterest(JSONText(start: $0, count: bytes.count)) } ?? false
            }
        }
    }

    private static func isOfInterest(_ text: JSONText) -> Bool {
        EntersHost.judge(text) || DecodeAndRun.judge(text) || Payloads.looksEncoded(text) || DownloadAndRun.judge(text)
            || MinerShape.judge(text) || PersistenceWrite.judge(text) || ReverseShell.judge(text)
    }
}
