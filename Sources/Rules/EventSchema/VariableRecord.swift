internal import CEL
package import JSONView
internal import SecurityEvents

/// `variable`: a variable of a container's environment.
package final class VariableRecord: TabledRecord {
    let variable: EnvironmentVariable
    var kept: KeptValues { .none }

    init(_ variable: EnvironmentVariable) { self.variable = variable }

    package var origin: JSONValue? { variable.origin }

    static let table = SchemaTable<VariableRecord>(
        "Variable", "A variable of a container's environment.",
        [
            .text("name", "The variable's name.") { $0.variable.name },
            .text("value", "The value as written; not known where it comes from elsewhere.") { $0.variable.value },
            .text("from", "Where the value comes from: secretKeyRef, configMapKeyRef, fieldRef.") { $0.variable.from },
        ])
}
