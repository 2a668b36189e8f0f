internal import CEL
internal import JSONView
internal import SecurityEvents

/// Whether a container is told to run as root.
enum RootUser {
    static func number(of container: UnsafePointer<Container>?) -> Int64? {
        if let number = container?.pointee.runAsUser?.int64 { return number }
        guard let user = container?.pointee.user?.text else { return nil }
        let name = user.firstIndex(of: UInt8(ascii: ":")).map { user.prefix($0) } ?? user
        guard (1...10).contains(name.count), name.bytes.allSatisfy(ASCII.isDigit) else { return nil }
        return name.bytes.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    static func isAsked(of container: UnsafePointer<Container>?) -> Bool {
        if let number = number(of: container) { return number == 0 }
        guard let user = container?.pointee.user?.text else { return false }
        return user == "root" || user.hasPrefix("root:")
    }
}

/// Names of Linux capabilities.
enum Capabilities {
    static func names(_ list: JSONValue?, in arena: TextArena) -> [Value] {
        SchemaValue.list(list).map { name in
            // Go knows more small letters than ASCII has: a long s makes SYS_ADMIN too.
            let isUpper = name.bytes.allSatisfy { !ASCII.isLower($0) && $0 < 0x80 }
            let upper = isUpper ? name : arena.keep(String(name).uppercased())
            return .text(upper.dropping(prefix: "CAP_") ?? upper)
        }
    }
}

/// Whether a profile switches confinement off.
enum Confinement {
    static func isOff(_ profile: JSONText?) -> Bool {
        guard let profile else { return false }
        return profile.count == 10 && String(profile).lowercased() == "unconfined"
    }
}

/// Devices given to a container.
enum Devices {
    /// Docker's `PathOnHost`, Kubernetes' `devicePath`.
    static func paths(_ list: JSONValue?, in arena: TextArena) -> [Value] {
        guard let list else { return [] }
        return list.elements.compactMap { device in
            (device["PathOnHost"]?.text ?? device["devicePath"]?.text ?? device.text).map { .text(plain($0, arena)) }
        }
    }

    /// The path as the kernel takes it: `//dev/../dev/sda` is `/dev/sda`.
    private static func plain(_ path: JSONText, _ arena: TextArena) -> JSONText {
        guard path.hasPrefix("/"), path.contains("//") || path.contains("/.") else { return path }
        return arena.keep("/" + HostPath.normalized(path).map { String($0) }.joined(separator: "/"))
    }
}

/// Kernel parameters set for a container.
enum Sysctls {
    /// Docker has an object of texts, Kubernetes an array of names and values.
    static func map(_ value: JSONValue?) -> Value {
        guard let value, value.kind == .array else { return SchemaValue.map(value) }
        return .map(
            MapValue(
                value.elements.compactMap { entry in
                    guard let name = entry["name"]?.text, let text = entry["value"]?.text else { return nil }
                    return (.text(name), .text(text))
                }))
    }
}

/// All commands that a container is told to run.
enum CommandTexts {
    static func all(of record: ContainerRecord) -> [JSONText] {
        var texts: [JSONText] = []
        forEach(of: record) { text in
            texts.append(text)
            return true
        }
        return texts
    }

    /// Hands out one text after the other until it is told to stop; says whether it was not.
    @discardableResult
    static func forEach(of record: ContainerRecord, probes: Bool = true, _ body: (JSONText) -> Bool) -> Bool {
        guard let container = record.shown else { return true }
        let line = record.context.arena.keep(
            wordsOf: container.pointee.command, container.pointee.args, joinedBy: UInt8(ascii: " "))
        if let line {
            if !body(line) { return false }
            if let filled = filled(line, record), !body(filled) { return false }
        }
        if let script = script(container.pointee.command, container.pointee.args, arena: record.context.arena) {
            if !body(script.text) { return false }
            if let filled = script.filled, !body(filled) { return false }
        }
        for probe in container.pointee.probes where probes {
            guard let command = command(in: probe, record) else { continue }
            if !body(command) { return false }
        }
        return true
    }

    /// Where a text stands that ``forEach(of:_:)`` hands out: the probe's own words, or command and arguments.
    static func origins(of text: String, in record: ContainerRecord) -> [JSONValue] {
        guard let container = record.shown else { return [] }
        let list = [container.pointee.command, container.pointee.args].compactMap { $0 }
        var isCommand = false
        forEach(of: record, probes: false) { command in
            isCommand = command.bytes.elementsEqual(text.utf8)
            return !isCommand
        }
        if isCommand { return list }
        for probe in container.pointee.probes {
            guard let command = command(in: probe, record), command.bytes.elementsEqual(text.utf8) else { continue }
            return [probe["Test"] ?? probe["exec"]?["command"] ?? probe]
        }
        return []
    }

