internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// The objects in a file: the documents of a YAML stream, and the items of lists in them.
struct KubernetesDocuments {
    /// An object, with the text that it stands in.
    struct Object {
        let text: YAMLText
        let node: Node

        var apiVersion: String { scalar("apiVersion") }
        var kind: String { scalar("kind") }

        var group: String {
            let parts = apiVersion.split(separator: "/", maxSplits: 1)
            return parts.count == 2 ? String(parts[0]) : ""
        }

        var name: String { node["metadata"]?["name"]?.scalar?.string ?? "" }
        var line: Int { node.mark?.line ?? 0 }

        private func scalar(_ key: String) -> String { node[key]?.scalar?.string ?? "" }
    }

    private(set) var objects: [Object] = []
    private static let documentLimit = 10_000

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - file: the file; YAML or JSON.
    ///   - nodeLimit: how many values one document may have.
    ///   - diagnostics: documents that could not be read.
    init(_ file: RuleFile, nodeLimit: Int = 50_000, diagnostics: inout [Diagnostic]) {
        for (number, part) in Self.parts(of: file.text).enumerated() {
            guard number < Self.documentLimit else {
                diagnostics.append(Diagnostic(file: file.name, line: part.line, message: "too many documents"))
                return
            }
            do throws(Diagnostic) {
                // Line breaks before it keep the places those of the file.
                let padded = String(repeating: "\n", count: part.line - 1) + part.text
                let text = try YAMLText(padded, file: file.name, nodeLimit: nodeLimit)
                if text.root == Node("") || text.root.null != nil { continue }
                add(text, text.root, diagnostics: &diagnostics)
            } catch {
                diagnostics.append(error)
            }
        }
    }

    private mutating func add(_ text: YAMLText, _ node: Node, diagnostics: inout [Diagnostic]) {
        if let items = node["items"]?.sequence, node["kind"]?.scalar?.string.hasSuffix("List") ?? false {
            for item in items { add(text, Self.named(item, by: node), diagnostics: &diagnostics) }
            return
        }
        if let elements = node.sequence, elements.allSatisfy({ $0["kind"] != nil }) {
            for element in elements { add(text, element, diagnostics: &diagnostics) }
            return
        }
        objects.append(Object(text: text, node: node))
    }

    /// An item of a list with its kind: the API server leaves it to the list's, which is a NamespaceList then.
    private static func named(_ item: Node, by list: Node) -> Node {
        guard item["kind"] == nil, item.mapping != nil, let kind = list["kind"]?.scalar?.string, kind != "List" else {
            return item
        }
        var item = item
        item["kind"] = Node(String(kind.dropLast("List".count)))
        item["apiVersion"] = list["apiVersion"]
        return item
    }

    /// The texts between the `---` of a stream, and the lines that they begin on.
    static func parts(of text: String) -> [(text: String, line: Int)] {
        var parts: [(text: String, line: Int)] = []
        var lines: [Substring] = []
        var first = 1
        func isBlank(_ line: Substring) -> Bool {
            let content = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
            return content.isEmpty || content.first == "#"
        }
        func close() {
            if !lines.allSatisfy(isBlank) { parts.append((lines.joined(separator: "\n") + "\n", first)) }
        }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let isEnd = line == "..." || line == "...\r"
            guard line.hasPrefix("---"), line.dropFirst(3).first.map({ $0 == " " || $0 == "\r" || $0 == "\t" }) ?? true
            else {
                if !isEnd, !line.hasPrefix("%") { lines.append(line) } else { lines.append("") }
                continue
            }
            close()
            // A document may begin on the line of the marker.
            lines = [line.dropFirst(3)]
            first = number + 1
        }
        close()
        return parts
    }

    /// Whether a text is about objects of Kubernetes, told without reading it whole.
    static func holdsObjects(_ text: String) -> Bool {
        let first = text.first { !$0.isWhitespace }
        if first == "{" || first == "[" { return text.contains("\"apiVersion\"") }
        return text.textLines.contains { line in
            line.hasPrefix("apiVersion:") || line.hasPrefix("- apiVersion:")
        }
    }
}
