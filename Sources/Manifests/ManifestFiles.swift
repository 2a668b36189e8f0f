import Foundation
package import SecurityEvents

/// Finds and reads the files that are to be checked.
package enum ManifestFiles {
    /// A text and its name.
    package struct File: Sendable {
        package var name: String
        package var text: String
        /// Whether the user named it, rather than a folder that it is in.
        package var isNamed: Bool

        /// Names a text.
        package init(name: String, text: String, isNamed: Bool) {
            self.name = name
            self.text = text
            self.isNamed = isNamed
        }
    }

    private static let countLimit = 100_000
    private static let depthLimit = 32
    private static let skippedFolders: Set = [".git", "node_modules", ".build", "vendor", ".terraform", ".venv"]

    /// Reads the files at a path: the file itself, or those of a folder that may be manifests.
    ///
    /// - Parameters:
    ///   - path: a file or folder.
    ///   - diagnostics: what could not be read.
    ///   - take: called with each file.
    package static func read(at path: String, diagnostics: inout [Diagnostic], _ take: (File) -> Void) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            diagnostics.append(Diagnostic(file: path, message: "no such file or folder"))
            return
        }
        guard isFolder.boolValue else {
            if let text = text(of: path, diagnostics: &diagnostics) {
                take(File(name: path, text: text, isNamed: true))
            }
            return
        }
        var found: [String] = []
        collect(path, depth: 0, into: &found, diagnostics: &diagnostics)
        if found.isEmpty {
            diagnostics.append(
                Diagnostic(file: path, message: "no YAML, JSON or Dockerfile in this folder; nothing was checked"))
        }
        for name in found {
            if let text = text(of: name, diagnostics: &diagnostics) {
                take(File(name: name, text: text, isNamed: false))
            }
        }
    }

    /// A file's text; nil and a diagnostic where it cannot be read.
    package static func text(of path: String, diagnostics: inout [Diagnostic]) -> String? {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return text(
                of: try handle.read(upToCount: ManifestReader.sizeLimit + 1) ?? Data(), name: path, &diagnostics)
        } catch {
            diagnostics.append(Diagnostic(file: path, message: "cannot be read: \(error.localizedDescription)"))
            return nil
        }
    }

    /// All that comes over standard input.
    package static func standardInput(name: String, diagnostics: inout [Diagnostic]) -> File? {
        var all = Data()
        while all.count <= ManifestReader.sizeLimit {
            guard let part = try? FileHandle.standardInput.read(upToCount: 1 << 20), !part.isEmpty else { break }
            all.append(part)
        }
        return text(of: all, name: name, &diagnostics).map { File(name: name, text: $0, isNamed: true) }
    }

    private static func text(of data: Data, name: String, _ diagnostics: inout [Diagnostic]) -> String? {
        guard data.count <= ManifestReader.sizeLimit else {
            diagnostics.append(
                Diagnostic(file: name, message: "larger than \(ManifestReader.sizeLimit) bytes: no manifest"))
            return nil
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            diagnostics.append(Diagnostic(file: name, message: "not UTF-8 text"))
            return nil
        }
        return text
    }

    private static func collect(
        _ folder: String, depth: Int, into found: inout [String], diagnostics: inout [Diagnostic]
    ) {
        guard depth <= depthLimit, found.count < countLimit else {
            diagnostics.append(Diagnostic(file: folder, message: "too many or too deep folders"))
            return
        }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        } catch {
            diagnostics.append(Diagnostic(file: folder, message: "cannot be listed: \(error.localizedDescription)"))
            return
        }
        for name in names {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                // A link could lead round in a circle.
                let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) != nil
                guard !isLink, !skippedFolders.contains(name) else { continue }
                collect(path, depth: depth + 1, into: &found, diagnostics: &diagnostics)
            } else if ManifestReader.isYAMLName(name) || ManifestReader.isDockerfileName(name) {
                found.append(path)
            }
        }
    }
}
