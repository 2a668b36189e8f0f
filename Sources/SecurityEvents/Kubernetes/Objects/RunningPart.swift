package import JSONView

/// Tells whether two states of a workload run the same: heartbeats, counts and labels change all the time.
package enum RunningPart {
    /// What an object runs, as text; the same for as long as that does not change.
    ///
    /// Where the scheduler puts a Pod is no change of it.
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
                for (key, value) in part.members where key != "nodeName" {
                    writer.write(string: key.bytes)
                    writer.write(value)
                }
            } else {
                writer.write(part)
            }
        } else {
            writer.write(object)
        }
        return writer.bytes
    }
}
