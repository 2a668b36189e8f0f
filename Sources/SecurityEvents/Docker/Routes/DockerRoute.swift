/// One route of the engine's API: a method, a path, and what a call of it can do.
public struct DockerRoute: Sendable, Equatable {
    /// What a call of the route can do.
    public enum Effect: Sendable, Equatable {
        /// Nothing is changed.
        case reads
        /// Something is changed that neither deploys a container nor changes what one may do.
        case controls
        /// A container, or what containers are made of, comes to be or changes, and the call says how.
        case deploys
        /// The same, but what comes to be does not stand in the call: the text says where.
        case opaque(String)
    }

    /// What is known of a call's body.
    public enum Body: Sendable, Equatable {
        /// The engine reads none.
        case none
        /// The engine can do without.
        case optional
        /// JSON without which the engine does nothing: a call without one hides it.
        case required
        /// The engine never shows it to a plugin: an archive, a stream.
        case withheld
    }

    /// How the route is called in options and messages: `containers.create`.
    public let id: String
    /// The method: `POST`.
    public let method: String
    /// The path as the engine's router has it, without a version: `/containers/{name:.*}/start`.
    public let template: String
    /// What a call can do.
    public let effect: Effect
    /// What is known of the body.
    public let body: Body

    /// The path before and after its variable parts.
    let pieces: [Piece]

    enum Piece: Sendable, Equatable {
        case literal([UInt8])
        /// `{name:.*}` takes slashes too, `{name}` does not; neither takes a line's end.
        case variable(takesSlashes: Bool)
    }

    init(
        _ id: String, _ method: String, _ template: String, _ effect: Effect, body: Body = .none
    ) {
        self.id = id
        self.method = method
        self.template = template
        self.effect = effect
        self.body = body
        pieces = Self.pieces(of: template)
    }

    /// Looks whether a path is one of the route's.
    ///
    /// - Parameter path: the decoded path, without a version.
    /// - Returns: what stands in the places of the variables; nil where it is none.
    public func match(_ path: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        var rest = path
        var found: [ArraySlice<UInt8>] = []
        for (position, piece) in pieces.enumerated() {
            switch piece {
            case .literal(let text):
                guard rest.starts(with: text) else { return nil }
                rest = rest.dropFirst(text.count)
            case .variable(let takesSlashes):
                guard let value = value(in: rest, before: position + 1, takesSlashes) else { return nil }
                found.append(value)
                rest = rest[value.endIndex...]
            }
        }
        return rest.isEmpty ? found : nil
    }

    /// A regular expression's choice: as much as can be, so that what follows still fits.
    private func value(
        in rest: ArraySlice<UInt8>, before next: Int, _ takesSlashes: Bool
    ) -> ArraySlice<UInt8>? {
        let longest: ArraySlice<UInt8>
        if takesSlashes {
            longest = rest.prefix { $0 != 0x0A }
        } else {
            longest = rest.prefix { $0 != UInt8(ascii: "/") }
        }
        guard next < pieces.count, case .literal(let text) = pieces[next] else {
            return longest.count == rest.count && (takesSlashes || !rest.isEmpty) ? rest : nil
        }
        if next == pieces.count - 1 {
            // The literal ends the path.
            guard rest.count >= text.count, rest.suffix(text.count).elementsEqual(text) else { return nil }
            let value = rest.dropLast(text.count)
            guard value.endIndex <= longest.endIndex, takesSlashes || !value.isEmpty else { return nil }
            return value
        }
        // Only a variable without slashes is followed by a literal and another variable.
        return longest.isEmpty ? nil : longest
    }

    private static func pieces(of template: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = Substring(template)
        while let open = rest.firstIndex(of: "{") {
            if open > rest.startIndex { pieces.append(.literal(Array(rest[..<open].utf8))) }
            guard let close = rest[open...].firstIndex(of: "}") else { break }
            pieces.append(.variable(takesSlashes: rest[open..<close].hasSuffix(":.*")))
            rest = rest[rest.index(after: close)...]
        }
        if !rest.isEmpty { pieces.append(.literal(Array(rest.utf8))) }
        return pieces
    }
}
