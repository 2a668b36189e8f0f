import JSONView
import SecurityEvents

/// The members of an object that are kept; lists are kept with these members of their elements.
package struct ObjectProjection: Sendable {
    private indirect enum Part: Sendable {
        case whole
        case members([(name: [UInt8], part: Part)])
    }

    private var root = Part.members([])

    /// Names what is kept.
    ///
    /// - Parameter paths: paths with dots between the members: `spec.containers.image`.
    package init(_ paths: [String]) {
        for path in paths { root = Self.adding(path.split(separator: ".").map { Array($0.utf8) }[...], to: root) }
    }

    private static func adding(_ path: ArraySlice<[UInt8]>, to part: Part) -> Part {
        guard let name = path.first, case .members(var members) = part else { return .whole }
        let rest = path.dropFirst()
        let index = members.firstIndex { $0.name == name }
        let inner = adding(rest, to: index.map { members[$0].part } ?? .members([]))
        if let index { members[index].part = inner } else { members.append((name, inner)) }
        return .members(members)
    }

    /// Writes what is kept of an object.
    ///
    /// - Parameter object: the whole object.
    /// - Returns: the kept members, compact JSON, in the order in which they stood.
    package func kept(of object: JSONValue) -> [UInt8] {
        var writer = CompactJSON()
        write(object, root, &writer)
        return writer.bytes
    }

    private func write(_ value: JSONValue, _ part: Part, _ writer: inout CompactJSON) {
        guard case .members(let members) = part else { return writer.write(value) }
        switch value.kind {
        case .array:
            writer.write(raw: "[")
            var isFirst = true
            for element in value.elements {
                if !isFirst { writer.write(raw: ",") }
                isFirst = false
                write(element, part, &writer)
            }
            writer.write(raw: "]")
        case .object:
            writer.write(raw: "{")
            var isFirst = true
            for (key, inner) in value.members {
                guard let member = members.first(where: { key.bytes.elementsEqual($0.name) }), !inner.isNull else {
                    continue
                }
                if !isFirst { writer.write(raw: ",") }
                isFirst = false
                writer.write(string: key.bytes)
                writer.write(raw: ":")
                write(inner, member.part, &writer)
            }
            writer.write(raw: "}")
        default: writer.write(value)
        }
    }
}
