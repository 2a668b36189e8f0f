// Lists of Kubernetes' types `set` and `map`, whose elements have an identity other than their place.
extension Evaluation {
    /// What tells an element from the others; nil where it cannot be told.
    private func identity(_ element: Cell, _ kind: ListValue.Identity) -> [Cell]? {
        guard case .fields(let names) = kind else { return [element] }
        guard case .object(let position) = element else { return nil }
        let object = state.pointee.objects[Int(position)]
        return names.map { name in
            guard let index = object.objectType.index(of: name), object.hasField(index) else { return .null }
            return importing(object.field(index))
        }
    }

    private func place(of element: Cell, in others: [Cell], _ kind: ListValue.Identity) -> Int? {
        guard let wanted = identity(element, kind) else { return nil }
        return others.firstIndex { other in
            guard step(), let found = identity(other, kind) else { return false }
            return zip(wanted, found).allSatisfy { areEqual($0, $1) == .true }
        }
    }

    /// Whether two lists have the same elements, in any order.
    func areIdentityListsEqual(_ list: ListValue, _ left: Cell, _ right: Cell) -> Truth {
        guard listCount(right) == list.elements.count else { return .false }
        let others = elements(right)
        for element in elements(left) {
            guard step() else { break }
            guard let place = place(of: element, in: others, list.identity) else { return .false }
            let same = areEqual(element, others[place])
            if same != .true { return same }
        }
        return .true
    }

    /// The elements of a list, those of the same identity replaced by another's, and then the other's new ones.
    func merge(_ list: ListValue, _ right: Cell) -> Cell {
        var merged = list.elements.map { importing($0) }
        for element in elements(right) {
            guard step() else { break }
            if let place = place(of: element, in: merged, list.identity) {
                merged[place] = element
            } else {
                merged.append(element)
            }
        }
        return .values(keep(ListValue(merged.map { exporting($0) }, identity: list.identity)))
    }
}
