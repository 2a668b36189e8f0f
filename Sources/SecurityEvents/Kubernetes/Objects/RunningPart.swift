package import JSONView

/// Tells whether two states of a workload run the same: heartbeats, counts and labels change all the time.
package enum RunningPart {
    /// What an object runs, as text; the same for as long as that does not change.
    ///
    /// Where the scheduler puts a Pod is no change of it, and neither is how much processor time and memory it gets while it
    /// runs (`pods/resize`), which a vertical autoscaler changes all day. In a template the latter makes new Pods.
    ///
    /// - Parameter object: the object, with its `apiVersion` and `kind`.
    /// - Returns: the text; the whole object, where it is none that runs containers; empty, where it has no such part.
    package static func text(of object: JSONValue) -> [UInt8] {
        var writer = CompactJSON()
        if let kind = object["kind"]?.text, let version = object["apiVersion"]?.text,
            let known = KubernetesObjectKind(kind, version: version)
        {
            guard let part = known.shape.runningPart(of: object) else { return [] }
            if known.shape == .pod {
                for (key, value) in part.members where key != "nodeName" && key != "resources" {
                    writer.write(string: key.bytes)
                    if key == "containers" || key == "initContainers" {
                        write(containers: value, to: &writer)
                    } else {
                        writer.write(value)
                    }
                }
            } else {
                writer.write(part)
            }
        } else {
            writer.write(object)
        }
        return writer.bytes
    }
    /// Writes a Pod's containers without what a resize changes; of their resources the devices stay that they claim.
    private static func write(containers: JSONValue, to writer: inout CompactJSON) {
        guard containers.kind == .array else { return writer.write(containers) }
        var separator: StaticString = "["
        for container in containers.elements {
            writer.write(raw: separator)
            separator = ","
            if container.kind == .object {
                writer.write(container) { $0 != "resources" }
            } else {
                writer.write(container)
            }
            if let claims = container["resources"]?["claims"] { writer.write(claims) }
        }
        if containers.count == 0 { writer.write(raw: separator) }
        writer.write(raw: "]")
    }
}
