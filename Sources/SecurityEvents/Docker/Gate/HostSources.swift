import JSONView

/// Writes a body or an inspection again with other folders of the host in the places of those that it mounts.
package enum HostSources {
    /// Replaces the sources of binds, of mounts of the type `bind`, of volumes that stand for a folder, and of devices.
    ///
    /// - Parameters:
    ///   - value: a create body, a volume's, a service's, or an inspection.
    ///   - end: where a path leads; nil where it stays as it is.
    /// - Returns: the text with the replacements, and each of them; nil where there is none.
    package static func replaced(
        in value: JSONValue, _ end: @escaping (String) -> String?
    ) -> (body: [UInt8], links: [(from: String, to: String)])? {
        var rewriting = Rewriting(end: end)
        rewriting.write(value, named: nil)
        return rewriting.links.isEmpty ? nil : (rewriting.output.bytes, rewriting.links)
    }

    private struct Rewriting {
        let end: (String) -> String?
        var output = CompactJSON()
        var links: [(from: String, to: String)] = []
        /// How many paths are followed for one body.
        private static let limit = 256
        private var followed = 0

        init(end: @escaping (String) -> String?) { self.end = end }

        mutating func write(_ value: JSONValue, named name: JSONText?) {
            switch value.kind {
            case .object:
                let isBind = value["Type"]?.text.map { $0 == "bind" } ?? false
                output.write(raw: "{")
                var isFirst = true
                for (key, member) in value.members {
                    if !isFirst { output.write(raw: ",") }
                    isFirst = false
                    output.write(string: key.bytes)
                    output.write(raw: ":")
                    if let text = member.text, key == "device" || key == "PathOnHost" || (isBind && key == "Source") {
                        output.write(string: follow(String(text)).utf8)
                    } else {
                        write(member, named: key)
                    }
                }
                output.write(raw: "}")
            case .array:
                let isBinds = name.map { $0 == "Binds" } ?? false
                output.write(raw: "[")
                var isFirst = true
                for element in value.elements {
                    if !isFirst { output.write(raw: ",") }
                    isFirst = false
                    if isBinds, let text = element.text {
                        let parts = String(text).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
                        let rest = parts.count > 1 ? ":" + parts[1] : ""
                        output.write(string: (follow(String(parts[0])) + rest).utf8)
                    } else {
                        write(element, named: nil)
                    }
                }
                output.write(raw: "]")
            default: output.write(value)
            }
        }

        private mutating func follow(_ path: String) -> String {
            guard path.hasPrefix("/"), followed < Self.limit else { return path }
            followed += 1
            guard let end = end(path) else { return path }
            links.append((path, end))
            return end
        }
    }
}
