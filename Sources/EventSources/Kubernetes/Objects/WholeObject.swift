import JSONView
import PlatformAPIs
import SecurityEvents

/// An object with its kind and version, which the items of a list leave out, and without the books that the server keeps
/// about who wrote which field.
struct WholeObject {
    /// The object.
    let bytes: [UInt8]
    /// Its uid, or its name where it has none.
    let uid: String
    /// Its namespace; empty for objects of the cluster.
    let namespace: String
    /// Its name.
    let name: String
    /// Its version.
    let version: String?
    /// What it runs.
    let fingerprint: KnownObject.Fingerprint

    /// Reads an object; nil where it is none, or has no name.
    ///
    /// - Parameters:
    ///   - object: the object as the server sent it.
    ///   - resource: the resource that it is one of.
    ///   - version: the group and version of the list that it stands in.
    ///   - parser: reads what was written.
    init?(_ object: JSONValue, of resource: KubernetesResource, version: String?, _ parser: JSONParser) {
        let metadata = object["metadata"]
        let name = metadata?["name"]?.string
        guard object.kind == .object, let uid = metadata?["uid"]?.string ?? name else { return nil }
        bytes = Self.written(object, of: resource, version: version)
        guard let document = try? parser.parse(bytes) else { return nil }
        fingerprint = withExtendedLifetime(document) { .init(of: document.root) }
        self.uid = uid
        self.name = name ?? ""
        namespace = metadata?["namespace"]?.string ?? ""
        self.version = metadata?["resourceVersion"]?.string
    }

    private static func written(_ object: JSONValue, of resource: KubernetesResource, version: String?) -> [UInt8] {
        var writer = CompactJSON()
        writeKind(of: resource, version: object["apiVersion"]?.string ?? version, to: &writer)
        var isFirst = true
        for (key, value) in object.members where key != "kind" && key != "apiVersion" {
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            writer.write(string: key.bytes)
            writer.write(raw: ":")
            if key == "metadata", value.kind == .object {
                writer.write(value) { $0 != "managedFields" }
            } else {
                writer.write(value)
            }
        }
        // An object without any members is none, but has to end.
        if isFirst { writer.write(raw: "\"metadata\":{}") }
        writer.write(raw: "}")
        return writer.bytes
    }

    /// Writes how an object begins.
    static func writeKind(of resource: KubernetesResource, version: String?, to writer: inout CompactJSON) {
        writer.write(raw: "{\"apiVersion\":")
        writer.write(string: (version ?? resource.apiVersion(resource.versions[0])).utf8)
        writer.write(raw: ",\"kind\":")
        writer.write(string: resource.kind.utf8)
        writer.write(raw: ",")
    }
}
