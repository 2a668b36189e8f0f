import JSONView

/// What an engine says about itself.
package struct DockerVersion: Equatable, Sendable {
    /// A version of the engine's API, such as 1.41.
    package struct API: Comparable, Sendable, CustomStringConvertible {
        let major: Int
        let minor: Int

        /// Names a version.
        ///
        /// - Parameters:
        ///   - major: what stands before the dot.
        ///   - minor: what stands after it.
        package init(_ major: Int, _ minor: Int) {
            self.major = major
            self.minor = minor
        }

        /// Reads a version as the engine spells it.
        ///
        /// - Parameter text: two numbers with a dot between them.
        package init?(_ text: String) {
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]), major >= 0, minor >= 0 else {
                return nil
            }
            self.init(major, minor)
        }

        /// The version as the engine spells it.
        package var description: String { "\(major).\(minor)" }

        /// Orders versions.
        package static func < (left: Self, right: Self) -> Bool {
            (left.major, left.minor) < (right.major, right.minor)
        }
    }

    /// The newest API whose answers are known here.
    package static let newestKnown = API(1, 47)

    /// The engine's own version, such as 20.10.24.
    package let engine: String
    /// The version that is spoken with the engine.
    package let api: API

    /// Chooses the version to speak.
    ///
    /// - Parameters:
    ///   - engine: the engine's own version.
    ///   - newest: the newest API that the engine speaks.
    ///   - oldest: the oldest one, where it says so.
    package init(engine: String, newest: API, oldest: API?) {
        self.engine = engine
        let wanted = min(newest, Self.newestKnown)
        // An engine of the future may have forgotten what is known here; then its oldest is the nearest.
        api = oldest.map { max($0, wanted) } ?? wanted
    }

    /// Reads the answer to `GET /version`.
    ///
    /// - Parameter body: the answer.
    /// - Throws: `DockerError.malformed`.
    init(body: [UInt8]) throws(DockerError) {
        let request = "GET /version"
        let parts = try reading(body, of: request) { root in
            (
                engine: root["Version"]?.string, newest: root["ApiVersion"]?.string,
                oldest: root["MinAPIVersion"]?.string
            )
        }
        guard let newest = parts.newest.flatMap(API.init(_:)) else {
            throw .malformed(request: request, "no ApiVersion")
        }
        self.init(engine: parts.engine ?? "unknown", newest: newest, oldest: parts.oldest.flatMap(API.init(_:)))
    }
}
