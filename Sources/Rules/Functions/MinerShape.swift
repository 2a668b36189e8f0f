internal import JSONView

/// Tells whether a command has the shape of a cryptocurrency miner's.
///
/// The program's name says nothing. Decisive are a stratum address and options that only miners have; a pool address
/// needs a wallet or an algorithm beside it.
enum MinerShape {
    static func judge(_ text: JSONText) -> Bool {
        guard text.count > 8 else { return false }
        let text = text.prefix(64 << 10)
        if text.contains(anyOf: signs) || isConfiguration(text) { return true }
        // Without an option in the text there is nothing more to find.
        guard text.contains("-") else { return false }
        return hasPoolAndAccount(Words(text))
    }

    /// Literals that only miners have.
    private static let signs: [StaticString] = [
        "stratum+", "stratum1+", "stratum2+", "stratum://", "stratums://", "--donate-level", "--nicehash",
        "--randomx-", "--cpu-max-threads-hint", "\"donate-level\"",
    ]
    /// What a miner's configuration has beside a wallet, as JSON or as JSON in a shell's quotes.
    private static let poolLists: [StaticString] = ["\"pools\"", "pools\\\""]

    /// Literals of which one stands in every text of a miner that has no words of its own.
    static let allSigns = signs + poolLists

    /// A configuration written by the command, or kept for it: `{"pools":[{"url":"…","user":"WALLET"}]}`.
    private static func isConfiguration(_ text: JSONText) -> Bool {
        guard text.contains(anyOf: poolLists) else { return false }
        for word in Words(text) {
            let wallet = word.bytes.last == UInt8(ascii: "\\") ? word.prefix(word.count - 1) : word
            if isWallet(wallet) { return true }
        }
        return false
    }

    /// Words of which one stands in every other text of a miner, or one of ``algorithmOptions``.
    static let poolOptions: [StaticString] = [
        "-o", "--url", "--pool", "-pool", "--server", "-P", "--poolUrl", "-epool",
    ]
    static let algorithmOptions: [StaticString] = ["-a", "--algo", "--coin", "--algorithm", "-algo"]

    private static func hasPoolAndAccount(_ words: Words) -> Bool {
        var (pool, wallet, algorithm, account, workerOption) = (false, false, false, false, false)
        var previous = JSONText.none
        for word in words {
            let (option, value) = split(word, after: previous)
            previous = word
            workerOption =
                workerOption || word == "-p" || word == "--pass" || word == "-k" || word == "--keepalive"
                || word == "--tls" || word.hasPrefix("--rig-id") || word.hasPrefix("--threads") || word == "--no-color"
            if value.isEmpty {
                wallet = wallet || isWallet(word)
                continue
            }
            if poolOptions.contains(where: { option == $0 }) { pool = pool || isAddress(value) }
            if option == "-u" || option == "--user" || option == "--wallet" || option == "-wal"
                || option == "--userpass"
                || option == "-ewal" || option == "-w" || option == "--address"
            {
                account = true
                wallet = wallet || isWallet(value)
            }
            if algorithmOptions.contains(where: { option == $0 }) { algorithm = algorithm || isAlgorithm(value) }
            wallet = wallet || isWallet(value)
        }
        return pool && (wallet || (account && (algorithm || workerOption))) || algorithm && (wallet || pool || account)
    }

    /// `--url=x` or `-o x` as option and value.
    private static func split(_ word: JSONText, after previous: JSONText) -> (JSONText, JSONText) {
        if word.hasPrefix("--"), let equals = word.firstIndex(of: UInt8(ascii: "=")) {
            return (word.prefix(equals), word.dropFirst(equals + 1))
        }
        if previous.hasPrefix("-"), !word.hasPrefix("-") { return (previous, word) }
        return (.none, .none)
    }

