public import SecurityEvents

/// The rules and lists that are in force.
public struct RuleLibrary: Sendable {
    /// The rules, by name.
    public let rules: [CompiledRule]
    /// The lists that they use.
    public let lists: RuleLists
    /// What was left out, where that was allowed, and what deserves a warning.
    public let diagnostics: [Diagnostic]
    /// What searches are checked with.
    package let compiler: ConditionCompiler

    /// Compiles rules and lists.
    ///
    /// - Parameters:
    ///   - layers: sets of files, each adding to those before or replacing their rules by id and their lists by name.
    ///   - keepSound: whether rules without a fault are kept where others have some.
    /// - Throws: every fault found, unless the sound rules are to be kept.
    public init(layers: [[RuleFile]], keepSound: Bool = false) throws(RuleFaults) {
        try self.init(layers: layers, keepSound: keepSound, earlier: [])
    }

    init(layers: [[RuleFile]], keepSound: Bool, earlier: [Diagnostic]) throws(RuleFaults) {
        var diagnostics = earlier
        var lists = RuleLists()
        for layer in layers { Self.readLists(layer, into: &lists, diagnostics: &diagnostics) }
        let compiler = ConditionCompiler(lists: lists)
        var rules: [String: CompiledRule] = [:]
        var seen: [String: (file: String, layer: Int)] = [:]
        for (rule, layer) in Self.readRules(layers, with: compiler, diagnostics: &diagnostics) {
            if let other = seen[rule.rule.id], other.layer == layer {
                diagnostics.append(
                    Diagnostic(
                        file: rule.rule.file, message: "the id \(rule.rule.id) is also that of \(other.file)"))
                continue
            }
            seen[rule.rule.id] = (rule.rule.file, layer)
            rules[rule.rule.id] = rule
        }
        if !keepSound, diagnostics.contains(where: { $0.severity == .error }) {
            throw RuleFaults(diagnostics: diagnostics)
        }
        self.rules = rules.values.sorted { ($0.rule.name, $0.rule.id) < ($1.rule.name, $1.rule.id) }
        self.lists = lists
        self.diagnostics = diagnostics
        self.compiler = compiler
    }

    /// One search in the place of all rules.
    init(search: EventSearch, lists library: RuleLibrary) {
        rules = [search.rule]
        lists = library.lists
        diagnostics = []
        compiler = library.compiler
    }

    /// Some of the rules, with all lists.
    package func keeping(_ isKept: (CompiledRule) -> Bool) -> RuleLibrary {
        RuleLibrary(keeping: rules.filter(isKept), of: self)
    }

    private init(keeping rules: [CompiledRule], of library: RuleLibrary) {
        self.rules = rules
        lists = library.lists
        diagnostics = library.diagnostics
        compiler = library.compiler
    }

    /// The shipped rules and lists, with those of some files and folders added or put in their place.
    ///
    /// - Parameters:
    ///   - rules: files and folders of rules; those with the id of another replace it.
    ///   - lists: files and folders of lists; those with the name of another replace or extend it.
    ///   - embedded: whether the shipped rules are used at all; the shipped lists always are.
    ///   - keepSound: whether rules without a fault are kept where others have some.
    ///   - files: files that come last.
    /// - Returns: what is in force.
    /// - Throws: every fault found, unless the sound rules are to be kept.
    public static func load(
        rules: [String] = [], lists: [String] = [], embedded: Bool = true, keepSound: Bool = false,
        adding files: [RuleFile] = []
    ) throws(RuleFaults) -> RuleLibrary {
        var diagnostics: [Diagnostic] = []
        var layers = [RuleFile.embedded.filter { embedded || ListReader.isList($0) }]
        for path in rules { layers.append(RuleFolder.files(at: path, diagnostics: &diagnostics)) }
        for path in lists {
            layers.append(
                RuleFolder.files(at: path, diagnostics: &diagnostics).map {
                    // Given as a list, it is one wherever it lies.
                    RuleFile(name: $0.name, path: "lists/" + $0.fileName, text: $0.text)
                })
        }
        if !files.isEmpty { layers.append(files) }
        return try RuleLibrary(layers: layers, keepSound: keepSound, earlier: diagnostics)
    }

    private static func readLists(_ layer: [RuleFile], into lists: inout RuleLists, diagnostics: inout [Diagnostic]) {
        var seen: [String: String] = [:]
        for file in layer where ListReader.isList(file) {
            guard let list = ListReader.read(file, diagnostics: &diagnostics) else { continue }
            if let other = seen[list.name] {
                diagnostics.append(Diagnostic(file: file.name, message: "the list '\(list.name)' is also in \(other)"))
                continue
            }
            seen[list.name] = file.name
            if list.extends, let known = lists[list.name], known.kind != list.kind {
                diagnostics.append(
                    Diagnostic(
                        file: file.name, line: list.line,
                        message:
                            "the list '\(list.name)' is of kind \(known.kind.rawValue) and cannot be extended by members of "
                            + "kind \(list.kind.rawValue)"))
                continue
            }
            lists.add(list)
        }
    }

    /// The rules of all layers with the position of their layer, a layer after the other.
    private static func readRules(
        _ layers: [[RuleFile]], with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [(rule: CompiledRule, layer: Int)] {
        var files: [[RuleFile]] = Array(repeating: [], count: RuleLanguages.all.count)
        var pages: [Page: String] = [:]
        var layerOf: [String: Int] = [:]
        for (position, layer) in layers.enumerated() {
            for file in layer where !ListReader.isList(file) {
                if file.fileName == "page.md" {
                    pages[Page(layer: position, folder: file.path.dropLast(file.fileName.count))] = file.text
                } else if let language = RuleLanguages.all.firstIndex(where: { $0.reads(file) }) {
                    files[language].append(file)
                    layerOf[file.name] = position
                } else {
                    diagnostics.append(Diagnostic(file: file.name, message: "no rule language reads this file"))
                }
            }
        }
        var rules: [(rule: CompiledRule, layer: Int)] = []
        for (language, files) in zip(RuleLanguages.all, files) where !files.isEmpty {
            let folders = Dictionary(files.map { ($0.name, $0.path.dropLast($0.fileName.count)) }) { _, last in last }
            for rule in language.compile(files, with: compiler, diagnostics: &diagnostics) {
                let layer = layerOf[rule.rule.file] ?? 0
                let page = folders[rule.rule.file].flatMap { pages[Page(layer: layer, folder: $0)] }
                rules.append((rule.with(page: page), layer))
            }
        }
        return rules.enumerated()
            .sorted { ($0.element.layer, $0.offset) < ($1.element.layer, $1.offset) }
            .map(\.element)
    }

    /// Where a page stands.
    private struct Page: Hashable {
        var layer: Int
        var folder: Substring
    }
}

/// Every fault of a set of rules.
public struct RuleFaults: Error, Sendable, CustomStringConvertible {
    /// The faults, file by file.
    public let diagnostics: [Diagnostic]

    /// One line for each fault.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
