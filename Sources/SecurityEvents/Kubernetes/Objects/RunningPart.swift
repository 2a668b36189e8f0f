package import JSONView

/// Tells whether two states of a workload run the same: heartbeats, counts and labels change all the time.
package enum RunningPart {
    /// A number for what an object runs; the same for as long as that does not change, within one process.
    ///
    /// Where the scheduler puts a Pod is no change of it.
    ///
    /// - Parameter object: the object, with its `apiVersion` and `kind`.
    /// - Returns: the number; that of the whole object, where it is none that runs containers.
    package static func fingerprint(of object: JSONValue) -> Int {
        var hasher = Hasher()
        var writer = CompactJSON()
        if let kind = object["kind"]?.text, let version = object["apiVersion"]?.text,
            let known = KubernetesObjectKind(kind, version: version)
        {
            guard let part = known.shape.runningPart(of: object) else { return 0 }
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
        writer.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
        return hasher.finalize()
    }
}
