/// A version as semver.org describes it.
public struct SemanticVersion: Sendable {
    /// The number before the first dot.
    public let major: UInt64
    /// The number between the dots.
    public let minor: UInt64
    /// The number behind the second dot.
    public let patch: UInt64
    /// What stands behind a hyphen: a version before the version.
    public let prerelease: [String]

    /// Why a text is no version, in the words of Go's semver package.
    public struct Fault: Error {
        /// What is wrong.
        public let message: String
    }

    /// Reads a version.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - normalized: Whether a leading `v`, missing numbers and leading zeros are put right first.
    /// - Throws: What is wrong with the text.
    public init(parsing text: String, normalized: Bool = false) throws(Fault) {
        let text = normalized ? try Self.normalize(text) : text
        guard !text.isEmpty else { throw Fault(message: "Version string empty") }
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { throw Fault(message: "No Major.Minor.Patch elements found") }
        major = try Self.number(parts[0], "Major")
        minor = try Self.number(parts[1], "Minor")
        var rest = parts[2]
        var build: Substring?
        if let plus = rest.firstIndex(of: "+") {
            build = rest[rest.index(after: plus)...]
            rest = rest[..<plus]
        }
        var before: Substring?
        if let hyphen = rest.firstIndex(of: "-") {
            before = rest[rest.index(after: hyphen)...]
            rest = rest[..<hyphen]
        }
        patch = try Self.number(rest, "Patch")
        prerelease = try Self.identifiers(before, "Prerelease", isNumberStrict: true)
        _ = try Self.identifiers(build, "Build meta data", isNumberStrict: false)
    }

    private static func number(_ text: Substring, _ name: String) throws(Fault) -> UInt64 {
        guard text.utf8.allSatisfy(\.isDigit) else {
            throw Fault(message: "Invalid character(s) found in \(name.lowercased()) number \"\(text)\"")
        }
        if text.utf8.count > 1, text.hasPrefix("0") {
            throw Fault(message: "\(name) number must not contain leading zeroes \"\(text)\"")
        }
        guard let number = UInt64(text) else {
            throw Fault(
                message:
                    "strconv.ParseUint: parsing \"\(text)\": \(text.isEmpty ? "invalid syntax" : "value out of range")")
        }
        return number
    }

    private static func identifiers(
        _ text: Substring?, _ name: String, isNumberStrict: Bool
    ) throws(Fault) -> [String] {
        guard let text else { return [] }
        var identifiers: [String] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            if part.isEmpty {
                throw Fault(message: isNumberStrict ? "Prerelease is empty" : "Build meta data is empty")
            }
            guard part.utf8.allSatisfy({ $0.isDigit || $0.isLetter || $0 == UInt8(ascii: "-") }) else {
                throw Fault(message: "Invalid character(s) found in \(name.lowercased()) \"\(part)\"")
            }
            if isNumberStrict, part.utf8.count > 1, part.hasPrefix("0"), part.utf8.allSatisfy(\.isDigit) {
                throw Fault(message: "Numeric PreRelease version must not contain leading zeroes \"\(part)\"")
            }
            identifiers.append(String(part))
        }
        return identifiers
    }

    private static func normalize(_ text: String) throws(Fault) -> String {
        let text = text.hasPrefix("v") ? text.dropFirst() : text[...]
        var parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false).map { part -> String in
            guard part.utf8.count > 1 else { return String(part) }
            let trimmed = part.drop { $0 == "0" }
            return trimmed.utf8.first?.isDigit == true ? String(trimmed) : "0" + trimmed
        }
        if parts.count < 3 {
            if parts.last?.contains(where: { $0 == "+" || $0 == "-" }) == true {
                throw Fault(message: "short version cannot contain PreRelease/Build meta data")
            }
            while parts.count < 3 { parts.append("0") }
        }
        return parts.joined(separator: ".")
    }

    /// -1, 0 or 1: whether the version is before, equal to or behind another.
    public func compare(_ other: SemanticVersion) -> Int {
        for (one, two) in [(major, other.major), (minor, other.minor), (patch, other.patch)] where one != two {
            return one < two ? -1 : 1
        }
        if prerelease.isEmpty || other.prerelease.isEmpty {
            return prerelease.isEmpty ? (other.prerelease.isEmpty ? 0 : 1) : -1
        }
        for (one, two) in zip(prerelease, other.prerelease) where one != two {
            switch (UInt64(one), UInt64(two)) {
            case (let one?, let two?): return one < two ? -1 : 1
            case (_?, nil): return -1
            case (nil, _?): return 1
            default: return one.utf8.lexicographicallyPrecedes(two.utf8) ? -1 : 1
            }
        }
        let (count, otherCount) = (prerelease.count, other.prerelease.count)
        return count == otherCount ? 0 : (count < otherCount ? -1 : 1)
    }
}

/// A version as a value of the language.
final class SemanticVersionValue: OpaqueValue {
    static let type = CELType.opaque("kubernetes.Semver", [])

    let version: SemanticVersion
    let text: String

    init(_ version: SemanticVersion, text: String) {
        self.version = version
        self.text = text
    }

    var typeName: String { "kubernetes.Semver" }

    func isEqual(to other: any OpaqueValue) -> Bool {
        (other as? SemanticVersionValue).map { $0.version.compare(version) == 0 } ?? false
    }
}
