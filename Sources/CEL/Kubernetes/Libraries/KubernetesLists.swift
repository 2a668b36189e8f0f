extension Library {
    /// Kubernetes' functions of lists: `isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`.
    public static let kubernetesLists = Library("kubernetes.lists", overloads: sums + extremes + positions)

    private static let a = CELType.typeParam("A")

    private static let comparable: [CELType] = [.int, .uint, .double, .bool, .duration, .timestamp, .string, .bytes]

    private static let sums: [Overload] = [
        sum(.int) { .int(0) }, sum(.uint) { .uint(0) }, sum(.double) { .double(0) }, sum(.duration) { .duration(0) },
    ]

    private static func sum(_ type: CELType, _ zero: @escaping @Sendable () -> Cell) -> Overload {
        .member("list_\(type)_sum_\(type)", "sum", [.list(type)], type, "The sum of the elements.") { arguments in
            var cursor = ListCursor(arguments[0], arguments.evaluation)
            guard var sum = cursor.next() else { return zero() }
            while let element = cursor.next() {
                sum = arguments.evaluation.calculate(.add, sum, element)
                if sum.isError || !arguments.evaluation.step() { break }
            }
            return sum
        }
    }

    private static let extremes: [Overload] = comparable.flatMap { type in
        [
            .member("list_\(type)_is_sorted_bool", "isSorted", [.list(type)], .bool, "Whether no element is too early.")
            { arguments in
                var cursor = ListCursor(arguments[0], arguments.evaluation)
                guard var last = cursor.next() else { return .bool(true) }
                while let element = cursor.next(), arguments.evaluation.step() {
                    guard let order = arguments.evaluation.order(last, element) else {
                        return arguments.evaluation.noSuchOverload()
                    }
                    if order == .greater { return .bool(false) }
                    last = element
                }
                return .bool(true)
            },
            .member("list_\(type)_max_\(type)", "max", [.list(type)], type, "The greatest element.") {
                extreme($0, "max", .greater)
            },
            .member("list_\(type)_min_\(type)", "min", [.list(type)], type, "The least element.") {
                extreme($0, "min", .less)
            },
        ]
    }

    private static func extreme(_ arguments: Arguments, _ name: String, _ wanted: Numbers.Order) -> Cell {
        var cursor = ListCursor(arguments[0], arguments.evaluation)
        guard var best = cursor.next() else { return arguments.error("\(name) called on empty list") }
        while let element = cursor.next(), arguments.evaluation.step() {
            guard let order = arguments.evaluation.order(element, best) else {
                return arguments.evaluation.noSuchOverload()
            }
            if order == wanted { best = element }
        }
        return best
    }

    private static let positions: [Overload] = [
        .member("list_a_index_of_int", "indexOf", [.list(a), a], .int, "The first place of an element, or -1.") {
            position($0, isLast: false)
        },
        .member("list_a_last_index_of_int", "lastIndexOf", [.list(a), a], .int, "The last place of an element, or -1.")
        {
            position($0, isLast: true)
        },
    ]

    private static func position(_ arguments: Arguments, isLast: Bool) -> Cell {
        var cursor = ListCursor(arguments[0], arguments.evaluation)
        var (at, found) = (Int64(0), Int64(-1))
        while let element = cursor.next(), arguments.evaluation.step() {
            if arguments.evaluation.areEqual(element, arguments[1]) == .true {
                found = at
                if !isLast { break }
            }
            at += 1
        }
        return .int(found)
    }
}
