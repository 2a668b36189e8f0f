internal import CEL
public import JSONView

/// Completes objects as the API server does before policies see them.
///
/// A manifest, and the body of a request in an audit log, are as the user wrote them. What policies see has defaults in it, and
/// has lost what is null or empty. Of Kubernetes' own kinds that is done here, and of the metadata of others. What controllers
/// and plugins add later (a token's volume, tolerations) is not added.
public enum ObjectDefaults {
    /// Completes an object.
    ///
    /// - Parameters:
    ///   - object: an object with `apiVersion` and `kind`.
    ///   - namespace: the namespace that it is put into where it names none; empty for what belongs to none.
    /// - Returns: the completed object; nil where it has no kind, or nothing can be made of it.
    public static func complete(_ object: JSONValue, in namespace: String = "") -> JSONDocument? {
        guard object.kind == .object, let apiVersion = object["apiVersion"]?.string,
            let kind = object["kind"]?.string
        else { return nil }
        let shape = ShapeTable.shape(of: GroupVersionKind(apiVersion: apiVersion, kind: kind))
        var writer = JSONWriter()
        let place: [String: [ObjectShape.Member]] =
            namespace.isEmpty ? [:] : ["metadata": [("namespace", .text(namespace))]]
        write(object, as: shape, to: &writer, depth: 0, inherited: place)
        return try? JSONParser().parse(writer.bytes)
    }

    private static let depthLimit = 64

    /// Writes a part of an object.
    ///
    /// - Parameters:
    ///   - value: the part as it is written.
    ///   - name: its shape.
    ///   - writer: where it is written.
    ///   - depth: how deep in the object it is.
    ///   - added: what is put where nothing is, from the part that has this one.
    ///   - inherited: the same for the parts in this one, beside what the shape knows.
    private static func write(
        _ value: JSONValue, as name: ShapeName, to writer: inout JSONWriter, depth: Int,
        added: [ObjectShape.Member] = [], inherited: [String: [ObjectShape.Member]] = [:]
    ) {
        guard depth < depthLimit else { return writer.copy(value) }
        if name == .plain, added.isEmpty { return writePlain(value, to: &writer, depth: depth) }
        if value.kind == .array {
            return writer.array { writer in
                for element in value.elements { write(element, as: name, to: &writer, depth: depth + 1, added: added) }
            }
        }
        guard value.kind == .object, let compiled = ShapeTable.compiled[name.rawValue] else {
            return writer.copy(value)
        }
        if name == .resources { return writeResources(value, to: &writer) }
        let shape = compiled.shape
        let replaced = shape.replaced?(value) ?? []
        var inherited = inherited
        if let more = shape.inherited?(value) { inherited.merge(more) { $0 + $1 } }
        writer.object { writer in
            // A list, because an object has few members and hashing each costs more than to look through them.
            var present: [String] = []
            for (text, member) in value.members {
                let key = String(text)
                let rule = compiled.rule(key)
                guard !rule.isHidden else { continue }
                if !replaced.isEmpty, let other = replaced.first(where: { $0.key == key }) {
                    guard !present.contains(key) else { continue }
                    present.append(key)
                    writer.key(key)
                    other.value.write(to: &writer, in: value)
                    continue
                }
                guard rule.isUntouched || isKept(key, member, rule, shape) else { continue }
                present.append(key)
                writer.key(key)
                if rule.isUntouched {
                    writer.copy(member)
                } else if rule.isQuantity {
                    writeAmounts(member, to: &writer)
                } else if rule.isTextMap, member.kind == .object {
                    writeTexts(member, to: &writer)
                } else {
                    write(
                        member, as: inner(rule, of: name, in: value) ?? .plain, to: &writer, depth: depth + 1,
                        added: inherited.isEmpty ? [] : inherited[key] ?? [])
                }
            }
            for members in [replaced, shape.defaults, shape.computed?(value) ?? [], added] {
                for (key, other) in members where !present.contains(key) {
                    present.append(key)
                    writer.key(key)
                    other.write(to: &writer, in: value)
                }
            }
        }
    }

