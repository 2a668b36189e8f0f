public import JSONView

/// A Pod or the template of one, as the checks of the Pod Security Standards look at it.
public struct PodSecurityPod: BitwiseCopyable {
    let metadata: JSONValue?
    let spec: JSONValue
    /// Whether it is a template: the API server fills in less of those.
    let isTemplate: Bool

    /// Looks at an object that has `metadata` and `spec`; nil where it has no `spec`.
    ///
    /// - Parameters:
    ///   - pod: a Pod or a PodTemplateSpec; it must outlive the view.
    ///   - isTemplate: whether it is a template.
    public init?(_ pod: JSONValue, isTemplate: Bool = false) {
        guard let spec = pod["spec"], spec.kind == .object else { return nil }
        self.spec = spec
        self.isTemplate = isTemplate
        metadata = pod["metadata"].set
    }

    /// Finds the Pod that an object is or makes, by its kind.
    ///
    /// - Parameter object: a Pod, PodTemplate, ReplicationController, ReplicaSet, Deployment, StatefulSet, DaemonSet, Job or
    ///   CronJob.
    /// - Returns: the Pod, and where in the object it stands; nil for other kinds and where there is no Pod.
    public static func within(_ object: JSONValue) -> (pod: PodSecurityPod, place: JSONPath)? {
        let steps: [String]
        switch object["kind"]?.string {
        case "Pod": steps = []
        case "PodTemplate": steps = ["template"]
        case "ReplicationController", "ReplicaSet", "Deployment", "StatefulSet", "DaemonSet", "Job":
            steps = ["spec", "template"]
        case "CronJob": steps = ["spec", "jobTemplate", "spec", "template"]
        default: return nil
        }
        var at = object
        for step in steps {
            guard let next = at.member(JSONKey(step)) else { return nil }
            at = next
        }
        return PodSecurityPod(at, isTemplate: !steps.isEmpty).map { ($0, JSONPath(steps.map { .key($0) })) }
    }

    var securityContext: JSONValue? { spec["securityContext"].set }

    var annotations: [(key: String, value: String)] {
        guard let annotations = metadata?["annotations"] else { return [] }
        return annotations.members.map { (String($0.key), $0.value.string ?? "") }
    }

    var isForWindows: Bool { spec["os"]?["name"]?.text.map { $0 == "windows" } ?? false }

    /// Whether the Pod has a user namespace of its own.
    var hasOwnUsers: Bool { spec["hostUsers"]?.bool == false }

    /// All containers, in the order in which the API server's checks visit them.
    var containers: [PodSecurityContainer] {
        var found: [PodSecurityContainer] = []
        for (list, key) in Self.lists {
            guard let containers = spec.member(key) else { continue }
            for (position, container) in containers.elements.enumerated() {
                found.append(PodSecurityContainer(object: container, list: list, position: position))
            }
        }
        return found
    }

    private static let lists = PodSecurityContainer.List.allCases.map { ($0, JSONKey($0.rawValue)) }
}

/// A container of a Pod, and where it stands.
struct PodSecurityContainer: BitwiseCopyable {
    /// The lists of a Pod that hold containers, in the order in which the API server's checks visit them.
    enum List: String, CaseIterable { case initContainers, containers, ephemeralContainers }

    let object: JSONValue
    let list: List
    let position: Int

    var place: JSONPath { JSONPath([.key("spec"), .key(list.rawValue), .position(position)]) }

    var name: String { object["name"]?.string ?? "" }

    var securityContext: JSONValue? { object["securityContext"].set }

    /// The place of the security context.
    var context: JSONPath { place + ["securityContext"] }

    /// The place of a field of the security context.
    func place(inContext steps: String...) -> JSONPath { place + (["securityContext"] + steps) }
}

extension JSONPath {
    static func + (path: JSONPath, steps: [String]) -> JSONPath { JSONPath(path.steps + steps.map { .key($0) }) }

    /// A field of the Pod.
    static func spec(_ steps: String...) -> JSONPath { JSONPath([.key("spec")]) + steps }
}

extension JSONValue? {
    /// The value, where it is there and not null: what a pointer in the API's types is.
    var set: JSONValue? { self.flatMap { $0.isNull ? nil : $0 } }
}

/// The elements of an array that may be missing, with their positions.
func numbered(_ list: JSONValue?) -> [(offset: Int, element: JSONValue)] {
    guard let list else { return [] }
    return list.elements.enumerated().map { ($0.offset, $0.element) }
}
