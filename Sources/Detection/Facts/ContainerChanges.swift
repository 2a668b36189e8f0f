import JSONView
import Rules
import SecurityEvents

/// What a change does to the containers of a workload.
struct ContainerChanges {
    /// Names of containers that were not there before.
    var added: [String] = []
    /// `name: old -> new`.
    var images: [String] = []
    /// Whether one of the images comes from another repository than the one it replaces.
    var isMoved = false

    init(of event: UnsafePointer<Event>, before: TextPairs?) {
        guard event.pointee.action == .modify else { return }
        // A JSON patch says itself what it adds, whatever was there.
        if before == nil, let patch = event.pointee.object, patch.kind == .array { added = Self.added(by: patch) }
        for position in event.pointee.containers.indices.prefix(512) {
            let name = event.pointee.containers[position].name ?? .none
            let image = event.pointee.containers[position].image?.text ?? .none
            let isEphemeral = event.pointee.containers[position].role == .ephemeral
            let old = before?.withText(name) { old -> String? in
                guard let old else { return nil }
                return old == image || image.isEmpty || old.isEmpty ? "" : String(copying: old)
            }
            switch old ?? nil {
            case nil:
                // An ephemeral container is always put in; of others nothing can be said without knowing what there was.
                let name = String(copying: name)
                if before.map({ !$0.isCut }) ?? false || isEphemeral, !added.contains(name) { added.append(name) }
            case "": continue
            case let old?:
                images.append("\(String(copying: name)): \(old) -> \(String(copying: image))")
                if Self.repository(old) != Self.repository(String(copying: image)) { isMoved = true }
            }
        }
    }

    /// Registry and repository of an image, as they are when what is left out is filled in; the text itself where it is none.
    private static func repository(_ image: String) -> String {
        image.withText { text in
            guard let parts = try? ImageReference(text), !parts.isIdentifier else { return image }
            return parts.name
        }
    }

    /// The images of an object's containers by name: a Pod, or anything with a pod template.
    static func images(in object: JSONValue) -> TextPairs? {
        guard let top = object["spec"] else { return nil }
        let spec = top["jobTemplate"]?["spec"]?["template"]?["spec"] ?? top["template"]?["spec"] ?? top
        var images = TextPairs()
        for list in [spec["containers"], spec["initContainers"], spec["ephemeralContainers"]] {
            guard let list else { continue }
            for container in list.elements.prefix(512) {
                guard let name = container["name"]?.text else { continue }
                images.set(name, container["image"]?.text ?? .none)
            }
        }
        return images.isEmpty ? nil : images
    }

    /// The names of the containers that a JSON patch adds: `add` of `…/containers/-` or of a place in the list.
    private static func added(by patch: JSONValue) -> [String] {
        var names: [String] = []
        for operation in patch.elements.prefix(1024) {
            guard operation["op"]?.text.map({ $0 == "add" }) ?? false, let path = operation["path"]?.text,
                let name = operation["value"]?["name"]?.text
            else { continue }
            let parts = path.bytes.split(separator: UInt8(ascii: "/"))
            guard parts.count >= 2, let place = parts.last, let list = parts.dropLast().last,
                place.elementsEqual("-".utf8) || place.allSatisfy({ (48...57).contains($0) }),
                list.elementsEqual("containers".utf8) || list.elementsEqual("initContainers".utf8)
            else { continue }
            names.append(String(copying: name))
        }
        return names
    }
}