    /// Writes a part to which nothing is added: most of an object.
    private static func writePlain(_ value: JSONValue, to writer: inout JSONWriter, depth: Int) {
        guard depth < depthLimit else { return writer.copy(value) }
        switch value.kind {
        case .array:
            writer.array { writer in
                for element in value.elements { writePlain(element, to: &writer, depth: depth + 1) }
            }
        case .object:
            writer.object { writer in
                for (text, member) in value.members {
                    let kind = member.kind
                    if kind == .null { continue }
                    let key = String(text)
                    if kind == .array, member.count == 0, !CompiledShape.keptLists.contains(key) { continue }
                    if kind == .object, member.count == 0, CompiledShape.droppedMaps.contains(key) { continue }
                    writer.key(key)
                    if kind == .object, CompiledShape.textMaps.contains(key) {
                        writeTexts(member, to: &writer)
                    } else {
                        writePlain(member, to: &writer, depth: depth + 1)
                    }
                }
            }
        default: writer.copy(value)
        }
    }

    private static func writeTexts(_ map: JSONValue, to writer: inout JSONWriter) {
        writer.object { writer in
            for (key, text) in map.members {
                writer.key(String(key))
                if text.isNull { writer.value("") } else { writer.copy(text) }
            }
        }
    }

    /// Writes an amount, or a map of them, as the API server does; a number becomes the text that it stands for.
    ///
    /// - Parameters:
    ///   - value: the amount or the map.
    ///   - others: amounts for what the map does not have.
    ///   - writer: where they are written.
    private static func writeAmounts(_ value: JSONValue, or others: JSONValue? = nil, to writer: inout JSONWriter) {
        guard value.kind == .object else { return writeAmount(value, to: &writer) }
        writer.object { writer in
            for (key, amount) in value.members {
                writer.key(String(key))
                writeAmount(amount, to: &writer)
            }
            guard let others, others.kind == .object else { return }
            for (key, amount) in others.members where value.member(key) == nil {
                writer.key(String(key))
                writeAmount(amount, to: &writer)
            }
        }
    }

    /// Of a Pod, what is limited and not requested is requested as it is limited.
    private static func writeResources(_ value: JSONValue, to writer: inout JSONWriter) {
        let limits = value["limits"].flatMap { $0.kind == .object && $0.count > 0 ? $0 : nil }
        writer.object { writer in
            var hasRequests = false
            for (key, member) in value.members where !member.isNull {
                let isRequests = key == "requests"
                guard isRequests || key == "limits" else {
                    writer.key(String(key))
                    writer.copy(member)
                    continue
                }
                guard member.count > 0 || member.kind != .object else { continue }
                hasRequests = hasRequests || isRequests
                writer.key(String(key))
                writeAmounts(member, or: isRequests ? limits : nil, to: &writer)
            }
            guard !hasRequests, let limits else { return }
            writer.key("requests")
            writeAmounts(limits, to: &writer)
        }
    }

    private static func writeAmount(_ value: JSONValue, to writer: inout JSONWriter) {
        if let text = amountText(value) { writer.value(text) } else { writer.copy(value) }
    }

    /// An amount in its shortest form; nil where it is none.
    static func amountText(_ value: JSONValue) -> String? {
        let text = value.string ?? value.int64.map(String.init) ?? value.double.map { "\($0)" }
        return text.flatMap { Quantity.canonical($0) }
    }

    /// The shape of what is in a field; ports of a Pod on the node's network are the node's.
    private static func inner(_ rule: MemberRule, of name: ShapeName, in value: JSONValue) -> ShapeName? {
        guard name == .podSpec, rule.inner == .container, value["hostNetwork"]?.bool == true else { return rule.inner }
        return .hostContainer
    }

    private static func isKept(_ key: String, _ value: JSONValue, _ rule: MemberRule, _ shape: ObjectShape) -> Bool {
        switch value.kind {
        case .null: false
        case .bool: value.bool == true || !rule.isPlainBool
        case .string: !shape.dropsEmptyTexts || key == "name" || value.text?.isEmpty == false
        case .array: value.count > 0 || rule.isKeptList
        case .object: value.count > 0 || !rule.isDroppedMap
        default: !rule.isPlainNumber || value.int64 != 0
        }
    }
}
