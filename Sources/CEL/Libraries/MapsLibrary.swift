extension Library {
    /// Functions of maps: `merge`.
    public static let maps = Library(
        "maps",
        overloads: [
            .member(
                "map_merge", "merge", [map, map], map,
                "The entries of both maps; where both have a key, the second map's value."
            ) { arguments in
                let evaluation = arguments.evaluation
                guard let count = evaluation.mapCount(arguments[0]), let others = evaluation.mapCount(arguments[1]),
                    evaluation.hasRoom((count + others) * 2 * MemoryLayout<Cell>.stride)
                else { return evaluation.state.pointee.halted ?? evaluation.noSuchOverload() }
                let kept = evaluation.entries(arguments[0]).filter {
                    evaluation.lookup(arguments[1], $0.key) == nil && evaluation.step()
                }
                let entries = kept + evaluation.entries(arguments[1])
                return evaluation.state.pointee.halted
                    ?? evaluation.map(keys: entries.map(\.key), values: entries.map(\.value))
            }
        ])

    private static let map = CELType.map(.typeParam("K"), .typeParam("V"))
}
