extension PodSecurity {
    /// The version of a policy: `latest` or `v1.N`.
    public struct Version: Sendable, Equatable, CustomStringConvertible {
        /// The minor version; nil for the newest there is.
        public var minor: Int?

        /// Makes the version 1.`minor`; nil is the newest.
        public init(minor: Int?) { self.minor = minor.map { max(0, $0) } }

        /// Whatever is newest.
        public static let latest = Version(minor: nil)

        /// Reads `latest` or `v1.N`; nil for anything else.
        public init?(_ text: some StringProtocol) {
            if text == "latest" {
                self = .latest
                return
            }
            let digits = text.dropFirst(3)
            guard text.hasPrefix("v1."), !digits.isEmpty, digits == "0" || !digits.hasPrefix("0"),
                digits.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }), let minor = Int(digits)
            else { return nil }
            self.init(minor: minor)
        }

        /// The version as the labels of namespaces write it.
        public var description: String { minor.map { "v1.\($0)" } ?? "latest" }
    }

    /// A level and the version in which it is meant.
    public struct Policy: Sendable, Equatable, CustomStringConvertible {
        public var level: Level
        public var version: Version

        /// Makes a policy.
        public init(_ level: Level, _ version: Version = .latest) {
            self.level = level
            self.version = version
        }

        /// `baseline:v1.30`, as in messages.
        public var description: String { "\(level.rawValue):\(version)" }
    }
}
