import CEL
import JSONView

/// What expressions are compiled in and run with.
enum Fixture {
    static let document = try? JSONParser().parse(
        #"{"name": "a", "list": [1, 2, 3, null, "x", [1]], "map": {"k": "v", "n": 1.5}, "#
            + #""spec": {"containers": [{"image": "a:1", "ports": [80, 443], "labels": {"a": "b"}}]}}"#)

    static let schema = try? JSONParser().parse(
        """
        {"type": "object", "properties": {
          "name": {"type": "string", "maxLength": 10},
          "list": {"type": "array", "maxItems": 4, "items": {"x-kubernetes-int-or-string": true}},
          "set": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}},
          "map": {"type": "object", "additionalProperties": {"x-kubernetes-preserve-unknown-fields": true}},
          "spec": {"type": "object", "properties": {"containers": {"type": "array", "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["image"], "items": {"type": "object", "properties": {
              "image": {"type": "string"}, "ports": {"type": "array", "items": {"type": "integer"}},
              "labels": {"type": "object", "additionalProperties": {"type": "string"}}}}}}}}}
        """)

    static let variables = [
        Variable("object", .dyn), Variable("i", .int), Variable("s", .string), Variable("b", .bool),
    ]

    static let environments: [Environment] = {
        var limits = Limits()
        limits.sourceSize = 4096
        limits.iterations = 20_000
        limits.memory = 1 << 20
        return [
            Environment(variables: variables, limits: limits),
            Environment(libraries: .kubernetes, variables: variables, options: .kubernetes, limits: limits),
        ]
    }()

    /// What each of the environments offers to the generator of programs.
    static let grammars = environments.map { ProgramGenerator.Grammar($0) }

    /// Environments whose variables have types that a schema or Kubernetes itself gives.
    static let typed: [Environment] = {
        let read = schema.flatMap { StructuralSchema.read($0.root, isResourceRoot: false) }
        return (read.map { [.kubernetes(schema: $0)] } ?? [])
            + [.admission(hasParameters: true, hasAuthorizer: true)]
    }()

    static var activation: SlotActivation {
        SlotActivation([document.map { .json($0.root) }, .int(7), .string("text"), .bool(true)])
    }

    nonisolated(unsafe) static let evaluator = Evaluator()
}
