import BoundedYAML
import SecurityEvents
import Yams

/// Kubeconfig files, read as `kubectl` does.
///
/// Of clusters, users and contexts with the same name, and of `current-context`, the first counts, in the order of the
/// files; paths in a file are relative to its folder.
/// <https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/>
package struct Kubeconfig {
    /// A mapping of a file, and the folder that its paths are relative to.
    struct Entry {
        let node: Node
        let file: String

        /// Makes a path of the file absolute.
        func resolved(_ path: String) -> String {
            guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
            return file[...slash] + path
        }

        /// A text of the mapping; empty counts as absent, as in Go.
        func text(_ key: String) -> String? { node[key]?.string.flatMap { $0.isEmpty ? nil : $0 } }

        /// A boolean of the mapping.
        func bool(_ key: String) -> Bool { node[key]?.bool ?? false }
    }

    private static let sizeLimit = 4 << 20

    private(set) var clusters: [String: Entry] = [:]
    private(set) var users: [String: Entry] = [:]
    private(set) var contexts: [String: Entry] = [:]
    private(set) var currentContext: String?
    private(set) var files: [String] = []

    /// Reads files, in their order of precedence.
    ///
    /// - Parameters:
    ///   - paths: the files.
    ///   - requiresAll: whether each has to exist; files of `KUBECONFIG` need not.
    /// - Throws: `KubernetesError.configuration`.
    package init(files paths: [String], requiresAll: Bool) throws(KubernetesError) {
        for path in paths {
            var file = WatchedFile(path: path, limit: Self.sizeLimit)
            let bytes: [UInt8]
            do throws(WatchedFile.Failure) { bytes = try file.read() } catch {
                if !requiresAll, error.reason == "No such file or directory" { continue }
                throw .configuration("\(error)")
            }
            try read(bytes, file: path)
        }
    }

    private mutating func read(_ bytes: [UInt8], file: String) throws(KubernetesError) {
        let root: Node
        do throws(Diagnostic) {
            root = try YAMLText(String(decoding: bytes, as: UTF8.self), file: file).root
        } catch { throw .configuration("\(error)") }
        guard root.mapping != nil else { throw .configuration("\(file): is no kubeconfig: a mapping is expected") }
        files.append(file)
        if currentContext == nil, let current = root["current-context"]?.string, !current.isEmpty {
            currentContext = current
        }
        Self.merge(root["clusters"], "cluster", file, into: &clusters)
        Self.merge(root["users"], "user", file, into: &users)
        Self.merge(root["contexts"], "context", file, into: &contexts)
    }

    private static func merge(_ list: Node?, _ member: String, _ file: String, into known: inout [String: Entry]) {
        for item in list?.array() ?? [] {
            guard let name = item["name"]?.string, let node = item[member], known[name] == nil else { continue }
            known[name] = Entry(node: node, file: file)
        }
    }
}