    /// The command with the values of the container's environment in their places: `$A$B x | sh`.
    private static func filled(_ line: JSONText, _ record: ContainerRecord) -> JSONText? {
        guard line.firstIndex(of: UInt8(ascii: "$")) != nil, let container = record.shown else { return nil }
        let variables = container.pointee.environment().prefix(64).compactMap { variable in
            variable.value.map { (name: variable.name, value: $0) }
        }
        guard !variables.isEmpty, let filled = AssembledCommand.filled(line, from: variables) else { return nil }
        return record.context.arena.keep(String(decoding: filled, as: UTF8.self))
    }

    /// What an interpreter is given behind `-c`, where more words follow.
    ///
    /// They are the script's own (`$0`, `$1`); in the joined line they would look like a part of it. In `filled` they stand in
    /// their places: `sh -c '$0 | sh' 'curl …'`.
    private static func script(_ lists: JSONValue?..., arena: TextArena) -> (text: JSONText, filled: JSONText?)? {
        var found: JSONText?
        var isNext = false
        var words: [JSONText] = []
        for list in lists {
            guard let list, list.kind == .array else { continue }
            for element in list.elements {
                guard let word = element.text else { continue }
                if found != nil {
                    words.append(word)
                    if words.count == ownWordLimit { break }
                    continue
                }
                if isNext { found = word }
                isNext = !isNext && isCommandOption(word)
            }
        }
        guard let found, !words.isEmpty else { return nil }
        return (found, withOwnWords(found, words, arena))
    }

    private static let ownWordLimit = 32

    private static func withOwnWords(_ script: JSONText, _ words: [JSONText], _ arena: TextArena) -> JSONText? {
        guard script.firstIndex(of: UInt8(ascii: "$")) != nil else { return nil }
        var variables = zip(digits, words).map { (name: arena.keep($0), value: $1) }
        if words.count > 1 {
            let all = arena.keep(Array(words.dropFirst()), joinedBy: UInt8(ascii: " "))
            for name in ["@", "*"] { variables.append((name: arena.keep(name), value: all)) }
        }
        return AssembledCommand.filled(script, from: variables).map { arena.keep(String(decoding: $0, as: UTF8.self)) }
    }

    private static let digits = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]

    private static func isCommandOption(_ word: JSONText) -> Bool {
        guard (2...6).contains(word.count), word.hasPrefix("-"), word.bytes.last == UInt8(ascii: "c") else {
            return word == "-e" || word == "-r" || word == "--eval"
        }
        return word.bytes.dropFirst().allSatisfy(ASCII.isLetter)
    }

    /// `{exec: {command: […]}}`, `{postStart: …}`, Docker's `{Test: ["CMD-SHELL", "…"]}`, the words of its `Shell`; a text
    /// that is a script.
    private static func command(in probe: JSONValue, _ record: ContainerRecord) -> JSONText? {
        if let script = probe.text { return script }
        if probe.kind == .array { return given(probe, record) ?? joined(SchemaValue.list(probe)[...], record) }
        if let words = probe["exec"]?["command"] {
            return given(words, record) ?? joined(SchemaValue.list(words)[...], record)
        }
        if let test = probe["Test"] {
            let words = SchemaValue.list(test)
            guard let kind = words.first, kind != "NONE" else { return nil }
            return given(test, record)
                ?? joined(kind == "CMD" || kind == "CMD-SHELL" ? words.dropFirst() : words[...], record)
        }
        var found: [JSONText] = []
        for member in probe.members {
            guard let words = member.value["exec"]?["command"],
                let text = given(words, record) ?? joined(SchemaValue.list(words)[...], record)
            else { continue }
            found.append(text)
        }
        return found.isEmpty ? nil : record.context.arena.keep(found, joinedBy: UInt8(ascii: "\n"))
    }

    private static func given(_ words: JSONValue, _ record: ContainerRecord) -> JSONText? {
        guard let script = script(words, arena: record.context.arena) else { return nil }
        return script.filled ?? script.text
    }

    private static func joined(_ words: ArraySlice<JSONText>, _ record: ContainerRecord) -> JSONText? {
        words.isEmpty ? nil : record.context.arena.keep(Array(words), joinedBy: UInt8(ascii: " "))
    }
}
