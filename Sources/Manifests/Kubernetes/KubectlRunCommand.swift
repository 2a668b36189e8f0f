/// A `kubectl run` command, and the Pod that the client makes of it.
struct KubectlRunCommand {
    private var name: ShellWords.Word?
    private var flags: [String: ShellWords.Word] = [:]
    private var environment: [ShellWords.Word] = []
    private var arguments: [ShellWords.Word] = []
    private let place: Place

    /// Why a command could not be taken apart.
    struct Fault: Error {
        var message: String
        var place: Place
    }

    private static let clients: Set = ["kubectl", "oc", "k3s", "microk8s.kubectl", "kubectl.exe"]
    /// Flags that stand alone; all others take a value.
    private static let switches: Set = [
        "stdin", "tty", "rm", "command", "attach", "expose", "privileged", "quiet", "leave-stdin-open",
        "insecure-skip-tls-verify",
        "wait", "force", "now", "record", "save-config", "all", "show-managed-fields", "allow-missing-template-keys",
        "match-server-version", "warnings-as-errors", "stdin-once",
    ]
    /// Flags that may stand alone and take their value only behind `=`.
    private static let optional: Set = ["dry-run", "cascade", "attach"]
    private static let short: [Character: String] = [
        "i": "stdin", "t": "tty", "n": "namespace", "l": "labels", "q": "quiet", "o": "output", "f": "filename",
        "s": "server",
        "v": "v", "L": "label-columns",
    ]

    /// Takes a command apart.
    ///
    /// - Returns: nil where the words run no Pod.
    static func parse(_ words: [ShellWords.Word]) throws(Fault) -> KubectlRunCommand? {
        let client = words.prefix(6).firstIndex { word in
            clients.contains(word.text.split(separator: "/").last.map(String.init) ?? "")
        }
        guard let client, let begin = words.first?.place else { return nil }
        var command = KubectlRunCommand(place: begin)
        return try command.read(words[(client + 1)...]) ? command : nil
    }

    private init(place: Place) { self.place = place }

    /// Reads flags and operands in any order; the first operand must be `run`.
    private mutating func read(_ words: ArraySlice<ShellWords.Word>) throws(Fault) -> Bool {
        var rest = words
        var isRun = false
        while let word = rest.popFirst() {
            if word.text == "--" {
                arguments += rest
                break
            }
            if word.text.hasPrefix("-"), word.text.count > 1 {
                readFlag(word, &rest)
            } else if !isRun {
                // `k3s kubectl run`
                if word.text == "kubectl" { continue }
                guard word.text == "run" else { return false }
                isRun = true
            } else if name == nil {
                name = word
            } else {
                arguments.append(word)
            }
        }
        guard isRun else { return false }
        guard name != nil else { throw Fault(message: "no name: kubectl run NAME --image=IMAGE", place: place) }
        return true
    }

