internal import SecurityEvents
internal import Yams

/// Reads one YAML document (or JSON text, which is YAML too) into placed values.
///
/// Anchors, aliases and merge keys are followed within a bound: a few lines of them can stand for gigabytes.
struct YAMLReader {
    /// What is accepted.
    struct Limits {
        var values = 200_000
        var depth = 128
    }

    private let file: String
    private let linesBefore: Int
    private let dialect: YAMLScalar.Dialect
    private let limits: Limits
    private var count = 0

    /// Reads a document.
    ///
    /// - Throws: the first fault, with its place in the file.
    static func read(
        _ part: YAMLDocuments.Part, file: String, dialect: YAMLScalar.Dialect = .kubernetes, limits: Limits = Limits()
    ) throws(Diagnostic) -> PlacedValue {
        if let line = YAMLKeys.lineOfComplexKey(in: part.text) {
            throw Diagnostic(
                file: file, line: line + part.linesBefore,
                message: "a key must be a plain text, not an alias or a collection")
        }
        var reader = YAMLReader(file: file, linesBefore: part.linesBefore, dialect: dialect, limits: limits)
        let root: Node
        do {
            guard let node = try Parser(yaml: part.text).singleRoot() else {
                return PlacedValue(.null, at: Place(line: part.linesBefore + 1, column: 1))
            }
            root = node
        } catch {
            throw reader.diagnostic(error)
        }
        return try reader.convert(root, depth: 0)
    }

    private init(file: String, linesBefore: Int, dialect: YAMLScalar.Dialect, limits: Limits) {
        self.file = file
        self.linesBefore = linesBefore
        self.dialect = dialect
        self.limits = limits
    }

    private func place(_ mark: Mark?) -> Place {
        guard let mark else { return .unknown }
        return Place(line: mark.line + linesBefore, column: mark.column)
    }

    private func fault(_ message: String, at place: Place) -> Diagnostic {
        Diagnostic(file: file, line: place.line, column: place.column, message: message)
    }

    private mutating func convert(_ node: Node, depth: Int) throws(Diagnostic) -> PlacedValue {
        let place = place(node.mark)
        count += 1
        guard count <= limits.values else {
            throw fault("stands for more than \(limits.values) values, its aliases included", at: place)
        }
        guard depth <= limits.depth else { throw fault("nested deeper than \(limits.depth)", at: place) }
        switch node {
        case .scalar(let scalar): return PlacedValue(content(scalar), at: place)
        case .sequence(let sequence):
            var elements: [PlacedValue] = []
            for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
            return PlacedValue(.array(elements), at: place)
        case .mapping(let mapping): return PlacedValue(.object(try members(mapping, depth: depth)), at: place)
        case .alias: throw fault("an alias to nothing", at: place)
        }
    }

    private func content(_ scalar: Node.Scalar) -> PlacedValue.Content {
        switch scalar.tag.description {
        case "tag:yaml.org,2002:str": return .text(scalar.string)
        case "tag:yaml.org,2002:binary": return .text(scalar.string)
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float":
            return YAMLScalar.number(scalar.string) ?? .text(scalar.string)
        default: break
        }
        switch scalar.style {
        case .plain, .any: return YAMLScalar.content(scalar.string, dialect)
        case .singleQuoted, .doubleQuoted, .literal, .folded: return .text(scalar.string)
        }
    }

    private mutating func members(_ mapping: Node.Mapping, depth: Int) throws(Diagnostic) -> [PlacedValue.Member] {
        var members: [PlacedValue.Member] = []
        var merged: [PlacedValue.Member] = []
        for (key, value) in mapping {
            guard let scalar = key.scalar else {
                throw fault("a key must be a plain text", at: place(key.mark))
            }
            count += 1
            let converted = try convert(value, depth: depth + 1)
            if scalar.string == "<<", scalar.style == .plain || scalar.style == .any {
                let sources = converted.elements.isEmpty ? [converted] : converted.elements
                for source in sources {
                    guard case .object(let inherited) = source.content else {
                        throw fault("'<<' merges mappings only", at: place(key.mark))
                    }
                    // The first of several sources counts.
                    merged += inherited.filter { member in !merged.contains { $0.key == member.key } }
                }
            } else {
                members.append(.init(key: scalar.string, keyPlace: place(key.mark), value: converted))
            }
        }
        guard !merged.isEmpty else { return members }
        let own = Set(members.map(\.key))
        return members + merged.filter { !own.contains($0.key) }
    }

    private func diagnostic(_ error: any Error) -> Diagnostic {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return fault(Self.explained(problem), at: place(mark))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "'\($0)'" }.joined(separator: ", ")
            return fault(
                "the same key more than once: \(names); tools differ in which of them counts, leave one",
                at: place(context.mark))
        case .reader(let problem, _, _, _): return Diagnostic(file: file, line: linesBefore + 1, message: problem)
        default: return Diagnostic(file: file, line: linesBefore + 1, message: "no YAML: \(error)")
        }
    }

    private static func explained(_ problem: String) -> String {
        problem == "found character that cannot start any token"
            ? "a character that cannot begin a value here, such as a tab or an unquoted '@', '`' or '%'" : problem
    }
}
