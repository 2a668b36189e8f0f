import CEL

/// Writes an expression of the grammar, mostly well typed; bytes make the choices.
///
/// Every overload of the environment can occur, so that a new function is fuzzed without a line here.
struct ProgramGenerator {
    /// The functions of an environment, found once.
    struct Grammar {
        let all: [Overload]
        let byResult: [String: [Overload]]

        init(_ environment: Environment) {
            // Sorted, so that the same bytes always say the same.
            all = environment.functions.values.joined().sorted { $0.id < $1.id }
            byResult = Dictionary(grouping: all) { $0.result.runtimeName }
        }
    }

    private let grammar: Grammar
    private var bytes: Slice<UnsafeBufferPointer<UInt8>>
    private var names: [String] = []

    init(_ grammar: Grammar, _ bytes: UnsafeBufferPointer<UInt8>) {
        self.grammar = grammar
        self.bytes = bytes[...]
    }

    /// The expression that the bytes choose.
    mutating func expression() -> String { expression(.bool, 0) }

    private mutating func choose(_ count: Int) -> Int { Int(bytes.popFirst() ?? 0) % max(count, 1) }

    private mutating func expression(_ type: CELType, _ depth: Int) -> String {
        guard depth < 12, !bytes.isEmpty else { return leaf(type) }
        switch choose(16) {
        case 0, 1: return leaf(type)
        case 2:
            return "(\(expression(.bool, depth + 1)) ? \(expression(type, depth + 1)) : \(expression(type, depth + 1)))"
        case 3: return bound(type, depth)
        case 4, 5: return macro(type, depth)
        case 6: return "[\(expression(type, depth + 1))][\(expression(.int, depth + 1))]"
        case 7: return "{'a': \(expression(type, depth + 1))}.a"
        case 8: return "optional.of(\(expression(type, depth + 1))).orValue(\(expression(type, depth + 1)))"
        case 9: return "dyn(\(expression(any(), depth + 1)))"
        default:
            let fitting = grammar.byResult[type.runtimeName] ?? grammar.all
            return call(fitting[choose(fitting.count)], depth)
        }
    }

    private mutating func any() -> CELType {
        let types: [CELType] = [
            .bool, .int, .uint, .double, .string, .bytes, .list(.int), .list(.string), .map(.string, .dyn), .timestamp,
            .duration, .null,
        ]
        return types[choose(types.count)]
    }

    private mutating func bound(_ type: CELType, _ depth: Int) -> String {
        let name = "v\(names.count)"
        let value = expression(any(), depth + 1)
        names.append(name)
        defer { names.removeLast() }
        return "cel.bind(\(name), \(value), \(expression(type, depth + 1)))"
    }

    private mutating func macro(_ type: CELType, _ depth: Int) -> String {
        let range = choose(2) == 0 ? expression(.list(any()), depth + 1) : expression(.map(.string, any()), depth + 1)
        let (key, value) = ("k\(names.count)", "e\(names.count)")
        names += [key, value]
        defer { names.removeLast(2) }
        func joined(_ name: String, _ parts: String...) -> String {
            "\(range).\(name)(\(parts.joined(separator: ", ")))"
        }
        let condition = expression(.bool, depth + 1)
        switch choose(12) {
        case 0: return joined("all", value, condition)
        case 1: return joined("exists", value, condition)
        case 2: return joined("exists_one", value, condition)
        case 3: return joined("map", value, expression(any(), depth + 1))
        case 4: return joined("map", value, condition, expression(any(), depth + 1))
        case 5: return joined("filter", value, condition)
        case 6: return joined("all", key, value, condition)
        case 7: return joined("transformList", key, value, condition, expression(any(), depth + 1))
        case 8: return joined("transformMap", key, value, expression(any(), depth + 1))
        case 9: return joined("transformMapEntry", key, value, "{\(expression(.string, depth + 1)): \(value)}")
        case 10: return joined("sortBy", value, expression(.int, depth + 1))
        default: return "optional.of(\(range)).optMap(\(value), \(expression(any(), depth + 1)))"
        }
    }

