import JSONView

/// Puts the additions of a JSON patch (RFC 6902) into the shape of the object that they change.
///
/// `{"op":"add","path":"/spec/template/spec/containers/-","value":{…}}` becomes `{"spec":{"template":{"spec":
/// {"containers":[{…}]}}}}`: what the patch does not name stays unknown, what it names stands where it always does.
struct JSONPatchShape {
    static let operationLimit = 4096
    private static let depthLimit = 32

    /// The object as JSON text; nil where the patch adds nothing.
    static func object(from patch: JSONValue) -> [UInt8]? {
        let root = Node()
        var isEmpty = true
        for (number, operation) in patch.elements.enumerated() where number < operationLimit {
            guard let name = operation["op"]?.text, let path = operation["path"]?.text else { continue }
            let steps = Self.steps(of: path)
            guard steps.count <= depthLimit else { continue }
            if name == "add" || name == "replace", let value = operation["value"] {
                root.set(value, at: steps[...], parent: [], inserting: name == "add")
                isEmpty = false
            } else if name == "remove" {
                root.remove(at: steps[...])
            }
        }
        guard !isEmpty else { return nil }
        var output = CompactJSON()
        root.write(to: &output)
        return output.bytes
    }

    /// The decoded steps of a JSON pointer (RFC 6901).
    private static func steps(of pointer: JSONText) -> [[UInt8]] {
        pointer.dropFirst(1).bytes.isEmpty
            ? []
            : pointer.dropFirst(1).bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
                .map(decoded)
    }

    private static func decoded(_ step: Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
        guard step.contains(UInt8(ascii: "~")) else { return Array(step) }
        var plain: [UInt8] = []
        var wasTilde = false
        for byte in step {
            if wasTilde {
                plain.append(byte == UInt8(ascii: "1") ? UInt8(ascii: "/") : UInt8(ascii: "~"))
                wasTilde = false
            } else if byte == UInt8(ascii: "~") {
                wasTilde = true
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}

/// A part of the object: a value of the patch, or members by name.
///
/// Members named by positions make an array.
private final class Node {
    private var value: JSONValue?
    private var members: [(key: [UInt8], node: Node)] = []
    private var isArray = false

    init(_ value: JSONValue? = nil) { self.value = value }

    func set(_ newValue: JSONValue, at steps: ArraySlice<[UInt8]>, parent: [UInt8], inserting: Bool) {
        guard let step = steps.first else {
            value = newValue
            members = []
            return
        }
        expand()
        guard value == nil else { return }
        if members.isEmpty { isArray = Self.isPosition(step) && !Self.isMap(parent) }
        if isArray, inserting, steps.count == 1 {
            // An element that is added pushes the others on and takes no one's place.
            members.append((step, Node(newValue)))
        } else {
            child(step).set(newValue, at: steps.dropFirst(), parent: step, inserting: inserting)
        }
    }

    func remove(at steps: ArraySlice<[UInt8]>) {
        guard let step = steps.first else { return }
        expand()
        if steps.count == 1 {
            members.removeAll { $0.key == step }
        } else {
            members.first { $0.key == step }?.node.remove(at: steps.dropFirst())
        }
    }

    private func child(_ step: [UInt8]) -> Node {
        if step != [UInt8(ascii: "-")], let found = members.last(where: { $0.key == step }) { return found.node }
        let made = Node()
        members.append((step, made))
        return made
    }

    /// Turns a value of the patch into members, so that a later operation can change a part of it.
    private func expand() {
        guard let whole = value, whole.count <= JSONPatchShape.operationLimit else { return }
        value = nil
        isArray = whole.kind == .array
        members = whole.members.map { (Array($0.key.bytes), Node($0.value)) }
        for (position, element) in whole.elements.enumerated() {
            members.append((Array(String(position).utf8), Node(element)))
        }
    }

    func write(to output: inout CompactJSON) {
        if let value {
            output.write(value)
            return
        }
        output.write(raw: isArray ? "[" : "{")
        for (position, member) in members.enumerated() {
            if position > 0 { output.write(raw: ",") }
            if !isArray {
                output.write(string: member.key)
                output.write(raw: ":")
            }
            member.node.write(to: &output)
        }
        output.write(raw: isArray ? "]" : "}")
    }

    private static func isPosition(_ step: [UInt8]) -> Bool {
        !step.isEmpty
            && step.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") || $0 == UInt8(ascii: "-") }
    }

    /// Whether the members of an object with this name may be named by numbers.
    private static func isMap(_ name: [UInt8]) -> Bool {
        name.elementsEqual("labels".utf8) || name.elementsEqual("annotations".utf8)
            || name.elementsEqual("matchLabels".utf8) || name.elementsEqual("nodeSelector".utf8)
    }
}
