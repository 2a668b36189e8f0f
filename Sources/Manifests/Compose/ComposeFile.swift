internal import SecurityEvents

/// Reads Compose files: the Compose specification, and versions 2 and 3 before it.
struct ComposeFile {
    /// Whether a document is one.
    static func isOne(_ root: PlacedValue) -> Bool {
        if root["kind"] == nil, root["apiVersion"] == nil, let include = root["include"], !includes(include).isEmpty {
            return true
        }
        guard root["kind"] == nil, let services = root["services"], case .object(let members) = services.content,
            !members.isEmpty
        else { return false }
        let telling = [
            "image", "build", "extends", "command", "volumes", "ports", "environment", "network_mode", "privileged",
            "provider", "deploy",
        ]
        return members.contains { service in telling.contains { service.value[$0] != nil } }
    }

    let file: String
    private let root: PlacedValue
    private let load: (String) -> Result<String, FileFault>
    private let variables: [String: String]
    /// The lines of the file.
    private let lines: [Substring]
    /// How many files include this one, one by another.
    private let depth: Int
    private(set) var faults: [Diagnostic] = []
    /// What Dockerfiles that stand in the file do that no container's creation shows.
    private(set) var buildNotes: [BuildNote] = []
    private static let depthLimit = 16
    private static let includeDepth = 8
    private static let includeCount = 64

    /// Prepares a file.
    ///
    /// - Parameters:
    ///   - root: the document.
    ///   - file: its name.
    ///   - variables: what it is filled in with.
    ///   - lines: the lines of the file, for the places in texts of several lines.
    ///   - depth: how many files include this one, one by another.
    ///   - load: the text of another file that this one names, by the path written there, or why it cannot be read.
    init(
        _ root: PlacedValue, file: String, variables: [String: String], lines: [Substring] = [],
        depth: Int = 0, load: @escaping (String) -> Result<String, FileFault>
    ) {
        var filling = ComposeVariables(variables)
        self.root = filling.fill(root)
        self.file = file
        self.load = load
        self.variables = variables
        self.lines = lines
        self.depth = depth
        if !filling.unknown.isEmpty {
            let names = filling.unknown.prefix(8).joined(separator: ", ")
            let more = filling.unknown.count > 8 ? " and \(filling.unknown.count - 8) more" : ""
            warn("no value is known for \(names)\(more): what depends on it is not judged", at: root.place)
        }
    }

    /// The containers that the file asks for.
    mutating func manifests() -> [Manifest] {
        var manifests = included()
        for service in root["services"]?.members ?? [] {
            guard case .object = service.value.content else {
                if !service.value.isNull { fault("a service must be a mapping", at: service.value.place) }
                continue
            }
            let whole = extended(service.value, depth: 0)
            var reader = ComposeService(whole, name: service.key, volumes: root["volumes"], file: root)
            let body = reader.body(at: service.keyPlace)
            for (message, place) in reader.faults { fault(message, at: place) }
            var identity = Manifest.Identity()
            identity.name = whole["container_name"]?.text ?? service.key
            identity.kind = "Container"
            manifests.append(
                Manifest(
                    kind: .compose, file: file, line: service.keyPlace.line, label: "service \(service.key)",
                    root: body, source: nil, identity: identity))
            manifests += built(by: whole, name: service.key)
            for key in ["post_start", "pre_stop"] { manifests += hooks(key, of: whole, name: service.key) }
        }
        return manifests
    }

    // MARK: Hooks

    /// What Compose runs in a service's container when it has started, or before it ends.
    private func hooks(_ key: String, of service: PlacedValue, name: String) -> [Manifest] {
        (service[key]?.elements ?? []).compactMap { hook in
            var reader = ComposeService(hook, name: name, volumes: nil, file: root)
            guard let words = reader.words("command") else { return nil }
            var body = CreateBody(at: hook.place)
            if let image = service["image"], image.text != nil { body.set("Image", image) }
            body.set("Cmd", words)
            body.set("User", reader.text("user"))
            if let privileged = reader.bool("privileged"), let member = hook.member("privileged") {
                body.setHost("Privileged", privileged, at: member.keyPlace)
            }
            return Manifest(
                kind: .compose, file: file, line: hook.place.line, label: "\(key) of service \(name)", root: body.root,
                source: nil, identity: Manifest.Identity())
        }
    }

    // MARK: Builds

    /// The containers of a Dockerfile that stands in the service (Compose build specification, `dockerfile_inline`).
    private mutating func built(by service: PlacedValue, name: String) -> [Manifest] {
        guard let build = service["build"], let text = build["dockerfile_inline"], let dockerfile = text.text else {
            return []
        }
        var arguments: [String: String] = [:]
        for argument in ComposeService(build, name: name, volumes: nil, file: root).pairs("args") {
            arguments[argument.key] = argument.value
        }
        let inline = DockerfileReader.Inline(
            owner: "service \(name)", target: build["target"]?.text, arguments: arguments,
            place: Self.placing(textAt: text.place, in: lines))
        let read = DockerfileReader.read(dockerfile, file: file, inline: inline, faults: &faults)
        buildNotes += read.notes
        return read.manifests
    }

    /// Where in the file a place of a text is: the lines of a literal block (`|`) stand there as they are, what is written
    /// otherwise is one place.
    private static func placing(textAt place: Place, in lines: [Substring]) -> (Place) -> Place {
        guard lines.indices.contains(place.line - 1),
            lines[place.line - 1].dropFirst(max(0, place.column - 1)).hasPrefix("|"),
            let first = lines[place.line...].first(where: { !YAMLDocuments.isBlank($0) })
        else { return { _ in place } }
        let indent = first.prefix { $0 == " " }.count
        return { Place(line: place.line + $0.line, column: indent + $0.column) }
    }

