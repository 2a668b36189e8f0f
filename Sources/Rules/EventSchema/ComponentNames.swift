internal import CEL
internal import JSONView
internal import SecurityEvents

/// The names under which a container may pass for a component that everybody knows: its own, and a few labels of its workload.
///
/// Most containers have none of them in the list; seen before any rule is asked, that spares the loop over the names.
enum ComponentNames {
    /// The list of names.
    static let list: StaticString = "component_names"
    /// Labels of the workload itself, and of its template.
    private static let labels: [StaticString] = [
        "app.kubernetes.io/name", "k8s-app", "org.opencontainers.image.title",
    ]
    private static let templateLabels: [StaticString] = ["app.kubernetes.io/name"]

    /// Whether some label of a workload is a name in the list.
    static func hasLabel(_ event: UnsafePointer<Event>, _ lists: RuleLists) -> Bool {
        let own = event.pointee.workload?.labels
        if let own, labels.contains(where: { holds($0, own, lists) }) { return true }
        let template = event.pointee.workload?.templateLabels
        guard let template else { return false }
        return templateLabels.contains { holds($0, template, lists) }
    }

    private static func holds(_ label: StaticString, _ labels: JSONValue, _ lists: RuleLists) -> Bool {
        guard let text = labels[label]?.text else { return false }
        return lists.contains(text, in: list)
    }

    // MARK: Conditions

    /// Whether a loop can be true only where one of the names is in the list: `[container.name, …].exists(n, inList(n, …) && …)`.
    static func areAsked(by loop: Comprehension) -> Bool {
        guard case .exists(let predicate) = loop.shape, case .list(let elements, let optional) = loop.range.kind,
            optional.isEmpty, asksForList(predicate, variable: loop.variable)
        else { return false }
        return elements.allSatisfy(isName)
    }

    private static func asksForList(_ node: Expression, variable: String) -> Bool {
        switch node.kind {
        case .call("_&&_", nil, let sides): return sides.contains { asksForList($0, variable: variable) }
        case .call("inList", nil, let arguments):
            guard arguments.count == 2, case .ident(variable) = arguments[0].kind,
                case .literal(.string(let name)) = arguments[1].kind
            else { return false }
            return name == "\(list)"
        default: return false
        }
    }

    /// `container.name`, or `"label" in labels ? labels["label"] : ""`.
    private static func isName(_ node: Expression) -> Bool {
        switch node.kind {
        case .select(_, "name", testOnly: false): return isField("name", of: "container", node)
        case .call("_?_:_", nil, let sides):
            guard sides.count == 3, case .call("@in", nil, let asked) = sides[0].kind, asked.count == 2,
                case .literal(.string(let key)) = asked[0].kind, case .call("_[_]", nil, let read) = sides[1].kind,
                read.count == 2, case .literal(.string(key)) = read[1].kind, case .literal(.string("")) = sides[2].kind
            else { return false }
            return isLabel(key, of: "labels", labels, asked[1], read[0])
                || isLabel(key, of: "templateLabels", templateLabels, asked[1], read[0])
        default: return false
        }
    }

    private static func isLabel(
        _ key: String, of field: String, _ known: [StaticString], _ asked: Expression, _ read: Expression
    ) -> Bool {
        known.contains { key == "\($0)" } && isField(field, of: "workload", asked)
            && isField(field, of: "workload", read)
    }

    private static func isField(_ field: String, of variable: String, _ node: Expression) -> Bool {
        guard case .select(let operand, field, testOnly: false) = node.kind, case .ident(variable) = operand.kind
        else { return false }
        return true
    }
}
