import ArgumentParser
import CEL
import Foundation
import JSONView

/// What an expression on the command line may refer to.
struct ExpressionOptions: ParsableArguments {
    @Option(help: "A JSON file whose value is the variable object (and self); - is the standard input.")
    var input: String?

    @Option(name: .customLong("var"), help: "A variable and the JSON file with its value: NAME=FILE. May be repeated.")
    var variables: [String] = []

    @Option(help: "A JSON file with an OpenAPI schema: self and oldSelf are typed by it.")
    var schema: String?

    @Option(help: "Whose functions and rules there are: \(Dialect.allCases.map(\.rawValue).joined(separator: " or ")).")
    var dialect = Dialect.kubernetes

    enum Dialect: String, CaseIterable, ExpressibleByArgument {
        /// Kubernetes' functions, its strictness, its way to count cost; and what it leaves out of the extensions.
        case kubernetes
        /// The specification's functions.
        case cel
    }

    /// What the options describe, its files read.
    struct Surroundings {
        let environment: Environment
        let activation: SlotActivation
        let schema: StructuralSchema?
        // Views in the activation are valid as long as these are.
        let documents: [JSONDocument]

        /// What an evaluation may cost.
        func estimate(_ expression: CheckedExpression) -> CostRange {
            schema.map { expression.estimatedCost(SchemaSizes($0)) } ?? expression.estimatedCost()
        }
    }

    func validate() throws {
        for variable in variables where !variable.contains("=") {
            throw ValidationError("--var takes NAME=FILE, not '\(variable)'.")
        }
    }

    /// Reads the files and makes the environment.
    func surroundings() throws -> Surroundings {
        var documents: [JSONDocument] = []
        var given: [(name: String, type: CELType, value: Value)] = []
        let schemaDocument = try schema.map { try Self.read($0) }
        let schema = schemaDocument.flatMap { StructuralSchema.read($0.root) }
        if self.schema != nil, schema == nil {
            throw ValidationError("--schema: expressions cannot see such a schema.")
        }
        if let schemaDocument { documents.append(schemaDocument) }
        func add(_ name: String, _ document: JSONDocument) {
            documents.append(document)
            given.removeAll { $0.name == name }
            if let schema, name == "self" || name == "oldSelf" {
                given.append((name, schema.type, schema.value(document.root)))
            } else {
                given.append((name, .dyn, .json(document.root)))
            }
        }
        if let input {
            let document = try Self.read(input)
            add("self", document)
            add("object", document)
        }
        for variable in variables {
            let parts = variable.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { throw ValidationError("--var takes NAME=FILE, not '\(variable)'.") }
            add(String(parts[0]), try Self.read(String(parts[1])))
        }
        var declared = given.map { Variable($0.name, $0.type) }
        if let schema {
            for name in ["self", "oldSelf"] where !declared.contains(where: { $0.name == name }) {
                declared.append(Variable(name, schema.type))
            }
        }
        if dialect == .kubernetes {
            for name in ["object", "oldObject", "request", "params", "namespaceObject"]
            where !declared.contains(where: { $0.name == name }) {
                declared.append(Variable(name, .dyn))
            }
        }
        let environment: Environment =
            switch dialect {
            case .kubernetes:
                .kubernetes(variables: declared, libraries: [.bindings, .math, .encoders])
            case .cel: Environment(variables: declared)
            }
        return Surroundings(
            environment: environment, activation: SlotActivation(given.map { $0.value }), schema: schema,
            documents: documents)
    }

    /// Reads a JSON file; `-` is the standard input.
    static func read(_ path: String) throws -> JSONDocument {
        do {
            return try JSONParser().parse(try bytes(path))
        } catch let error as JSONError {
            throw ValidationError("\(path): \(error)")
        }
    }

    /// Reads a file; `-` is the standard input.
    static func bytes(_ path: String) throws -> [UInt8] {
        if path == "-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        do {
            return Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw ValidationError("\(path) cannot be read.")
        }
    }
}
