internal import BoundedYAML
internal import CEL
internal import Crypto
import Foundation
internal import JSONView
internal import SecurityEvents

/// Functions of Kyverno's libraries whose answer depends on nothing but their arguments: image references, hashes, JSON
/// texts, rounding, lists as a map (https://kyverno.io/docs/policy-types/cel-libraries/).
enum KyvernoFunctions {
    private static let image = CELType.opaque(KyvernoImageName.valueTypeName, [])

    static let overloads: [Overload] = images + hashes + texts

    static let types: [String: CELType] = [KyvernoImageName.valueTypeName: image]

    private static let images: [Overload] =
        // `image` is the older name.
        ["image", "parseImageReference"].map { name in
            Overload(
                id: "kyverno_\(name)", function: name, parameters: [.string], result: image,
                documentation: "An image reference, taken apart."
            ) { arguments in
                let text = string(arguments, 0)
                guard let image = KyvernoImageName(text) else {
                    return .error(EvaluationError("could not parse reference: \(text.prefix(256))"))
                }
                return .opaque(image)
            }
        }
        + [
            Overload(
                id: "kyverno_isImage", function: "isImage", parameters: [.string], result: .bool,
                documentation: "Whether a text is an image reference."
            ) { .bool(KyvernoImageName(string($0, 0)) != nil) }
        ]
        + [
            part("registry", .string) { .string($0.registry) },
            part("repository", .string) { .string($0.repository) },
            part("tag", .string) { .string($0.tag) },
            part("digest", .string) { .string($0.digest) },
            part("identifier", .string) { .string($0.identifier) },
            part("containsDigest", .bool) { .bool(!$0.digest.isEmpty) },
        ]

    private static func part(
        _ name: String, _ result: CELType, _ read: @escaping @Sendable (KyvernoImageName) -> Value
    ) -> Overload {
        Overload(
            id: "kyverno_image_\(name)", function: name, isMember: true, parameters: [image], result: result,
            documentation: "The \(name) of an image reference."
        ) { arguments in
            guard case .opaque(let value) = arguments.value(0), let image = value as? KyvernoImageName else {
                return .error(EvaluationError("no such overload"))
            }
            return read(image)
        }
    }

    private static let hashes: [Overload] = ["", "hash."].flatMap { prefix in
        [
            hash("\(prefix)md5") { hex(Insecure.MD5.hash(data: $0)) },
            hash("\(prefix)sha1") { hex(Insecure.SHA1.hash(data: $0)) },
            hash("\(prefix)sha256") { hex(SHA256.hash(data: $0)) },
        ]
    }

    private static func hash(_ name: String, _ digest: @escaping @Sendable (Data) -> String) -> Overload {
        Overload(
            id: "kyverno_\(name)", function: name, parameters: [.string], result: .string,
            documentation: "The digest of a text, in hexadecimal."
        ) { .string(digest(Data(string($0, 0).utf8))) }
    }

    private static func hex(_ digest: some Sequence<UInt8>) -> String {
        digest.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    private static let texts: [Overload] = [
        Overload(
            id: "kyverno_json_unmarshal", function: "json.unmarshal", parameters: [.string], result: .dyn,
            documentation: "The value of a JSON text."
        ) { arguments in
            do throws(JSONError) {
                let document = try JSONParser().parse(string(arguments, 0))
                return withExtendedLifetime(document) { value(of: document.root) }
            } catch {
                return .error(EvaluationError("json: \(error)"))
            }
        },
        Overload(
            id: "kyverno_yaml_parse", function: "yaml.parse", parameters: [.string], result: .dyn,
            documentation: "The value of a YAML text of one document."
        ) { arguments in
            let json: [UInt8]
            do throws(Diagnostic) {
                json = YAMLJSON.text(of: try YAMLText(string(arguments, 0), file: "yaml", nodeLimit: 10_000).root)
            } catch {
                return .error(EvaluationError("yaml: \(error.message)"))
            }
            do throws(JSONError) {
                let document = try JSONParser().parse(json)
                return withExtendedLifetime(document) { value(of: document.root) }
            } catch {
                return .error(EvaluationError("yaml: \(error)"))
            }
        },
        Overload(
            id: "kyverno_math_round", function: "math.round", parameters: [.double, .int], result: .double,
            documentation: "A number rounded to so many decimal places."
        ) { arguments in
            guard case .double(let number) = arguments.value(0), case .int(let places) = arguments.value(1) else {
                return .error(EvaluationError("no such overload"))
            }
            let factor = pow(10, Double(places))
            return .double((number * factor).rounded(.toNearestOrAwayFromZero) / factor)
        },
        Overload(
            id: "kyverno_listObjToMap", function: "listObjToMap",
            parameters: [.list(.dyn), .list(.dyn), .string, .string], result: .map(.string, .dyn),
            documentation: "A map of a field of one list's elements to a field of the other's."
        ) { arguments in
            let (keys, values) = (elements(arguments.value(0)), elements(arguments.value(1)))
            guard keys.count == values.count else {
                return .error(EvaluationError("listObjToMap must take lists of equal length"))
            }
            var entries: [(key: String, value: Value)] = []
            var places: [String: Int] = [:]
            for (one, other) in zip(keys, values) {
                guard let key = text(field(one, string(arguments, 2))) else {
                    return .error(
                        EvaluationError(
                            "the passed key name cannot be handled as a string in the key object list"))
                }
                let value = field(other, string(arguments, 3)) ?? .null
                if let known = places[key] {
                    entries[known].value = value
                } else {
                    places[key] = entries.count
                    entries.append((key, value))
                }
            }
            return .map(MapValue(entries.map { (.string($0.key), $0.value) }))
        },
    ]

    // MARK: Values

    private static func string(_ arguments: Arguments, _ position: Int) -> String {
        arguments.text(position).map { String($0) } ?? ""
    }

    private static func elements(_ value: Value) -> [Value] {
        switch value {
        case .list(let list): list.elements
        case .json(let json) where json.kind == .array: json.elements.map { .json($0) }
        default: []
        }
    }

    private static func field(_ value: Value, _ name: String) -> Value? {
        switch value {
        case .json(let json): json.member(JSONKey(name)).map { .json($0) }
        case .map(let map): map.entries.first { text($0.key) == name }?.value
        default: nil
        }
    }

    private static func text(_ value: Value?) -> String? {
        switch value {
        case .string(let text): text
        case .text(let text): String(text)
        case .json(let json): json.string
        default: nil
        }
    }

    /// A value that keeps nothing of the document; numbers are doubles, as Go reads them.
    private static func value(of json: JSONValue) -> Value {
        switch json.kind {
        case .null: .null
        case .bool: .bool(json.bool ?? false)
        case .string: .string(json.string ?? "")
        case .array: .list(ListValue(json.elements.map { value(of: $0) }))
        case .object: .map(MapValue(json.members.map { (.string(String($0.key)), value(of: $0.value)) }))
        default: .double(json.double ?? .nan)
        }
    }
}