    private mutating func call(_ overload: Overload, _ depth: Int) -> String {
        let arguments = overload.parameters.map { expression($0, depth + 1) }
        let parts = overload.function.split(separator: "_", omittingEmptySubsequences: true)
        switch overload.function {
        case "@in": return "(\(arguments[0]) in \(arguments[1]))"
        case "_[_]": return "\(arguments[0])[\(arguments[1])]"
        case "_[?_]": return "\(arguments[0])[?\(arguments[1])]"
        case "_?._": return "\(arguments[0]).?name"
        case "_?_:_": return "(\(arguments[0]) ? \(arguments[1]) : \(arguments[2]))"
        case "!_", "-_": return "\(parts[0])(\(arguments[0]))"
        case _ where overload.function.hasPrefix("_"):
            return "(\(arguments[0]) \(parts.first ?? "+") \(arguments.last ?? ""))"
        case _ where overload.isMember:
            return "\(arguments[0]).\(overload.function)(\(arguments.dropFirst().joined(separator: ", ")))"
        default: return "\(overload.function)(\(arguments.joined(separator: ", ")))"
        }
    }

    private mutating func leaf(_ type: CELType) -> String {
        if !names.isEmpty, choose(3) == 0 { return names[choose(names.count)] }
        func pick(_ words: String...) -> String { words[choose(words.count)] }
        switch type {
        case .bool: return pick("b", "true", "false")
        case .int: return pick("i", "0", "1", "-1", "9223372036854775807", "-9223372036854775808", "3", "1000")
        case .uint: return pick("0u", "1u", "18446744073709551615u", "7u")
        case .double: return pick("0.0", "-1.5", "1e308", "(0.0/0.0)", "1e-320", "2.5")
        case .string:
            return pick(
                "s", "''", "'a'", "'é😀'", "'%s %d'", "'1.2.3'", "'10.0.0.0/8'", "'::1'", "'1Mi'", "'(a|b)*'", "'-12'",
                "'https://a/b?c=d'", "'1h'", "'2020-02-29T23:59:59.999Z'", "'Europe/Berlin'", "' x\\n'", "'%.3f|%x|%b'")
        case .bytes: return pick("b''", "b'a'", "b'\\xff\\x00'", "bytes(s)")
        case .timestamp: return pick("timestamp(0)", "timestamp('2020-01-01T00:00:00Z')", "timestamp(253402300799)")
        case .duration: return pick("duration('1h')", "duration('-1ns')", "duration('315576000000s')")
        case .list(let element):
            return pick(
                "[]", "[\(leaf(element))]", "[\(leaf(element)), \(leaf(element))]", "object.list", "lists.range(5)")
        case .map(let key, let value): return pick("{}", "{\(leaf(key)): \(leaf(value))}", "object.map", "object")
        case .null: return "null"
        case .type: return pick("int", "type(s)", "list", "google.protobuf.Timestamp")
        case .opaque("optional_type", let wrapped):
            return pick(
                "optional.none()", "optional.of(\(leaf(wrapped.first ?? .dyn)))", "object.?name", "object.list[?9]")
        case .opaque("net.IP", _): return pick("ip('10.0.0.1')", "ip('::1')", "ip('fe80::1')")
        case .opaque("net.CIDR", _): return pick("cidr('10.0.0.0/8')", "cidr('::/0')", "cidr('192.168.1.0/32')")
        case .opaque("kubernetes.Quantity", _): return pick("quantity('1Mi')", "quantity('-5')", "quantity('1e18')")
        case .opaque("kubernetes.Semver", _): return pick("semver('1.2.3')", "semver('0.0.0-a.1+b')")
        case .opaque("kubernetes.URL", _): return pick("url('https://a:80/b')", "url('/x')")
        default:
            return pick(
                "object", "object.name", "null", "i", "s", "b", "[1]", "{'a': 1}", "1.5", "object.spec.containers")
        }
    }
}
