extension Library {
    /// More functions of lists: `slice`, `flatten`, `sort`, `distinct`, `reverse`, `lists.range`.
    public static let lists = Library("lists", overloads: parts + orders, macros: [sortBy])

    private static let t = CELType.typeParam("T")

    private static let parts: [Overload] = [
        .member("list_slice", "slice", [.list(t), .int, .int], .list(t), "The elements between two positions.") {
            arguments in
            let elements = arguments.evaluation.elements(arguments[0])
            let (start, end) = (arguments.integer(1), arguments.integer(2))
            if start < 0 || end < 0 {
                return arguments.error("cannot slice(\(start), \(end)), negative indexes not supported")
            }
            if start > end {
                return arguments.error(
                    "cannot slice(\(start), \(end)), start index must be less than or equal to end index")
            }
            if end > elements.count {
                return arguments.error("cannot slice(\(start), \(end)), list is length \(elements.count)")
            }
            return arguments.evaluation.list(elements[Int(start)..<Int(end)])
        },
        .member("list_flatten", "flatten", [.list(.list(t))], .list(t), "The elements of the elements.") {
            flatten($0, depth: 1)
        },
        .member(
            "list_flatten_int", "flatten", [.list(.dyn), .int], .list(.dyn), "The elements of the elements, to a depth."
        ) {
            flatten($0, depth: $0.integer(1))
        },
        .member("list_reverse", "reverse", [.list(t)], .list(t), "The elements backwards.") { arguments in
            arguments.evaluation.list(arguments.evaluation.elements(arguments[0]).reversed())
        },
        .member("list_distinct", "distinct", [.list(t)], .list(t), "Each element once.", distinct),
        Overload("lists_range", "lists.range", [.int], .list(.int), "The numbers from 0 up.") { arguments in
            let end = arguments.integer(0)
            guard end <= 1_000_000 else { return arguments.error("lists.range: too long: \(end)") }
            return arguments.evaluation.list((0..<max(0, end)).map { .int($0) })
        },
    ]

    private static let orders: [Overload] =
        [CELType.int, .uint, .double, .bool, .duration, .timestamp, .string, .bytes].flatMap { type in
            [
                Overload.member("list_\(type)_sort", "sort", [.list(type)], .list(type), "The elements in order.") {
                    sort($0, $0.evaluation.elements($0[0]), by: $0.evaluation.elements($0[0]))
                },
                Overload.member(
                    "list_\(type)_sortByAssociatedKeys", "@sortByAssociatedKeys", [.list(t), .list(type)], .list(t),
                    "The elements in the order of their keys."
                ) { sort($0, $0.evaluation.elements($0[0]), by: $0.evaluation.elements($0[1])) },
            ]
        }

    /// `list.sortBy(x, key)`.
    private static let sortBy = Macro.member("sortBy", 2) { nodes, target, arguments in
        guard let target else { return nil }
        let input = nodes.ident("@__sortBy_input__")
        guard let keys = try Macro.collect(&nodes, input, [arguments[0]], .map(filter: nil, transform: arguments[1]))
        else {
            return nil
        }
        let sorted = nodes.make(.call(function: "@sortByAssociatedKeys", target: nodes.copy(input), arguments: [keys]))
        return try Macro.bind(&nodes, nodes.copy(input), target, sorted)
    }

    private static func sort(_ arguments: Arguments, _ elements: [Cell], by keys: [Cell]) -> Cell {
        guard elements.count == keys.count else { return arguments.evaluation.noSuchOverload() }
        for key in keys where arguments.evaluation.order(keys[0], key) == nil {
            return arguments.error("list elements must have the same type")
        }
        let sorted = zip(elements, keys).enumerated().sorted { one, other in
            switch arguments.evaluation.order(one.element.1, other.element.1) {
            case .less: true
            case .greater: false
            default: one.offset < other.offset
            }
        }
        return arguments.evaluation.list(sorted.map(\.element.0))
    }

    private static func flatten(_ arguments: Arguments, depth: Int64) -> Cell {
        guard depth >= 0 else { return arguments.error("level must be non-negative") }
        var output: [Cell] = []
        func add(_ list: Cell, _ depth: Int64, _ nesting: Int) {
            for element in arguments.evaluation.elements(list) {
                guard arguments.evaluation.step() else { return }
                if depth > 0, nesting < arguments.evaluation.state.pointee.limits.valueDepth,
                    arguments.evaluation.listCount(element) != nil
                {
                    add(element, depth - 1, nesting + 1)
                } else {
                    output.append(element)
                }
            }
        }
        add(arguments[0], depth, 0)
        return arguments.evaluation.list(output)
    }

    @Sendable
    private static func distinct(_ arguments: Arguments) -> Cell {
        let elements = arguments.evaluation.elements(arguments[0])
        var repeated: Set<Int> = []
        if CellIndex(elements, duplicate: { repeated.insert($0) }) != nil {
            return arguments.evaluation.list(elements.indices.filter { !repeated.contains($0) }.map { elements[$0] })
        }
        var found: [Cell] = []
        for element in elements {
            let isKnown = found.contains {
                arguments.evaluation.step() && arguments.evaluation.areEqual($0, element) == .true
            }
            if !isKnown { found.append(element) }
            if let halted = arguments.evaluation.state.pointee.halted { return halted }
        }
        return arguments.evaluation.list(found)
    }
}
