import JSONView

extension Library {
    /// IP addresses and ranges as Kubernetes reads them: zones and IPv4 within IPv6 are refused however they are written.
    public static let kubernetesNetwork = Library(
        "kubernetes.net",
        overloads: Library.network.overloads.filter { overload in !readers.contains { $0.id == overload.id } }
            + readers,
        types: Library.network.types)

    private static let ip = CELType.opaque(NetworkAddress.typeName, [])
    private static let cidr = CELType.opaque(NetworkRange.typeName, [])

    private static let readers: [Overload] = [
        Overload("string_to_ip", "ip", [.string], ip, "The address that a text is.") { arguments in
            address(arguments, 0) { arguments.evaluation.opaque($0) }
        },
        Overload("is_ip", "isIP", [.string], .bool, "Whether a text is an address.") {
            .bool((try? StrictNetwork.address(String($0.string(0)))) != nil)
        },
        Overload(
            "ip_is_canonical", "ip.isCanonical", [.string], .bool, "Whether an address is written in its one form."
        ) { arguments in
            address(arguments, 0) { .bool($0.text == String(arguments.string(0))) }
        },
        Overload("string_to_cidr", "cidr", [.string], cidr, "The range that a text is.") { arguments in
            range(arguments, 0) { arguments.evaluation.opaque($0) }
        },
        Overload("is_cidr", "isCIDR", [.string], .bool, "Whether a text is a range.") {
            .bool((try? StrictNetwork.range(String($0.string(0)))) != nil)
        },
        .member("cidr_contains_ip_string", "containsIP", [cidr, .string], .bool, "Whether an address is in the range.")
        { arguments in
            guard let range = arguments.opaque(0) as? NetworkRange,
                let address = try? StrictNetwork.address(String(arguments.string(1)))
            else { return arguments.evaluation.noSuchOverload() }
            return .bool(range.contains(address))
        },
        .member(
            "cidr_contains_cidr_string", "containsCIDR", [cidr, .string], .bool, "Whether a range lies in the range."
        ) { arguments in
            guard let outer = arguments.opaque(0) as? NetworkRange else { return arguments.evaluation.noSuchOverload() }
            return range(arguments, 1) { .bool(outer.contains($0)) }
        },
    ]

    private static func address(_ arguments: Arguments, _ position: Int, _ use: (NetworkAddress) -> Cell) -> Cell {
        do throws(StrictNetwork.Fault) {
            return use(try StrictNetwork.address(String(arguments.string(position))))
        } catch {
            return arguments.error(error.message)
        }
    }

    private static func range(_ arguments: Arguments, _ position: Int, _ use: (NetworkRange) -> Cell) -> Cell {
        do throws(StrictNetwork.Fault) {
            return use(try StrictNetwork.range(String(arguments.string(position))))
        } catch {
            return arguments.error("network address parse error during conversion from string: \(error.message)")
        }
    }
}

/// Reads addresses and ranges as the API server does.
private enum StrictNetwork {
    struct Fault: Error { let message: String }

    static func address(_ text: String) throws(Fault) -> NetworkAddress {
        let address: NetworkAddress
        do throws(NetworkAddress.Fault) {
            address = try NetworkAddress.parse(text)
        } catch {
            switch error {
            case .malformed(let reason):
                throw Fault(message: "IP Address \"\(text)\" parse error during conversion from string: \(reason)")
            case .zone: throw Fault(message: "IP address \"\(text)\" with zone value is not allowed")
            case .mapped: throw mapped(text)
            }
        }
        if isMapped(address) { throw mapped(text) }
        return address
    }

    static func range(_ text: String) throws(Fault) -> NetworkRange {
        let range: NetworkRange
        do throws(NetworkAddress.Fault) {
            range = try NetworkRange.parse(text)
        } catch {
            let head = "network address parse error during conversion from string: "
            switch error {
            case .malformed(let reason): throw Fault(message: head + reason)
            case .zone:
                throw Fault(
                    message: head + "netip.ParsePrefix(\"\(text)\"): IPv6 zones cannot be present in a prefix")
            case .mapped: throw mapped(text)
            }
        }
        if isMapped(range.address) { throw mapped(text) }
        return range
    }

    private static func mapped(_ text: String) -> Fault {
        Fault(message: "IPv4-mapped IPv6 address \"\(text)\" is not allowed")
    }

    private static func isMapped(_ address: NetworkAddress) -> Bool {
        address.bytes.count == 16 && address.bytes.prefix(10).allSatisfy { $0 == 0 }
            && address.bytes[10] == 0xFF && address.bytes[11] == 0xFF
    }
}
