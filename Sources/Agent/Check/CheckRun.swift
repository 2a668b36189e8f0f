internal import Foundation
import JSONView
package import Detection
package import Manifests
package import Reports
package import Rules
package import SecurityEvents

/// Reads and judges all inputs of one check, and keeps what a patch needs.
package struct CheckRun {
    private var check: Check
    private let podSecurity: PodSecurity.Policy?
    private let variables: [String: String]
    /// What is wrong, file by file.
    package private(set) var issues: [CheckIssue] = []
    /// What could not be read or judged, and reservations.
    package private(set) var diagnostics: [Diagnostic] = []
    private var files = 0
    private var passedOver = 0
    private var manifests = 0
    private var edits: [(file: String, lines: [String], edits: Set<TextEdit>)] = []

    /// Prepares the work.
    ///
    /// - Parameters:
    ///   - library: the rules and lists.
    ///   - policies: asks admission policies too; nil asks none.
    ///   - podSecurity: the Pod Security Standard that manifests must keep; nil asks for none.
    ///   - variables: the variables of Compose files.
    package init(
        library: RuleLibrary, policies: PolicyDetector? = nil, podSecurity: PodSecurity.Policy? = nil,
        variables: [String: String] = [:]
    ) {
        self.podSecurity = podSecurity
        check = Check(library: library, policies: policies)
        self.variables = variables
    }

    /// Reads and judges a file, the files of a folder, or, for `-`, standard input.
    package mutating func read(_ path: String) {
        if path == "-" {
            let file = ManifestFiles.standardInput(name: "standard input", diagnostics: &diagnostics)
            if let file { take(file) }
            return
        }
        var found: [ManifestFiles.File] = []
        ManifestFiles.read(at: path, diagnostics: &diagnostics) { found.append($0) }
        for file in found { take(file) }
    }

    /// Judges a command line.
    package mutating func read(commandLine: String, name: String) {
        let read = ManifestReader().read(commandLine: commandLine, name: name)
        if !read.isRecognized {
            diagnostics.append(Diagnostic(file: name, message: "no docker run or docker create in this command"))
        }
        judge(read, text: commandLine, file: name)
    }

    /// Judges a text.
    package mutating func take(_ file: ManifestFiles.File) {
        let reader = ManifestReader(variables: variables(beside: file.name)) { other in
            guard !file.name.hasPrefix("standard") else {
                return .failure(FileFault("where standard input came from is not known"))
            }
            let folder = URL(fileURLWithPath: file.name).deletingLastPathComponent()
            var faults: [Diagnostic] = []
            let path = folder.appendingPathComponent(other).resolvingSymlinksInPath()
            // A pipe or device that a file names would keep the check waiting.
            guard let values = try? path.resourceValues(forKeys: [.isRegularFileKey]) else {
                return .failure(FileFault("no such file"))
            }
            guard values.isRegularFile == true else { return .failure(FileFault("it is no regular file")) }
            if let text = ManifestFiles.text(of: path.path, diagnostics: &faults) { return .success(text) }
            return .failure(FileFault(faults.first?.message ?? "unknown"))
        }
        let read = reader.read(file.text, file: file.name)
        guard read.isRecognized || file.isNamed else {
            passedOver += 1
            return
        }
        if !read.isRecognized, read.diagnostics.isEmpty {
            diagnostics.append(
                Diagnostic(
                    file: file.name,
                    message: file.text.allSatisfy(\.isWhitespace)
                        ? "empty: nothing was checked"
                        : "neither a Kubernetes manifest, a Compose file, a Dockerfile nor a docker or kubectl run "
                            + "command"))
        }
        judge(read, text: file.text, file: file.name)
    }

    /// The variables of the `.env` beside a Compose file, which Compose reads; those given on the command line count more.
    private func variables(beside file: String) -> [String: String] {
        var ignored: [Diagnostic] = []
        let path = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent(".env").path
        guard ManifestReader.isYAMLName(file), FileManager.default.fileExists(atPath: path),
            let text = ManifestFiles.text(of: path, diagnostics: &ignored)
        else { return variables }
        return EnvironmentFile.variables(in: text).merging(variables) { _, given in given }
    }

    private mutating func judge(_ read: ReadManifests, text: String, file: String) {
        files += 1
        manifests += read.manifests.count
        diagnostics += read.diagnostics
        let lines = text.textLines()
        var all: Set<TextEdit> = []
        let found = check.issues(of: read, lines: lines, diagnostics: &diagnostics)
        issues += found
        if let podSecurity {
            for manifest in read.manifests {
                let judged: [CheckIssue]
                do throws(Diagnostic) {
                    judged = try PodSecurityIssues.issues(of: manifest, by: podSecurity, lines: lines)
                } catch {
                    diagnostics.append(error)
                    continue
                }
                issues += judged
                for issue in judged where issue.isFixable {
                    all.formUnion(
                        PodSecurityFix.edits(
                            for: issue.evidence.compactMap { JSONPath($0.path) }, of: manifest,
                            lines: lines.map(String.init)))
                }
            }
        }
        for issue in found where issue.isFixable {
            guard let manifest = read.manifests.first(where: { $0.label == issue.subject }) else { continue }
            all.formUnion(Check.edits(for: issue, of: manifest))
        }
        if !all.isEmpty { edits.append((file, lines.map(String.init), all)) }
    }

    /// The patches that would make files pass, one a file.
    package func patches() -> [String] {
        edits.map { UnifiedDiff.text(from: $0.lines, to: TextEdit.apply($0.edits, to: $0.lines), file: $0.file) }
    }

    /// What was done, for standard error.
    ///
    /// - Parameter shown: the findings that were printed.
    /// - Returns: one line.
    package func summary(of shown: [CheckIssue]) -> String {
        var counts = Level.allCases.reversed().compactMap { level -> String? in
            let count = shown.count { $0.level == level }
            return count == 0 ? nil : "\(count) \(level.rawValue)"
        }
        if counts.isEmpty { counts = ["nothing found"] }
        let errors = diagnostics.count { $0.severity == .error }
        var text =
            "\(Self.quantity(files, "file")), \(Self.quantity(manifests, "deployment or object", "deployments and objects"))"
        text += ": " + counts.joined(separator: ", ")
        if passedOver > 0 { text += "; \(Self.quantity(passedOver, "other file")) passed over" }
        if errors > 0 { text += "; \(Self.quantity(errors, "part")) could not be judged" }
        return text + "\n"
    }

    private static func quantity(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(count) " + (count == 1 ? one : many ?? one + "s")
    }
}
