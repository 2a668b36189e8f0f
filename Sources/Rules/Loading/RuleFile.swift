import Foundation
public import SecurityEvents

/// A file of a rule set: its name for messages, its path within the set, and its text.
public struct RuleFile: Sendable, Equatable {
    /// What messages call the file: the path as the user gave it, or `embedded:t1610/…`.
    public var name: String
    /// The path within the set: `t1610/privileged-container/rule.yml`.
    public var path: String
    /// The text.
    public var text: String

    /// Makes a file.
    public init(name: String, path: String, text: String) {
        self.name = name
        self.path = path
        self.text = text
    }

    /// The last part of the path.
    var fileName: Substring { path.split(separator: "/").last ?? "" }

    /// The name of the folder that the file stands in.
    var folderName: Substring { path.split(separator: "/").dropLast().last ?? "" }

    /// The files that are shipped inside the program.
    public static var embedded: [RuleFile] {
        RuleArchive.files(in: RuleArchive.decode(EmbeddedArchive.base64))
    }
}

/// Reads rule files and lists from the file system.
public enum RuleFolder {
    /// Larger files are no rules.
    public static let sizeLimit = 1 << 20
    static let countLimit = 20_000
    static let depthLimit = 8

    /// Reads a file, or all rule files below a folder: `rule.yml`, `page.md`, and lists in a folder `lists`; in a folder
    /// of neither, every YAML file.
    ///
    /// - Parameters:
    ///   - path: a file or folder.
    ///   - sizeLimit: how large a file may be.
    ///   - diagnostics: what could not be read.
    /// - Returns: the files that could be read.
    public static func files(
        at path: String, sizeLimit: Int = sizeLimit, diagnostics: inout [Diagnostic]
    ) -> [RuleFile] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            diagnostics.append(Diagnostic(file: path, message: "no such file or folder"))
            return []
        }
        guard isFolder.boolValue else {
            // A rule's page and folder name stand beside it.
            let inner = path.split(separator: "/").suffix(2).joined(separator: "/")
            return read(path, as: inner, sizeLimit, diagnostics: &diagnostics).map { [$0] } ?? []
        }
        var paths: [String] = []
        collect(path, inner: "", depth: 0, into: &paths, diagnostics: &diagnostics)
        if paths.isEmpty {
            diagnostics.append(Diagnostic(.warning, file: path, message: "no rule files in this folder"))
        }
        let folder = path.split(separator: "/").suffix(2).joined(separator: "/")
        return paths.compactMap { inner in
            read(
                path + "/" + inner, as: folder.isEmpty ? inner : folder + "/" + inner, sizeLimit,
                diagnostics: &diagnostics)
        }
    }

    private static func collect(
        _ root: String, inner: String, depth: Int, into paths: inout [String], diagnostics: inout [Diagnostic]
    ) {
        let folder = inner.isEmpty ? root : root + "/" + inner
        guard depth <= depthLimit, paths.count < countLimit else {
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
        for name in names where !name.hasPrefix(".") {
            let path = inner.isEmpty ? name : inner + "/" + name
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: root + "/" + path, isDirectory: &isFolder) else { continue }
            if isFolder.boolValue {
                collect(root, inner: path, depth: depth + 1, into: &paths, diagnostics: &diagnostics)
            } else if name == "page.md" || name.hasSuffix(".yml") || name.hasSuffix(".yaml") {
                paths.append(path)
            }
        }
    }

    private static func read(
        _ path: String, as inner: String, _ sizeLimit: Int, diagnostics: inout [Diagnostic]
    ) -> RuleFile? {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            let bytes = try handle.read(upToCount: sizeLimit + 1) ?? Data()
            guard bytes.count <= sizeLimit else {
                diagnostics.append(Diagnostic(file: path, message: "larger than \(sizeLimit) bytes: no rule file"))
                return nil
            }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                diagnostics.append(Diagnostic(file: path, message: "not UTF-8 text"))
                return nil
            }
            // Windows' line ends would hide where documents begin.
            let plain = text.utf8.contains(UInt8(ascii: "\r")) ? text.replacing("\r\n", with: "\n") : text
            return RuleFile(name: path, path: inner, text: plain)
        } catch {
            diagnostics.append(Diagnostic(file: path, message: "cannot be read: \(error.localizedDescription)"))
            return nil
        }
    }
}
