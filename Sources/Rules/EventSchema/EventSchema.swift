package import CEL

/// The variables that rules see.
package enum EventSchema {
    /// The variables' places, in the order in which they are declared.
    package enum Slot: Int, CaseIterable, Sendable {
        case event, actor, workload, container, image, facts, raw

        /// The variable's name.
        package var name: String {
            // Not by reflection, which is slow: many rules are asked about.
            switch self {
            case .event: "event"
            case .actor: "actor"
            case .workload: "workload"
            case .container: "container"
            case .image: "image"
            case .facts: "facts"
            case .raw: "raw"
            }
        }
    }

    /// The variables, by slot.
    package static var variables: [Variable] {
        Slot.allCases.map { slot in
            switch slot {
            case .event:
                Variable(
                    slot.name, .object(EventRecordView.table.type), documentation: EventRecordView.table.documentation)
            case .actor:
                Variable(slot.name, .object(ActorRecord.table.type), documentation: ActorRecord.table.documentation)
            case .workload:
                Variable(
                    slot.name, .object(WorkloadRecord.table.type), documentation: WorkloadRecord.table.documentation)
            case .container:
                Variable(
                    slot.name, .object(ContainerRecord.table.type), documentation: ContainerRecord.table.documentation)
            case .image:
                Variable(slot.name, .object(ImageRecord.table.type), documentation: ImageRecord.table.documentation)
            case .facts: Variable(slot.name, .object(Fact.type), documentation: Fact.typeDocumentation)
            case .raw: Variable(slot.name, .dyn, documentation: "The record as it was read.")
            }
        }
    }

    /// The environment that rules are compiled in: CEL as it is, these variables, and the functions of this room.
    package static func environment(
        lists: RuleLists, libraries: [Library] = [], limits: Limits = Limits()
    ) -> Environment {
        Environment(
            libraries: .standard + [
                RuleFunctions.library(lists: lists), SearchFunctions.library, SigmaFunctions.library,
                FalcoFunctions.library,
            ] + libraries, variables: variables, limits: limits)
    }
}
