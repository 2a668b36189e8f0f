internal import CEL
internal import JSONView

/// The value of Kyverno's `images`: the image references of the Pod, by the list that they stand in.
enum KyvernoImages {
    static func value(of object: JSONValue?) -> Value {
        let spec = object.flatMap { object in
            PodSecurityPod.within(object)?.pod.spec
        }
        return .map(
            MapValue(
                ["containers", "initContainers", "ephemeralContainers"].map { list in
                    let images = numbered(spec?.member(JSONKey(list))).compactMap { $0.element["image"]?.string }
                    return (.string(list), .list(ListValue(images.map { .string($0) })))
                }))
    }
}
