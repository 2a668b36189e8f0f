internal import JSONView

/// A quick no for the texts that none of the functions about commands says anything of.
///
/// Commands and variables are mostly names, numbers and addresses. Each function needs one of some literals, a stretch that
/// may be encoded, or escapes; one look through the text tells whether there is any.
enum CommandSigns {
    private static let signs = SignSet(
        anywhere: EntersHost.signs + DecodeAndRun.signs + DownloadAndRun.signs + MinerShape.allSigns
            + PersistenceWrite.signs + ReverseShell.signs + MemoryExecution.signs + FetchedCode.signs
            + CredentialSend.signs + CredentialSend.fileSigns + ReverseTunnel.signs + HostileDeployment.signs,
        words: MinerShape.poolOptions + MinerShape.algorithmOptions)

    /// Whether a function may be true of the text or of a payload in it; false only where none is.
    static func maySay(_ text: JSONText) -> Bool {
        // Every function wants more than eight bytes.
        if text.count <= 8 || CommandJudgement.isOrdinaryHexadecimal(text) { return false }
        if AssembledCommand.judge(text, signs.stands) { return true }
        // Escapes are among the signs.
        var runs = EncodedRuns(text)
        return text.count >= EncodedRuns.shortest && runs.next() != nil
    }
}
