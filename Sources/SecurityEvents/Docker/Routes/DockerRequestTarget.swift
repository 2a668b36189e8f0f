/// The path and query of a call as the engine's HTTP server and router read them.
public struct DockerRequestTarget: Sendable {
    /// What an ordinary client would not write, and two readers may read differently.
    public enum Oddity: Sendable, Equatable, CustomStringConvertible {
        /// A `%` that no two hexadecimal digits follow: the engine answers 400.
        case invalidEscape
        /// Letters, digits or a slash are written as `%63`.
        case encoded
        /// Doubled slashes or dots: the engine answers with a redirection, others clean the path themselves.
        case unclean
        /// A whole URL where a path belongs.
        case absolute
        /// Control characters or bytes that are no text.
        case notText
        /// A version that is no `1.24`.
        case version(String)
        /// Go's reader leaves a part of the query out.
        case query(String)
        /// A parameter stands twice: the engine takes the first.
        case repeatedParameter(String)

        public var description: String {
            switch self {
            case .invalidEscape: "the path has a % that no two hexadecimal digits follow"
            case .encoded: "the path writes letters, digits or slashes as %XX, which no ordinary client does"
            case .unclean: "the path has doubled slashes or dots, which others read in another way than the engine"
            case .absolute: "the request line names a whole URL instead of a path"
            case .notText: "the path has control characters or bytes that are no text"
            case .version(let text): "the version v\(text) is not of the form v1.41"
            case .query(let reason): "the query cannot be read in one way: \(reason)"
            case .repeatedParameter(let name):
                "the parameter \(name) stands twice in the query, and readers differ on which one counts"
            }
        }
    }

    /// The decoded path, with its version.
    public private(set) var path: [UInt8] = []
    /// The text of the version: `1.41`; nil where the path has none.
    public private(set) var versionText: String?
    /// Where the path goes on behind the version.
    private var routeStart = 0
    /// The query.
    public private(set) var query = GoQuery()
    /// What is odd about both.
    public private(set) var oddities: [Oddity] = []
    /// Whether the engine's server or router does nothing at all with such a path.
    public private(set) var isRefusedByEngine = false

    /// The decoded path, without its version.
    public var routePath: ArraySlice<UInt8> { path[routeStart...] }

    /// The version as a pair of numbers, the way the engine compares them; nil without one.
    public var version: (major: Int, minor: Int)? {
        guard let versionText else { return nil }
        // A part that is no number counts as 0.
        let parts = versionText.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        return (parts.first ?? 0, parts.count > 1 ? parts[1] : 0)
    }

    /// Reads what stands between the method and the protocol in a request line.
    public init(_ uri: some Collection<UInt8>) {
        let uri = Array(uri)
        if uri.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0x20 }) {
            oddities.append(.notText)
            isRefusedByEngine = true
        }
        let question = uri.firstIndex(of: UInt8(ascii: "?")) ?? uri.count
        readPath(uri[..<question])
        readQuery(uri.dropFirst(question + 1))
        readVersion()
    }

    private mutating func readPath(_ text: ArraySlice<UInt8>) {
        var text = text
        if text.first != UInt8(ascii: "/") {
            oddities.append(.absolute)
            text = Self.withoutAuthority(text) ?? text
        }
        guard let decoded = GoEscaping.decode(text, plusIsSpace: false) else {
            oddities.append(.invalidEscape)
            isRefusedByEngine = true
            path = Array(text)
            return
        }
        path = decoded
        if Self.encodesPlainly(text) { oddities.append(.encoded) }
        if !Self.isClean(decoded) {
            oddities.append(.unclean)
            isRefusedByEngine = true
        }
        if !decoded.isEmpty, String(validating: decoded, as: UTF8.self) == nil || decoded.contains(where: { $0 < 0x20 })
        {
            oddities.append(.notText)
        }
    }

    private mutating func readQuery(_ text: ArraySlice<UInt8>) {
        query = GoQuery(text)
        if let fault = query.fault { oddities.append(.query(fault)) }
        if let name = query.repeated { oddities.append(.repeatedParameter(name)) }
    }

    /// The engine's router takes `/v` and digits and points in front of every path.
    private mutating func readVersion() {
        guard path.starts(with: "/v".utf8) else { return }
        let digits = path.dropFirst(2).prefix { $0 == UInt8(ascii: ".") || ($0 >= 0x30 && $0 <= 0x39) }
        guard !digits.isEmpty, digits.endIndex < path.count, path[digits.endIndex] == UInt8(ascii: "/") else { return }
        let text = String(decoding: digits, as: UTF8.self)
        versionText = text
        routeStart = digits.endIndex
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain =
            parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.count <= 3 && ($0 == "0" || $0.first != "0") }
        if !isPlain { oddities.append(.version(String(text.prefix(32)))) }
    }

    private static func withoutAuthority(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), text[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let rest = text[(colon + 3)...]
        return rest.firstIndex(of: UInt8(ascii: "/")).map { rest[$0...] } ?? rest[rest.endIndex...]
    }

    /// Whether letters, digits or the slash between parts of a path are encoded.
    ///
    /// The names of images hold encoded slashes with some clients, behind the route's own words; those are let through.
    private static func encodesPlainly(_ text: ArraySlice<UInt8>) -> Bool {
        var at = text.startIndex
        var isName = false
        while at < text.endIndex {
            if text[at...].starts(with: "/images/".utf8) || text[at...].starts(with: "/plugins/".utf8)
                || text[at...].starts(with: "/distribution/".utf8)
            {
                isName = true
            }
            guard text[at] == UInt8(ascii: "%"), at + 2 < text.endIndex, let high = hexadecimalDigit(text[at + 1]),
                let low = hexadecimalDigit(text[at + 2])
            else {
                at += 1
                continue
            }
            switch high << 4 | low {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                return true
            case UInt8(ascii: "/") where !isName: return true
            default: break
            }
            at += 3
        }
        return false
    }

    /// Whether Go's `path.Clean` would leave the path as it is, but for a slash at its end.
    private static func isClean(_ path: [UInt8]) -> Bool {
        guard path.first == UInt8(ascii: "/") else { return false }
        var parts = path.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts.allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    }
}