    private mutating func readFlag(_ word: ShellWords.Word, _ rest: inout ArraySlice<ShellWords.Word>) {
        if word.text.hasPrefix("--") {
            let parts = word.text.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts.first ?? "")
            if parts.count == 2 { return set(name, String(parts[1]), word.place) }
            if Self.switches.contains(name) || Self.optional.contains(name) { return set(name, "true", word.place) }
            return set(name, rest.first?.text ?? "", rest.popFirst()?.place ?? word.place)
        }
        var letters = word.text.dropFirst()
        while let letter = letters.popFirst() {
            let name = Self.short[letter] ?? String(letter)
            if Self.switches.contains(name) {
                set(name, "true", word.place)
            } else if letters.isEmpty {
                return set(name, rest.first?.text ?? "", rest.popFirst()?.place ?? word.place)
            } else {
                return set(name, String(letters.first == "=" ? letters.dropFirst() : letters), word.place)
            }
        }
    }

    private mutating func set(_ name: String, _ value: String, _ place: Place) {
        let word = ShellWords.Word(text: value, place: place)
        if name == "env" { environment.append(word) } else { flags[name] = word }
    }

    /// The Pod, with what `--overrides` says laid over it.
    func pod() throws(Fault) -> PlacedValue {
        func object(_ members: [(String, PlacedValue?)]) -> PlacedValue {
            PlacedValue(
                .object(
                    members.compactMap { key, value in value.map { .init(key: key, keyPlace: $0.place, value: $0) } }),
                at: place)
        }
        func text(_ word: ShellWords.Word?) -> PlacedValue? { word.map { .text($0.text, at: $0.place) } }
        func flag(_ name: String) -> PlacedValue? {
            flags[name].map { PlacedValue(.bool($0.text == "true"), at: $0.place) }
        }
        let words: PlacedValue? = arguments.first.map { first in
            PlacedValue(.array(arguments.map { .text($0.text, at: $0.place) }), at: first.place)
        }
        let isCommand = flags["command"]?.text == "true"
        let variables: [PlacedValue] = environment.map { word in
            let parts = word.text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return object([
                ("name", .text(String(parts[0]), at: word.place)),
                ("value", .text(parts.count == 2 ? String(parts[1]) : "", at: word.place)),
            ])
        }
        let container = object([
            ("name", text(name)), ("image", text(flags["image"])), (isCommand ? "command" : "args", words),
            ("env", variables.first.map { PlacedValue(.array(variables), at: $0.place) }), ("stdin", flag("stdin")),
            ("tty", flag("tty")), ("securityContext", flag("privileged").map { object([("privileged", $0)]) }),
        ])
        let pod = object([
            ("apiVersion", .text("v1", at: place)), ("kind", .text("Pod", at: place)),
            ("metadata", object([("name", text(name)), ("namespace", text(flags["namespace"]))])),
            (
                "spec",
                object([
                    ("containers", PlacedValue(.array([container]), at: place)),
                    ("restartPolicy", text(flags["restart"])),
                ])
            ),
        ])
        return try overridden(pod)
    }

    private func overridden(_ pod: PlacedValue) throws(Fault) -> PlacedValue {
        guard let overrides = flags["overrides"] else { return pod }
        let kind = flags["override-type"]?.text ?? "merge"
        guard kind == "merge" || kind == "strategic" else {
            throw Fault(
                message: "--override-type=\(kind) is not understood; merge and strategic are", place: overrides.place)
        }
        guard let patch = try? YAMLReader.read(.init(text: overrides.text, linesBefore: 0), file: ""),
            case .object = patch.content
        else { throw Fault(message: "--overrides must be a JSON object", place: overrides.place) }
        let here = patch.placed { _ in overrides.place }
        return Self.laid(here, over: pod, joinsByName: kind == "strategic", depth: 0)
    }

    /// A merge patch; a strategic one joins the elements of lists that have names.
    private static func laid(_ patch: PlacedValue, over value: PlacedValue, joinsByName: Bool, depth: Int)
        -> PlacedValue
    {
        guard depth < 64 else { return patch }
        if case .array(let elements) = patch.content, joinsByName, case .array(let known) = value.content,
            elements.allSatisfy({ $0["name"]?.text != nil })
        {
            var made = known
            for element in elements {
                if let at = made.firstIndex(where: { $0["name"]?.text == element["name"]?.text }) {
                    made[at] = laid(element, over: made[at], joinsByName: true, depth: depth + 1)
                } else {
                    made.append(element)
                }
            }
            return PlacedValue(.array(made), at: patch.place)
        }
        guard case .object(let members) = patch.content, case .object(var made) = value.content else { return patch }
        for member in members {
            let at = made.firstIndex { $0.key == member.key }
            if member.value.isNull {
                if let at { made.remove(at: at) }
            } else if let at {
                made[at].value = laid(member.value, over: made[at].value, joinsByName: joinsByName, depth: depth + 1)
            } else {
                made.append(member)
            }
        }
        return PlacedValue(.object(made), at: value.place)
    }
}
