extension Library {
    /// Lists taken as sets.
    public static let sets = Library(
        "sets",
        overloads: [
            Overload(
                "list_sets_contains_list", "sets.contains", pair, .bool, "Whether the first has all of the second."
            ) {
                answer($0) { contains($0, $1, $2) }
            },
            Overload("list_sets_equivalent_list", "sets.equivalent", pair, .bool, "Whether each has all of the other.")
            {
                answer($0) { evaluation, one, other in
                    let forth = contains(evaluation, one, other)
                    return forth == .true ? contains(evaluation, other, one) : forth
                }
            },
            Overload("list_sets_intersects_list", "sets.intersects", pair, .bool, "Whether they have one in common.") {
                answer($0) { evaluation, one, other in
                    for element in evaluation.elements(one) {
                        let found = evaluation.isContained(element, in: other)
                        if found != .false { return found }
                        if !evaluation.step() { break }
                    }
                    return .false
                }
            },
        ])

    private static let pair: [CELType] = [.list(.typeParam("T")), .list(.typeParam("T"))]

    private static func contains(_ evaluation: Evaluation, _ all: Cell, _ some: Cell) -> Truth {
        for element in evaluation.elements(some) {
            let found = evaluation.isContained(element, in: all)
            if found != .true { return found }
            if !evaluation.step() { break }
        }
        return .true
    }

    private static func answer(_ arguments: Arguments, _ ask: (Evaluation, Cell, Cell) -> Truth) -> Cell {
        switch ask(arguments.evaluation, arguments[0], arguments[1]) {
        case .true: .bool(true)
        case .false: .bool(false)
        case .other: arguments.evaluation.state.pointee.pending
        }
    }
}
