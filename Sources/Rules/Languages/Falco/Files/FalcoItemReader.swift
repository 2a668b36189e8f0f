internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// Reads the items of a rule file into the definitions: Falco's `rule_loader_reader`.
struct FalcoItemReader {
    let text: YAMLText
    var definitions: FalcoDefinitions
    var diagnostics: [Diagnostic] = []
    /// How many times a near name was looked for, which takes long among many.
    private var hints = 0

    init(_ text: YAMLText, definitions: FalcoDefinitions) {
        self.text = text
        self.definitions = definitions
    }

    mutating func read() {
        guard case .sequence(let items) = text.root else {
            fault(text.root, "a Falco rule file is a list of rules, macros and lists")
            return
        }
        if items.isEmpty { warn(text.root, "the list of rules is empty") }
        for item in items {
            if item.null == nil { read(item) } else { warn(item, "an empty element is passed over") }
        }
    }

    private mutating func read(_ item: Node) {
        guard case .mapping = item else {
            fault(item, "each element of a Falco rule file is a mapping of keys to values")
            return
        }
        if let version = item["required_engine_version"] {
            diagnostics += FalcoVersions.checkEngine(version, in: text)
        } else if let plugins = item["required_plugin_versions"] {
            diagnostics += FalcoVersions.checkPlugins(plugins, in: text)
        } else if let name = item["list"] {
            list(item, name)
        } else if let name = item["macro"] {
            macro(item, name)
        } else if let name = item["rule"] {
            rule(item, name)
        } else {
            warn(item, "this is no rule, macro, list or required version; it is left out, as Falco does")
        }
    }

    // MARK: Lists and macros

    private mutating func list(_ item: Node, _ nameNode: Node) {
        known(item, ["list", "items", "append", "override"], "a list")
        guard let name = string(nameNode, "list") else { return }
        let before = errorCount
        if name.contains(where: { "()\"'=,".contains($0) || $0.isWhitespace }) {
            warn(
                nameNode,
                "no condition can name the list '\(name)': names have no blanks, quotes, commas or parentheses")
        }
        let items = self.items(item, of: name)
        let overrides = self.overrides(item, append: ["items"], replace: ["items"])
        let appends = flag(item, "append") ?? false
        refuseBoth(item, appends, overrides)
        guard errorCount == before, let items else {
            definitions.noteFaulty(name)
            return
        }
        guard appends || overrides["items"] == .append else {
            definitions.define(
                FalcoList(
                    name: name, items: items, index: 0, visibility: 0, origin: FalcoOrigin(node: nameNode, file: text)))
            return
        }
        if !definitions.append(to: name, items: items) { noPrevious("list", name, nameNode, definitions.lists.keys) }
    }

    private mutating func items(_ item: Node, of name: String) -> [FalcoConstant]? {
        guard case .sequence(let elements)? = item["items"] else {
            fault(item["items"] ?? item, "the list '\(name)' needs 'items', a list of texts")
            return nil
        }
        var items: [FalcoConstant] = []
        for element in elements {
            guard let scalar = element.scalar else {
                fault(element, "the items of a list are texts")
                continue
            }
            let piece = FalcoText([FalcoPiece(text: scalar.string, node: element, file: text, isMade: true)])
            do {
                items.append(try FalcoDefinitions.constant(scalar.string, at: FalcoPlace(text: piece, offset: 0)))
            } catch {
                diagnostics.append(error.diagnostic)
            }
        }
        return items
    }

    private mutating func macro(_ item: Node, _ nameNode: Node) {
        known(item, ["macro", "condition", "append", "override"], "a macro")
        guard let name = string(nameNode, "macro") else { return }
        let before = errorCount
        if !FalcoDefinitions.isIdentifier(name) {
            warn(nameNode, "no condition can name the macro '\(name)': names are letters, digits and '_'")
        }
        let condition = piece(item, "condition", required: true)
        let overrides = self.overrides(item, append: ["condition"], replace: ["condition"])
        let appends = flag(item, "append") ?? false
        refuseBoth(item, appends, overrides)
        guard errorCount == before, let condition else {
            definitions.noteFaulty(name)
            return
        }
        guard appends || overrides["condition"] == .append else {
            definitions.define(
                FalcoMacro(
                    name: name, condition: [condition], index: 0, visibility: 0,
                    origin: FalcoOrigin(node: nameNode, file: text)))
            return
        }
        if !definitions.append(to: name, condition: condition) {
            noPrevious("macro", name, nameNode, definitions.macros.keys)
        }
    }

