/// Finds what names mean, the most qualified meaning first.
struct NameResolver {
    let tables: EnvironmentTables

    /// The names that a name may stand for within the container: `a.b.x`, `a.x`, `x`; with a leading dot only itself.
    func candidates(_ name: String) -> [String] {
        if name.hasPrefix(".") { return [String(name.dropFirst())] }
        var container = tables.container[...]
        var names: [String] = []
        while !container.isEmpty {
            names.append("\(container).\(name)")
            container = container.lastIndex(of: ".").map { container[..<$0] } ?? ""
        }
        names.append(name)
        return names
    }

    /// The variable, constant or type behind a name.
    func ident(_ name: String) -> (Reference, CELType)? {
        for candidate in candidates(name) {
            if let slot = tables.variableSlots[candidate] { return (.variable(slot), tables.variables[slot].type) }
            if let position = tables.constantPositions[candidate] {
                return (.constant(position), tables.constants[position].type)
            }
            if let type = tables.types[candidate] { return (.type(type), .type(type)) }
        }
        return nil
    }

    /// The overloads of a function.
    func function(_ name: String) -> (String, [Overload])? {
        for candidate in candidates(name) {
            if let overloads = tables.functions[candidate] { return (candidate, overloads) }
        }
        return nil
    }

    /// The well-known type that a structure literal makes.
    func structure(_ name: String) -> WellKnownType? {
        for candidate in candidates(name) {
            if let type = WellKnownType(rawValue: candidate) { return type }
        }
        return nil
    }
}
