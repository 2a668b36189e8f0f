internal import BoundedYAML
package import SecurityEvents
internal import Yams

/// An option of the command line that sets a key.
package struct ConfigArgument: Sendable, Equatable {
    /// The option as it was given: `--level`.
    package var option: String
    /// The key's whole path.
    package var path: String
    /// The value; of a list, one or several.
    package var texts: [String]

    /// Names an option.
    ///
    /// - Parameters:
    ///   - option: the option as it was given.
    ///   - path: the key's whole path.
    ///   - texts: the value; of a list, one or several.
    package init(_ option: String, _ path: String, _ texts: [String]) {
        self.option = option
        self.path = path
        self.texts = texts
    }
}

/// Everything that is wrong with a configuration.
package struct ConfigFaults: Error, CustomStringConvertible {
    /// The faults, in the order of their places.
    package let diagnostics: [Diagnostic]

    /// The faults, a line each.
    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}

/// Puts together what the file, the environment and the command line say; each comes before the one named before it.
package struct ConfigLoader {
    /// The largest file that is read.
    package static let sizeLimit = 1 << 20
    /// The variable that names the file.
    package static let fileVariable = "TALLYMAN_CONFIG"
    /// Variables of the same prefix that are no keys.
    private static let otherVariables: Set = [fileVariable, "TALLYMAN_SHARED", "TALLYMAN_SOAK"]

    private var effective = EffectiveConfiguration()
    private var diagnostics: [Diagnostic] = []

    private init() {}

    /// Puts a configuration together.
    ///
    /// - Parameters:
    ///   - file: the file's name and text; nil for none.
    ///   - environment: all variables of the environment.
    ///   - arguments: what the command line sets.
    /// - Returns: what is in force, and what deserves a warning.
    /// - Throws: everything that is wrong.
    package static func load(
        file: (name: String, text: String)? = nil, environment: [String: String] = [:],
        arguments: [ConfigArgument] = []
    ) throws(ConfigFaults) -> (effective: EffectiveConfiguration, warnings: [Diagnostic]) {
        var loader = ConfigLoader()
        if let file { loader.read(file.text, file: file.name) }
        loader.read(environment)
        loader.read(arguments)
        loader.findContradictions()
        guard !loader.diagnostics.contains(where: { $0.severity == .error }) else {
            throw ConfigFaults(diagnostics: loader.diagnostics)
        }
        return (loader.effective, loader.diagnostics)
    }

    // MARK: The file

    private mutating func read(_ text: String, file: String) {
        guard text.utf8.count <= Self.sizeLimit else {
            diagnostics.append(Diagnostic(file: file, message: "is larger than \(SizeText.write(Self.sizeLimit))"))
            return
        }
        // A file of comments says nothing, which is no fault.
        let isEmpty = text.split(whereSeparator: \.isNewline).allSatisfy {
            let line = $0.drop { $0 == " " || $0 == "\t" }
            return line.isEmpty || line.hasPrefix("#") || line == "---"
        }
        if isEmpty { return }
        do throws(Diagnostic) {
            let yaml = try YAMLText(text, file: file, nodeLimit: 5000)
            read(yaml.root, at: "", yaml)
        } catch { diagnostics.append(error) }
    }

    private mutating func read(_ node: Node, at path: String, _ yaml: YAMLText) {
        guard case .mapping(let mapping) = node else {
            let what = path.isEmpty ? "the file" : "'\(path)'"
            diagnostics.append(yaml.fault(at: node, "\(what) is a mapping of keys, as 'key: value'"))
            return
        }
        for (key, value) in mapping {
            guard let name = key.scalar?.string else { continue }
            let whole = path.isEmpty ? name : path + "." + name
            if let entry = AgentConfiguration.entry(whole) {
                read(entry, value, yaml, line: key.mark?.line ?? 0)
            } else if Self.isSection(whole) {
                // A section without a key, as somebody leaves it who turned all keys into comments.
                if let scalar = value.scalar, scalar.string.isEmpty { continue }
                read(value, at: whole, yaml)
            } else {
                diagnostics.append(yaml.fault(at: key, Self.unknown(name, in: path)))
            }
        }
    }

    private mutating func read(_ entry: ConfigEntry, _ node: Node, _ yaml: YAMLText, line: Int) {
        do throws(ConfigForm.Refusal) {
            let value: ConfigValue
            switch node {
            case .scalar(let scalar) where !entry.form.isList: value = try entry.form.read(scalar.string)
            case .sequence(let sequence) where entry.form.isList:
                var texts: [String] = []
                for element in sequence {
                    guard let text = element.scalar?.string else {
                        throw ConfigForm.Refusal(reason: "is \(entry.form.expectation)")
                    }
                    _ = try ConfigForm.path.read(text)
                    texts.append(text)
                }
                value = .texts(texts)
            default: throw ConfigForm.Refusal(reason: "is \(entry.form.expectation)")
            }
            effective.set(entry, value, from: .file(yaml.file, line: line))
        } catch { diagnostics.append(yaml.fault(at: node, "\(entry.path) \(error.reason)")) }
    }

    private static func isSection(_ path: String) -> Bool {
        AgentConfiguration.sections.contains { $0.path == path || $0.path.hasPrefix(path + ".") }
    }

    /// Says what may be meant: a neighbour first, else a key of the same name elsewhere.
    private static func unknown(_ name: String, in path: String) -> String {
        let start = path.isEmpty ? "" : path + "."
        let neighbours = Set(
            AgentConfiguration.entries.map(\.path).filter { $0.hasPrefix(start) }
                .compactMap { $0.dropFirst(start.count).split(separator: ".").first.map(String.init) })
        var hint = Spelling.hint(for: name, among: neighbours)
        if hint.isEmpty,
            let elsewhere = AgentConfiguration.entries.first(where: {
                $0.path.split(separator: ".").last.map { $0 == name } == true
            })
        {
            hint = "; did you mean '\(elsewhere.path)'?"
        }
        return path.isEmpty ? "unknown key '\(name)'\(hint)" : "unknown key '\(name)' in '\(path)'\(hint)"
    }

    // MARK: The environment and the command line

    private mutating func read(_ environment: [String: String]) {
        let known = Dictionary(AgentConfiguration.entries.map { ($0.variable, $0) }) { first, _ in first }
        for (name, text) in environment.sorted(by: { $0.key < $1.key })
        where name.hasPrefix(ConfigEntry.variablePrefix) && !Self.otherVariables.contains(name) {
            guard let entry = known[name] else {
                // Not refused: a Service named `tallyman` gives every Pod beside it variables like TALLYMAN_PORT.
                guard let near = Self.meant(by: name, among: known.keys) else { continue }
                diagnostics.append(
                    Diagnostic(.warning, file: "environment", message: "\(name) sets nothing; did you mean \(near)?"))
                continue
            }
            // An empty variable is one that is not set.
            if text.isEmpty { continue }
            do throws(ConfigForm.Refusal) {
                effective.set(entry, try entry.form.read(text), from: .environment(name))
            } catch { diagnostics.append(Diagnostic(file: "environment", message: "\(name) \(error.reason)")) }
        }
    }

    /// The variable that a person may have meant; nil for what a cluster sets, and for what is like none.
    private static func meant(by name: String, among known: some Sequence<String>) -> String? {
        let prefix = ConfigEntry.variablePrefix
        let rest = String(name.dropFirst(prefix.count))
        guard rest != "PORT", !rest.hasPrefix("PORT_"), !rest.hasPrefix("SERVICE_") else { return nil }
        return Spelling.nearest(to: rest, among: known.map { String($0.dropFirst(prefix.count)) }).map { prefix + $0 }
    }

    private mutating func read(_ arguments: [ConfigArgument]) {
        for argument in arguments {
            guard let entry = AgentConfiguration.entry(argument.path) else {
                diagnostics.append(Diagnostic(file: "arguments", message: "\(argument.option) sets no key"))
                continue
            }
            do throws(ConfigForm.Refusal) {
                var value = ConfigValue.texts(argument.texts)
                if !entry.form.isList { value = try entry.form.read(argument.texts.last ?? "") }
                effective.set(entry, value, from: .argument(argument.option))
            } catch { diagnostics.append(Diagnostic(file: "arguments", message: "\(argument.option) \(error.reason)")) }
        }
    }

    // MARK: All together

    private mutating func findContradictions() {
        for section in AgentConfiguration.sections {
            for contradiction in section.contradictions(effective.values) {
                let path = section.path + "." + contradiction.key
                let message = "\(path) \(contradiction.reason)"
                switch effective.origin(of: path) {
                case .file(let file, let line):
                    diagnostics.append(Diagnostic(file: file, line: line, message: message))
                case .environment: diagnostics.append(Diagnostic(file: "environment", message: message))
                case .argument, .usual: diagnostics.append(Diagnostic(file: "configuration", message: message))
                }
            }
        }
    }
}
