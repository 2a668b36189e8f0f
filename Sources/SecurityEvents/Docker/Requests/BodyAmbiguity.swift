import JSONView

/// A place in a body that two readers may read differently.
public struct BodyAmbiguity: Sendable, Equatable, CustomStringConvertible {
    /// Why.
    public enum Reason: Sendable, Equatable {
        /// A name in another case than the API's, which the engine takes for the API's all the same.
        case folded(field: String)
        /// A name that stood already, in this case or another: the engine decodes both into one place.
        case repeated
        /// Host settings outside `HostConfig`: old engines take them, newer ones do not.
        case outsideHostConfig
        /// Bytes or escapes that are no text: the engine puts U+FFFD there.
        case invalidText
        /// Something stands behind the JSON value: old engines ignore it, newer ones refuse it.
        case trailingData
    }

    /// Why.
    public var reason: Reason
    /// Where, as a path: `HostConfig.Binds`; empty for the body as a whole.
    public var path: String

    public var description: String {
        let place = path.isEmpty ? "the body" : path
        return switch reason {
        case .folded(let field): "\(place) is written in another case than \(field)"
        case .repeated: "\(place) stands more than once"
        case .outsideHostConfig: "\(place) stands outside HostConfig"
        case .invalidText: "\(place) has bytes or escapes that are no text"
        case .trailingData: "something stands behind the JSON of the body"
        }
    }
}

/// Finds the places of a body that two readers may read differently.
enum BodyAmbiguities {
    /// How many are told; one is enough for a refusal.
    private static let limit = 8

    /// Looks through a body as it was sent.
    ///
    /// - Parameters:
    ///   - value: the body.
    ///   - structure: what the engine decodes it into.
    /// - Returns: the first places.
    static func find(in value: JSONValue, as structure: GoStruct) -> [BodyAmbiguity] {
        var found: [BodyAmbiguity] = []
        look(value, .structure(structure), "", &found)
        return found
    }

    private static func look(_ value: JSONValue, _ type: GoType?, _ path: String, _ found: inout [BodyAmbiguity]) {
        guard found.count < limit else { return }
        switch value.kind {
        case .array:
            var element: GoType?
            if case .list(let inner)? = type { element = .structure(inner) }
            for (position, member) in value.elements.enumerated() where member.kind == .object || member.kind == .array
            {
                look(member, element, "\(path)[\(position)]", &found)
            }
        case .object:
            switch type {
            case .structure(let inner), .pointer(let inner): lookAtStruct(value, inner, path, &found)
            case .map(let element): lookAtMap(value, element, path, &found)
            case .mapOfLists(let inner): lookAtMap(value, .list(inner), path, &found)
            // Nothing is known of its names: those that differ only in case may be one to the engine.
            case .scalar, .replaced, .list, nil: lookAtStruct(value, nil, path, &found)
            }
        default: break
        }
    }

    private static func lookAtStruct(
        _ value: JSONValue, _ structure: GoStruct?, _ path: String, _ found: inout [BodyAmbiguity]
    ) {
        var seen = Set<[UInt8]>(minimumCapacity: value.count)
        for (key, member) in value.members {
            let place = Self.place(path, key)
            let exact = structure?.exactField(key)
            let field = exact ?? structure?.foldedField(key)
            if exact == nil, let field, let structure {
                found.append(BodyAmbiguity(reason: .folded(field: "\(structure.names[field])"), path: place))
            }
            if !seen.insert(GoStruct.fold(key)).inserted {
                found.append(BodyAmbiguity(reason: .repeated, path: place))
            }
            guard found.count < limit else { return }
            guard member.kind == .object || member.kind == .array else { continue }
            look(member, field.flatMap { structure?.types[$0] }, place, &found)
        }
    }

    /// The names of a map are data: they are one only where they are the same.
    private static func lookAtMap(
        _ value: JSONValue, _ element: GoType, _ path: String, _ found: inout [BodyAmbiguity]
    ) {
        var seen = Set<JSONText>(minimumCapacity: value.count)
        for (key, member) in value.members {
            let place = Self.place(path, key)
            if !seen.insert(key).inserted { found.append(BodyAmbiguity(reason: .repeated, path: place)) }
            guard found.count < limit else { return }
            guard member.kind == .object || member.kind == .array else { continue }
            look(member, element, place, &found)
        }
    }

    private static func place(_ path: String, _ key: JSONText) -> String {
        let name = key.count > 64 ? String(copying: key.prefix(64)) + "…" : String(copying: key)
        return path.isEmpty ? name : "\(path).\(name)"
    }
}