    /// Says that there is nothing to append to.
    mutating func noPrevious(_ what: String, _ name: String, _ node: Node, _ names: some Sequence<String>) {
        // What was left out for a fault of its own was said already.
        guard !definitions.faulty.contains(name) else { return }
        hints += 1
        fault(
            node,
            "no \(what) '\(name)' was defined before this, so nothing can be appended or replaced"
                + (hints <= 100 ? Spelling.hint(for: name, among: names) : ""))
    }

    // MARK: Parts of items

    /// How a key of an override works on what was there.
    enum Override { case append, replace }

    mutating func overrides(_ item: Node, append: Set<String>, replace: Set<String>) -> [String: Override] {
        guard let node = item["override"] else { return [:] }
        guard case .mapping(let mapping) = node else {
            fault(node, "'override' must be a mapping of keys to 'append' or 'replace'")
            return [:]
        }
        var overrides: [String: Override] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, let operation = value.scalar?.string else {
                fault(value, "'override' must be a mapping of keys to 'append' or 'replace'")
                continue
            }
            switch operation {
            case "append" where append.contains(name): overrides[name] = .append
            case "replace" where replace.contains(name): overrides[name] = .replace
            case "append" where replace.contains(name): fault(key, "'\(name)' cannot be appended to, only replaced")
            case "append", "replace":
                fault(
                    key,
                    "'\(name)' cannot be overridden"
                        + Spelling.hint(for: name, among: append.union(replace).sorted()))
            default: fault(value, "'\(operation)' is no way to override; write append or replace")
            }
            if item[name] == nil { fault(key, "'override' names '\(name)', but the item has no such key") }
        }
        return overrides
    }

    mutating func refuseBoth(_ item: Node, _ appends: Bool, _ overrides: [String: Override]) {
        if appends, !overrides.isEmpty, let node = item["append"] {
            fault(node, "'append' and 'override' cannot be used together; write 'override' alone")
        }
    }

    /// A text with its place.
    mutating func piece(_ item: Node, _ key: String, required: Bool = false) -> FalcoPiece? {
        guard let node = item[key] else {
            if required { fault(item, "'\(key)' is missing") }
            return nil
        }
        return string(node, key).map { FalcoPiece(text: $0, node: node, file: text) }
    }

    mutating func string(_ node: Node, _ key: String) -> String? {
        guard let scalar = node.scalar else {
            fault(node, "'\(key)' must be a text")
            return nil
        }
        guard !scalar.string.isEmpty else {
            fault(node, "'\(key)' is empty")
            return nil
        }
        return scalar.string
    }

    mutating func flag(_ item: Node, _ key: String) -> Bool? {
        guard let node = item[key] else { return nil }
        switch node.scalar?.string.lowercased() {
        case "true", "yes", "on", "y": return true
        case "false", "no", "off", "n": return false
        default:
            fault(node, "'\(key)' must be true or false")
            return nil
        }
    }

    /// Says which keys are not known; Falco passes them over.
    mutating func known(_ item: Node, _ keys: [String], _ what: String) {
        guard case .mapping(let mapping) = item else { return }
        for (key, _) in mapping {
            guard let name = key.scalar?.string, !keys.contains(name) else { continue }
            warn(key, "\(what) has no key '\(name)', which is passed over" + Spelling.hint(for: name, among: keys))
        }
    }

    mutating func fault(_ node: Node, _ message: String) { diagnostics.append(text.fault(at: node, message)) }

    mutating func warn(_ node: Node, _ message: String) { diagnostics.append(text.fault(.warning, at: node, message)) }

    var errorCount: Int { diagnostics.count { $0.severity == .error } }
}

extension FalcoDefinitions {
    /// The items of lists and the values of exceptions stand in conditions as they are, quotes and all.
    static func constant(_ text: String, at place: FalcoPlace) throws(FalcoFault) -> FalcoConstant {
        guard let quote = text.unicodeScalars.first, quote == "\"" || quote == "'", text.unicodeScalars.count >= 2,
            text.unicodeScalars.last == quote
        else {
            // What has a blank is put in quotes before conditions are read.
            return FalcoConstant(text: text, isQuoted: text.contains(" "), place: place)
        }
        let scalars = place.text.scalars
        let unquoted = try FalcoEscapes.resolve(place.text, 1..<max(1, scalars.count - 1), quote: quote)
        return FalcoConstant(text: unquoted, isQuoted: true, place: place)
    }

    static func isIdentifier(_ name: String) -> Bool {
        guard let first = name.utf8.first, ASCII.isLetter(first) else { return false }
        return name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
    }
}