    /// `host.name:3333`, with or without a scheme.
    private static func isAddress(_ text: JSONText) -> Bool {
        var text = text
        if text.contains("://") {
            if text.hasPrefix("http") { return false }
            while !text.isEmpty, !text.hasPrefix("://") { text = text.dropFirst(1) }
            text = text.dropFirst(3)
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 2 else { return false }
        let port = text.dropFirst(colon + 1)
        let dotted = text.prefix(colon).firstIndex(of: UInt8(ascii: ".")) != nil
        return dotted && port.count >= 2 && port.count <= 5 && port.bytes.allSatisfy(ASCII.isDigit)
    }

    private static let algorithms: Set<String> = [
        "randomx", "cryptonight", "kawpow", "ethash", "etchash", "argon2", "ghostrider", "progpow", "autolykos2",
        "verushash", "yescrypt", "yespower", "lyra2v2", "equihash", "octopus", "kheavyhash", "beamhash", "cuckatoo32",
        "monero", "xmr", "ravencoin", "zephyr", "rvn", "firopow", "nexapow", "sha256d", "scrypt", "x16r", "cuckaroo29",
    ]

    private static func isAlgorithm(_ text: JSONText) -> Bool {
        if text.hasPrefix("rx/") || text.hasPrefix("cn/") || text.hasPrefix("cn-") || text.hasPrefix("argon2/")
            || text.hasPrefix("cryptonight")
        {
            return true
        }
        return text.count < 24 && algorithms.contains(String(text).lowercased())
    }

    /// An account on a chain: Monero's base58, Bitcoin's bech32 or base58, Ethereum's 40 hexadecimal digits.
    static func isWallet(_ text: JSONText) -> Bool {
        // `wallet.worker`, `wallet/worker`, `coin:wallet`.
        var text = text
        if let end = text.bytes.firstIndex(where: { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "/") }) {
            text = text.prefix(end)
        }
        if let colon = text.firstIndex(of: UInt8(ascii: ":")), colon < 8 { text = text.dropFirst(colon + 1) }
        if let plus = text.firstIndex(of: UInt8(ascii: "+")) { text = text.prefix(plus) }
        if (94...110).contains(text.count), text.hasPrefix("4") || text.hasPrefix("8"), isBase58(text) { return true }
        if text.count == 42, text.hasPrefix("0x"), text.dropFirst(2).bytes.allSatisfy({ ASCII.hexDigit($0) != nil }) {
            return true
        }
        if (42...62).contains(text.count), text.hasPrefix("bc1") || text.hasPrefix("ltc1") {
            return text.bytes.allSatisfy { ASCII.isLower($0) || ASCII.isDigit($0) }
        }
        return false
    }

    private static func isBase58(_ text: JSONText) -> Bool {
        var (upper, lower, digit) = (false, false, false)
        for byte in text.bytes {
            switch byte {
            case UInt8(ascii: "0"), UInt8(ascii: "O"), UInt8(ascii: "I"), UInt8(ascii: "l"): return false
            case _ where ASCII.isUpper(byte): upper = true
            case _ where ASCII.isLower(byte): lower = true
            case _ where ASCII.isDigit(byte): digit = true
            default: return false
            }
        }
        return upper && lower && digit
    }
}

/// The words of a text, in place, quotes and separators left out.
struct Words: Sequence, IteratorProtocol {
    private var rest: JSONText

    init(_ text: JSONText) { rest = text }

    mutating func next() -> JSONText? {
        while rest.count > 0, Self.separates(rest.start[0]) { rest = rest.dropFirst(1) }
        guard rest.count > 0 else { return nil }
        var end = 0
        while end < rest.count, !Self.separates(rest.start[end]) { end += 1 }
        defer { rest = rest.dropFirst(end) }
        return rest.prefix(end)
    }

    static func separates(_ byte: UInt8) -> Bool {
        ASCII.isSpace(byte) || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: ";")
            || byte == UInt8(ascii: "|") || byte == UInt8(ascii: "&") || byte == UInt8(ascii: ",")
            || byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")")
    }
}
