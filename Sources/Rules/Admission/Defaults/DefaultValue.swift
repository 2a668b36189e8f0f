internal import JSONView

/// A value that the API server puts where an object has none.
indirect enum DefaultValue: Sendable {
    case text(String)
    case number(Int64)
    case bool(Bool)
    case object([(String, DefaultValue)])
    case array([DefaultValue])
    /// What stands elsewhere in the same object.
    case copy(String)

    static let empty = DefaultValue.object([])

    /// Writes the value; false where there is nothing to write.
    func write(to writer: inout JSONWriter, in object: JSONValue) {
        switch self {
        case .text(let text): writer.value(text)
        case .number(let number): writer.value(number)
        case .bool(let bool): writer.value(bool)
        case .object(let members):
            writer.object { writer in
                for (key, value) in members {
                    writer.key(key)
                    value.write(to: &writer, in: object)
                }
            }
        case .array(let elements):
            writer.array { writer in for element in elements { element.write(to: &writer, in: object) } }
        case .copy(let key): if let value = object.member(JSONKey(key)) { writer.copy(value) } else { writer.null() }
        }
    }
}

/// How the API server completes one kind of object.
struct ObjectShape: Sendable {
    /// The shapes of the objects in some fields, or of the elements of their lists.
    var fields: [String: ShapeName] = [:]
    /// What is put where nothing is, in order.
    var defaults: [(key: String, value: DefaultValue)] = []
    /// What is put where nothing is and depends on the object.
    var computed: @Sendable (JSONValue) -> [(key: String, value: DefaultValue)] = { _ in [] }
    /// Fields that are left out when they are false: those of Go's plain `bool`.
    var plainBools: Set<String> = []
    /// Fields that are left out when they are 0: those of Go's plain integers.
    var plainNumbers: Set<String> = []
    /// Fields that are amounts, or maps of them: they are read and written again in their shortest form.
    var quantities: Set<String> = []
    /// Whether empty texts are left out, except names.
    var dropsEmptyTexts = false
}

/// The kinds of objects, and of parts of them, that the API server completes.
enum ShapeName: String, CaseIterable, Sendable {
    case pod, podSpec, template, templateSpec, container, hostContainer, templateContainer, ephemeralContainer, port,
        hostPort, resources, templateResources, emptyDirectory, probe, lifecycle,
        handler, httpGet, environmentVariable, valueSource, fieldReference, volume, projected, projectedSource,
        fileMode,
        serviceAccountToken, hostPath, mount
    case deployment, deploymentSpec, statefulSet, statefulSetSpec, daemonSet, daemonSetSpec, replicaSet, replicaSetSpec,
        replicationController, job, jobSpec, cronJob, cronJobSpec, jobTemplate, cronJobJobSpec, podTemplate
    case service, serviceSpec, servicePort, secret, claim, claimSpec, networkPolicy, networkPolicySpec,
        networkPolicyRule, roleBinding, roleReference, subject, namespace, autoscaler, autoscalerSpec
}
