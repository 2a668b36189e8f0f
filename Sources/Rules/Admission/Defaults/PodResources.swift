internal import CEL
internal import JSONView

/// The resources of a Pod as a whole: what its containers request is requested for it, where it is limited and does not say
/// (`defaultPodRequests`).
enum PodResources {
    /// Amounts and the texts in whose form they are written, by resource.
    private typealias Amounts = [String: (amount: Quantity, text: String)]

    /// `resources` of a Pod's spec with its requests; none where nothing is limited.
    static func completed(_ spec: JSONValue) -> [ObjectShape.Member] {
        guard let written = spec["resources"].set, let limits = written["limits"], limits.kind == .object,
            limits.count > 0
        else { return [] }
        let limited = texts(limits)
        var requested = texts(written["requests"])
        for (name, sum) in asked(spec).sorted(by: { $0.key < $1.key })
        where !requested.contains(where: { $0.0 == name }) {
            if let text = sum.amount.text(inFormOf: sum.text) { requested.append((name, text)) }
        }
        for (name, text) in limited where !requested.contains(where: { $0.0 == name }) {
            requested.append((name, text))
        }
        let parts = [("limits", limited), ("requests", requested)].map { key, amounts in
            (key, DefaultValue.object(amounts.map { ($0.0, .text($0.1)) }))
        }
        return [("resources", .object(parts))]
    }

    private static func texts(_ map: JSONValue?) -> [(String, String)] {
        guard let map, map.kind == .object else { return [] }
        return map.members.compactMap { name, amount in
            ObjectDefaults.amountText(amount).map { (String(name), $0) }
        }
    }

    /// What the containers ask for together: those that run at once, or what the start needs where that is more.
    private static func asked(_ spec: JSONValue) -> Amounts {
        var (running, starting): (Amounts, Amounts) = ([:], [:])
        for container in spec["initContainers"].map({ Array($0.elements) }) ?? [] {
            let own = requests(container)
            if container["restartPolicy"]?.string == "Always" {
                running.merge(own) { sum($0, $1) }
                starting.merge(running) { most($0, $1) }
            } else {
                starting.merge(running.merging(own) { sum($0, $1) }) { most($0, $1) }
            }
        }
        for container in spec["containers"].map({ Array($0.elements) }) ?? [] {
            running.merge(requests(container)) { sum($0, $1) }
        }
        return running.merging(starting) { most($0, $1) }
    }

    private static func requests(_ container: JSONValue) -> Amounts {
        var found: Amounts = [:]
        for part in ["requests", "limits"] {
            for (name, text) in texts(container["resources"]?.member(JSONKey(part)))
            where (name == "cpu" || name == "memory") && found[name] == nil {
                found[name] = (try? Quantity(parsing: text)).map { ($0, text) }
            }
        }
        return found
    }

    private static func sum(
        _ one: (amount: Quantity, text: String), _ other: (amount: Quantity, text: String)
    ) -> (amount: Quantity, text: String) {
        one.amount.adding(other.amount).map { ($0, one.text) } ?? one
    }

    private static func most(
        _ one: (amount: Quantity, text: String), _ other: (amount: Quantity, text: String)
    ) -> (amount: Quantity, text: String) {
        one.amount.compare(other.amount) >= 0 ? one : other
    }
}
