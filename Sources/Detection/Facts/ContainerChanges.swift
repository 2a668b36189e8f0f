import JSONView
import SecurityEvents

/// What a change does to the containers of a workload.
struct ContainerChanges {
    /// Names of containers that were not there before.
    var added: [String] = []
    /// `name: old -> new`.
    var images: [String] = []

    init(of event: Event, before: [String: String]?) {
        guard event.action == .modify else { return }
        for container in event.containers.prefix(512) {
            let name = container.name.map { String(copying: $0) } ?? ""
            let image = container.image?.text.map { String(copying: $0) } ?? ""
            guard let old = before?[name] else {
                // An ephemeral container is always put in; of others nothing can be said without knowing what there was.
                if before != nil || container.role == .ephemeral { added.append(name) }
                continue
            }
            if old != image, !image.isEmpty, !old.isEmpty { images.append("\(name): \(old) -> \(image)") }
        }
    }

    /// The images of an object's containers by name: a Pod, or anything with a pod template.
    static func images(in object: JSONValue) -> [String: String]? {
        guard let top = object["spec"] else { return nil }
        let spec = top["jobTemplate"]?["spec"]?["template"]?["spec"] ?? top["template"]?["spec"] ?? top
        var images: [String: String] = [:]
        for list in [spec["containers"], spec["initContainers"], spec["ephemeralContainers"]] {
            guard let list else { continue }
            for container in list.elements.prefix(512) {
                guard let name = container["name"]?.text else { continue }
                images[String(copying: name)] = container["image"]?.text.map { String(copying: $0) } ?? ""
            }
        }
        return images.isEmpty ? nil : images
    }
}
