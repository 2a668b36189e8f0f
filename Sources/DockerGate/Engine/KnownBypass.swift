/// A way around authorization plugins, or behind what they let through, that versions of the engine have.
package struct KnownBypass: Sendable, Equatable {
    /// The name that everybody knows it by.
    package let id: String
    /// What it lets through.
    package let summary: String
    /// From which version on engines have it.
    let since: EngineVersion
    /// For each line of versions, the first that has it no more; lines that are not named have it for good.
    let fixed: [EngineVersion]

    /// The route that it needs, which the gate refuses unless `--allow` names it; nil where the gate closes it in another way.
    var route: String?

    /// Whether an engine has it, as far as its version tells: a distribution may have mended an older one.
    package func affects(_ version: EngineVersion) -> Bool {
        guard version >= since, let newest = fixed.max() else { return false }
        if version >= newest { return false }
        return !fixed.contains { $0.major == version.major && $0.minor == version.minor && version >= $0 }
    }

    /// All that are known, newest first.
    package static let all = [
        // https://github.com/moby/moby/security/advisories/GHSA-x86f-5xw2-fm2r
        KnownBypass(
            id: "CVE-2026-41567",
            summary: "an archive that is copied into a container can run that container's programs as root of the host",
            since: EngineVersion(0, 0, 0), fixed: [EngineVersion(29, 5, 1)], route: "containers.archive"),
        // https://github.com/moby/moby/security/advisories/GHSA-pxq6-2prw-chj9
        KnownBypass(
            id: "CVE-2026-33997",
            summary: "a plugin of the engine can get rights that nobody agreed to when it is installed",
            since: EngineVersion(0, 0, 0), fixed: [EngineVersion(29, 3, 1)], route: "plugins.pull"),
        // https://github.com/moby/moby/security/advisories/GHSA-x744-4wpc-v9h2
        KnownBypass(
            id: "CVE-2026-34040",
            summary: "a body of more than 1 MiB is not shown to plugins and still acted on",
            since: EngineVersion(0, 0, 0), fixed: [EngineVersion(29, 3, 1)]),
        // https://github.com/moby/moby/security/advisories/GHSA-v23v-6jw2-98fq
        KnownBypass(
            id: "CVE-2024-41110",
            summary: "a body behind Content-Length: 0 is not shown to plugins and still acted on",
            since: EngineVersion(19, 3, 0),
            fixed: [
                EngineVersion(20, 10, 28), EngineVersion(23, 0, 15), EngineVersion(24, 0, 10),
                EngineVersion(25, 0, 6), EngineVersion(26, 0, 3), EngineVersion(26, 1, 5), EngineVersion(27, 0, 4),
                EngineVersion(27, 1, 1),
            ]),
    ]
}

/// The version of an engine, as far as it is numbers: `20.10.24+dfsg1` is 20.10.24.
package struct EngineVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    let major: Int
    let minor: Int
    let patch: Int

    /// Names a version.
    package init(_ major: Int, _ minor: Int, _ patch: Int) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads what an engine calls itself; nil where that does not begin with a version, as with one built at home.
    package init?(_ text: String) {
        var numbers: [Int] = []
        var rest = Substring(text)
        if rest.hasPrefix("v") { rest = rest.dropFirst() }
        while numbers.count < 3 {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, digits.count <= 6, let number = Int(digits) else { break }
            numbers.append(number)
            rest = rest.dropFirst(digits.count)
            guard rest.first == "." else { break }
            rest = rest.dropFirst()
        }
        guard numbers.count >= 2 else { return nil }
        self.init(numbers[0], numbers[1], numbers.count > 2 ? numbers[2] : 0)
    }

    /// The numbers.
    package var description: String { "\(major).\(minor).\(patch)" }

    /// Orders versions.
    package static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
