import JSONView

extension Library {
    /// IP addresses and ranges of them.
    public static let network = Library(
        "network", overloads: addresses + questions + ranges,
        types: [NetworkAddress.typeName: ip, NetworkRange.typeName: cidr])

    private static let ip = CELType.opaque(NetworkAddress.typeName, [])
    private static let cidr = CELType.opaque(NetworkRange.typeName, [])

    private static let addresses: [Overload] = [
        Overload("string_to_ip", "ip", [.string], ip, "The address that a text is.") { arguments in
            parse(arguments, 0) { arguments.evaluation.opaque($0) }
        },
        Overload("is_ip", "isIP", [.string], .bool, "Whether a text is an address.") { arguments in
            .bool((try? NetworkAddress.parse(String(arguments.string(0)))) != nil)
        },
        Overload(
            "ip_is_canonical", "ip.isCanonical", [.string], .bool, "Whether an address is written in its one form."
        ) {
            arguments in
            parse(arguments, 0) { .bool($0.text == String(arguments.string(0))) }
        },
        Overload("ip_to_string", "string", [ip], .string, "The address as text.") {
            $0.evaluation.string($0.address(0)?.text ?? "")
        },
    ]

    private static func question(
        _ name: String, _ documentation: String, _ ask: @escaping @Sendable (NetworkAddress) -> Cell,
        _ result: CELType = .bool
    ) -> Overload {
        .member("ip_\(name)", name, [ip], result, documentation) { arguments in
            arguments.address(0).map(ask) ?? arguments.evaluation.noSuchOverload()
        }
    }

    private static let questions: [Overload] = [
        question("family", "4 or 6.", { .int($0.isVersion4 ? 4 : 6) }, .int),
        question("isUnspecified", "Whether it is the address of nobody.", { .bool($0.isUnspecified) }),
        question("isLoopback", "Whether it is the machine itself.", { .bool($0.isLoopback) }),
        question("isLinkLocalMulticast", "Whether it is a group on the link.", { .bool($0.isLinkLocalMulticast) }),
        question("isLinkLocalUnicast", "Whether it is valid on the link alone.", { .bool($0.isLinkLocalUnicast) }),
        question("isGlobalUnicast", "Whether it is one machine beyond the link.", { .bool($0.isGlobalUnicast) }),
    ]

    private static let ranges: [Overload] = [
        Overload("string_to_cidr", "cidr", [.string], cidr, "The range that a text is.") { arguments in
            parseRange(arguments, 0) { arguments.evaluation.opaque($0) }
        },
        Overload("is_cidr", "isCIDR", [.string], .bool, "Whether a text is a range.") { arguments in
            .bool((try? NetworkRange.parse(String(arguments.string(0)))) != nil)
        },
        Overload("cidr_to_string", "string", [cidr], .string, "The range as text.") {
            $0.evaluation.string($0.range(0)?.text ?? "")
        },
        .member("cidr_contains_ip_ip", "containsIP", [cidr, ip], .bool, "Whether an address is in the range.") {
            arguments in
            guard let range = arguments.range(0), let address = arguments.address(1) else {
                return arguments.evaluation.noSuchOverload()
            }
            return .bool(range.contains(address))
        },
        .member("cidr_contains_ip_string", "containsIP", [cidr, .string], .bool, "Whether an address is in the range.")
        {
            arguments in
            parse(arguments, 1) { .bool(arguments.range(0)?.contains($0) ?? false) }
        },
        .member("cidr_contains_cidr_cidr", "containsCIDR", [cidr, cidr], .bool, "Whether a range lies in the range.") {
            arguments in
            guard let range = arguments.range(0), let other = arguments.range(1) else {
                return arguments.evaluation.noSuchOverload()
            }
            return .bool(range.contains(other))
        },
        .member(
            "cidr_contains_cidr_string", "containsCIDR", [cidr, .string], .bool, "Whether a range lies in the range."
        ) {
            arguments in
            parseRange(arguments, 1) { .bool(arguments.range(0)?.contains($0) ?? false) }
        },
        .member("cidr_ip", "ip", [cidr], ip, "The address before the slash.") { arguments in
            arguments.range(0).map { arguments.evaluation.opaque($0.address) } ?? arguments.evaluation.noSuchOverload()
        },
        .member("cidr_masked", "masked", [cidr], cidr, "The range with all bits behind the prefix zero.") { arguments in
            arguments.range(0).map { arguments.evaluation.opaque($0.masked) } ?? arguments.evaluation.noSuchOverload()
        },
        .member("cidr_prefix_length", "prefixLength", [cidr], .int, "How many bits the prefix has.") { arguments in
            .int(Int64(arguments.range(0)?.prefix ?? 0))
        },
    ]

    private static func parse(_ arguments: Arguments, _ position: Int, _ use: (NetworkAddress) -> Cell) -> Cell {
        let text = String(arguments.string(position))
        do throws(NetworkAddress.Fault) {
            return use(try NetworkAddress.parse(text))
        } catch {
            switch error {
            case .malformed(let reason):
                return arguments.error("IP Address \"\(text)\" parse error during conversion from string: \(reason)")
            case .zone: return arguments.error("IP Address with zone value is not allowed")
            case .mapped: return arguments.error("IPv4-mapped IPv6 address is not allowed")
            }
        }
    }

    private static func parseRange(_ arguments: Arguments, _ position: Int, _ use: (NetworkRange) -> Cell) -> Cell {
        do throws(NetworkAddress.Fault) {
            return use(try NetworkRange.parse(String(arguments.string(position))))
        } catch {
            switch error {
            case .malformed(let reason):
                let what = "network address parse error during conversion from string"
                return arguments.error("\(what): \(what): \(reason)")
            case .zone: return arguments.error("CIDR with zone value is not allowed")
            case .mapped: return arguments.error("IPv4-mapped IPv6 address is not allowed")
            }
        }
    }
}

extension Arguments {
    fileprivate func address(_ position: Int) -> NetworkAddress? { opaque(position) as? NetworkAddress }

    fileprivate func range(_ position: Int) -> NetworkRange? { opaque(position) as? NetworkRange }

    /// An argument of an abstract type.
    public func opaque(_ position: Int) -> (any OpaqueValue)? {
        if case .opaque(let box) = self[position] { box.takeUnretainedValue().value } else { nil }
    }
}