    // MARK: Other files

    /// What one entry of `include` names: files that are merged into one, and files of variables.
    private struct Include {
        var paths: [String]
        var variables: [String]
        var place: Place
    }

    /// The entries of `include`, short and long (Compose specification, `include`).
    private static func includes(_ value: PlacedValue) -> [Include] {
        value.elements.compactMap { entry in
            if let path = entry.text { return Include(paths: [path], variables: [], place: entry.place) }
            let paths = texts(entry["path"])
            return paths.isEmpty ? nil : Include(paths: paths, variables: texts(entry["env_file"]), place: entry.place)
        }
    }

    private static func texts(_ value: PlacedValue?) -> [String] {
        guard let value else { return [] }
        return value.text.map { [$0] } ?? value.elements.compactMap(\.text)
    }

    /// The containers of files that this one includes; their places are those of the entries that name them.
    private mutating func included() -> [Manifest] {
        guard let include = root.member("include") else { return [] }
        let entries = Self.includes(include.value)
        guard depth < Self.includeDepth, entries.count <= Self.includeCount else {
            fault("'include' goes too deep, or round in a circle", at: include.keyPlace)
            return []
        }
        if entries.count < include.value.elements.count {
            fault("'include' must be a list of paths, or of mappings with a 'path'", at: include.keyPlace)
        }
        return entries.flatMap { included($0) }
    }

    private mutating func included(_ entry: Include) -> [Manifest] {
        var whole: PlacedValue?
        for path in entry.paths {
            switch parsed(path) {
            case .success(let read): whole = whole.map { Self.merge($0, with: read) } ?? read
            case .failure(let fault):
                warn(
                    "'\(path)', which is included, cannot be read (\(fault.reason)): what it asks for is not judged",
                    at: entry.place)
            }
        }
        guard let whole, let path = entry.paths.first else { return [] }
        var own = variables
        for name in entry.variables {
            switch load(name) {
            case .success(let text): own.merge(EnvironmentFile.variables(in: text)) { given, _ in given }
            case .failure(let fault):
                warn("'\(name)', which has variables for '\(path)', cannot be read (\(fault.reason))", at: entry.place)
            }
        }
        // What the other file names, it names from where it stands.
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        var other = ComposeFile(
            whole.placed { _ in entry.place }, file: file, variables: own, depth: depth + 1
        ) { [load] in load($0.hasPrefix("/") ? $0 : folder + $0) }
        let manifests = other.manifests()
        faults += other.faults
        buildNotes += other.buildNotes
        return manifests.map { manifest in
            var manifest = manifest
            manifest.label += " of \(path)"
            manifest.isIncluded = true
            return manifest
        }
    }

    private func parsed(_ other: String) -> Result<PlacedValue, FileFault> {
        load(other).flatMap { text in
            var documents = YAMLDocuments(lines: text.textLines())
            guard let document = documents.next() else { return .failure(FileFault("nothing stands in it")) }
            do throws(Diagnostic) {
                return .success(try YAMLReader.read(document, file: other, dialect: .compose))
            } catch {
                return .failure(FileFault("line \(error.line): \(error.message)"))
            }
        }
    }

    /// A service with what it extends merged in (Compose specification, `extends`).
    private mutating func extended(_ service: PlacedValue, depth: Int) -> PlacedValue {
        guard let extends = service.member("extends") else { return service }
        guard depth < Self.depthLimit else {
            fault("'extends' goes round in a circle", at: extends.keyPlace)
            return service
        }
        let name = extends.value.text ?? extends.value["service"]?.text ?? ""
        var services = root["services"]
        if let other = extends.value["file"]?.text {
            let read: PlacedValue
            switch parsed(other) {
            case .success(let value): read = value
            case .failure(let fault):
                warn("'\(other)', which this service extends, cannot be read (\(fault.reason))", at: extends.keyPlace)
                return service
            }
            var filling = ComposeVariables()
            // Its places would be those of another file.
            services = filling.fill(read)["services"].map { $0.placed { _ in extends.keyPlace } }
        }
        guard let base = services?[name] else {
            fault("there is no service '\(name)' to extend", at: extends.keyPlace)
            return service
        }
        return Self.merge(extended(base, depth: depth + 1), with: service)
    }

    /// Mappings are merged member by member and lists put together; anything else is replaced.
    static func merge(_ base: PlacedValue, with over: PlacedValue) -> PlacedValue {
        switch (base.content, over.content) {
        case (.object(let old), .object(let new)):
            var members = old.filter { member in !new.contains { $0.key == member.key } }
            for member in new {
                guard let known = base[member.key], !["command", "entrypoint"].contains(member.key) else {
                    members.append(member)
                    continue
                }
                members.append(
                    .init(key: member.key, keyPlace: member.keyPlace, value: merge(known, with: member.value)))
            }
            return PlacedValue(.object(members), at: over.place)
        case (.array(let old), .array(let new)):
            return PlacedValue(.array(old.filter { !new.contains($0) } + new), at: over.place)
        default: return over
        }
    }

    private mutating func fault(_ message: String, at place: Place) {
        faults.append(Diagnostic(file: file, line: place.line, column: place.column, message: message))
    }

    private mutating func warn(_ message: String, at place: Place) {
        faults.append(Diagnostic(.warning, file: file, line: place.line, column: place.column, message: message))
    }
}
