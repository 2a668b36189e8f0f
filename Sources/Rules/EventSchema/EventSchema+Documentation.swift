internal import CEL

extension EventSchema {
    /// The page about what rules see, as `docs/event-schema.md` has it.
    package static func documentation() -> String {
        var page = """
            # What rules see

            Made from the tables in `Sources/Rules/EventSchema`; `TALLYMAN_REGENERATE=1 swift test --filter EventSchema`
            writes it again.

            A condition is CEL over the variables below. A text that is not known reads as `""`, a boolean as `false`, a
            list or map as empty; `has(x.y)` is false then. Numbers, times and durations that are not known have no value:
            ask `has()` first. A rule that names `container` or `image` is asked once for each container of the event.


            """
        for slot in Slot.allCases {
            guard let variable = variables.first(where: { $0.name == slot.name }) else { continue }
            page += "## `\(variable.name)`\n\n\(variable.documentation)\n\n"
            if case .object(let type) = variable.type { page += table(of: type) }
        }
        for (name, type, text) in records {
            page += "## A \(name)\n\n\(text)\n\n" + table(of: type)
        }
        page += "## Functions beside CEL's own\n\n| function | meaning |\n|---|---|\n"
        for overload in RuleFunctions.library(lists: RuleLists()).overloads.sorted(by: { $0.function < $1.function }) {
            let parameters = overload.parameters.map(\.description).joined(separator: ", ")
            page += "| `\(overload.function)(\(parameters))` → \(overload.result) | \(overload.documentation) |\n"
        }
        return page
    }

    private static var records: [(name: String, type: ObjectType, text: String)] {
        [
            ("mount", MountRecord.table.type, MountRecord.table.documentation),
            ("port", PortRecord.table.type, PortRecord.table.documentation),
            ("variable", VariableRecord.table.type, VariableRecord.table.documentation),
        ]
    }

    private static func table(of type: ObjectType) -> String {
        var table = "| field | type | meaning |\n|---|---|---|\n"
        for field in type.fields { table += "| `\(field.name)` | \(name(of: field.type)) | \(field.documentation) |\n" }
        return table + "\n"
    }

    private static func name(of type: CELType) -> String {
        type.description.replacing("tallyman.", with: "").replacing("|", with: "\\|")
    }
}
