import JSONView

/// A member of a list of images: a reference, with `*` for any run of characters.
///
/// Short forms mean what they mean to the engine, so `alpine` and `docker.io/library/alpine` are one. A pattern without
/// a tag takes every tag, one with a digest only that digest, `*` alone every image. `*` also stands for slashes:
/// `registry.example/team/*` is all below the team.
public struct ImagePattern: Hashable, Sendable, CustomStringConvertible {
    /// The pattern as it was written.
    public let description: String
    private let name: [UInt8]
    private let tag: [UInt8]?
    private let digest: [UInt8]?

    /// Reads a pattern; nil for an empty text, and for one with white space or control characters.
    ///
    /// - Parameter text: `ghcr.io/org/*`, `nginx:1.*`, `app@sha256:…`.
    public init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        guard !rest.isEmpty, rest.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
        description = text
        if Self.isIdentifier(rest) {
            let prefix = Array("sha256:".utf8)
            (name, tag) = ([UInt8(ascii: "*")], nil)
            digest = rest.starts(with: prefix) ? Array(rest) : prefix + rest
            return
        }
        if let at = rest.firstIndex(of: UInt8(ascii: "@")) {
            digest = Array(rest[(at + 1)...])
            rest = rest[..<at]
        } else {
            digest = nil
        }
        let slash = rest.lastIndex(of: UInt8(ascii: "/")) ?? rest.startIndex - 1
        if let colon = rest[(slash + 1)...].lastIndex(of: UInt8(ascii: ":")) {
            tag = Array(rest[(colon + 1)...])
            rest = rest[..<colon]
        } else {
            tag = nil
        }
        name = Self.complete(rest)
    }

    /// Whether a reference is one of those that the pattern stands for.
    public func matches(_ reference: ImageReference) -> Bool {
        if let digest {
            guard let written = reference.digest else { return false }
            // An identifier may be written without its algorithm.
            let algorithm = written.firstIndex(of: UInt8(ascii: ":")) == nil ? Array("sha256:".utf8) : []
            guard Glob.matches(digest, algorithm + written.bytes) else { return false }
        }
        if let tag {
            if let written = reference.tag {
                guard Glob.matches(tag, written.bytes) else { return false }
            } else {
                // Without a tag the engine takes `latest`, with a digest alone none.
                guard reference.digest == nil, Glob.matches(tag, Array("latest".utf8)) else { return false }
            }
        }
        return reference.withName { Glob.matches(name, $0) }
    }

    private static func isIdentifier(_ text: ArraySlice<UInt8>) -> Bool {
        let digits = text.starts(with: "sha256:".utf8) ? text.dropFirst(7) : text
        return digits.count == 64 && digits.allSatisfy { hexadecimalDigit($0) != nil }
    }

    /// Puts Docker Hub's names where they were left away.
    private static func complete(_ name: ArraySlice<UInt8>) -> [UInt8] {
        let star = [UInt8(ascii: "*")]
        let hub = Array("docker.io/".utf8)
        guard let slash = name.firstIndex(of: UInt8(ascii: "/")) else {
            return Array(name) == star ? star : hub + "library/".utf8 + name
        }
        let first = Array(name[..<slash])
        let path = name[(slash + 1)...]
        if first == star { return Array(name) }
        if first.elementsEqual("docker.io".utf8) || first.elementsEqual("index.docker.io".utf8) {
            let isShort = !path.contains(UInt8(ascii: "/")) && Array(path) != star
            return hub + (isShort ? Array("library/".utf8) : []) + path
        }
        let isRegistry =
            first.elementsEqual("localhost".utf8)
            || first.contains {
                $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":")
                    || ($0 >= UInt8(ascii: "A") && $0 <= UInt8(ascii: "Z"))
            }
        return isRegistry ? Array(name) : hub + name
    }
}

extension ImageReference {
    /// Whether the reference is one of those that a pattern stands for.
    public func matches(_ pattern: ImagePattern) -> Bool { pattern.matches(self) }
}

/// Patterns in which `*` stands for any run of characters, none included.
package enum Glob {
    /// Whether a whole text fits a pattern; the time is bounded by the product of both lengths.
    package static func matches(
        _ pattern: some RandomAccessCollection<UInt8>, _ text: some RandomAccessCollection<UInt8>
    ) -> Bool {
        var atPattern = pattern.startIndex
        var atText = text.startIndex
        var star: (pattern: Int, text: Int)?
        let patternStart = pattern.startIndex
        let textStart = text.startIndex
        while atText != text.endIndex {
            if atPattern != pattern.endIndex, pattern[atPattern] == UInt8(ascii: "*") {
                pattern.formIndex(after: &atPattern)
                star = (pattern.distance(from: patternStart, to: atPattern), text.distance(from: textStart, to: atText))
            } else if atPattern != pattern.endIndex, pattern[atPattern] == text[atText] {
                pattern.formIndex(after: &atPattern)
                text.formIndex(after: &atText)
            } else if let last = star {
                // The last star takes one character more.
                star = (last.pattern, last.text + 1)
                atPattern = pattern.index(patternStart, offsetBy: last.pattern)
                atText = text.index(textStart, offsetBy: last.text + 1)
            } else {
                return false
            }
        }
        while atPattern != pattern.endIndex, pattern[atPattern] == UInt8(ascii: "*") {
            pattern.formIndex(after: &atPattern)
        }
        return atPattern == pattern.endIndex
    }
}
