import JSONView

/// A form that names, labels and the like must have.
struct NamedFormat: Sendable {
    /// The name behind `format.`.
    let name: String
    /// How long the longest regular expression behind the form is: what the price of a check depends on.
    let regexSize: Int
    /// What is wrong with a text; empty when nothing is.
    let check: @Sendable (String) -> [String]

    static let all: [NamedFormat] = [
        NamedFormat(name: "dns1123Label", regexSize: 30) { NameRule.dns1123Label.faults($0) },
        NamedFormat(name: "dns1123Subdomain", regexSize: 60) { NameRule.dns1123Subdomain.faults($0) },
        NamedFormat(name: "dns1035Label", regexSize: 30) { NameRule.dns1035Label.faults($0) },
        NamedFormat(name: "qualifiedName", regexSize: 60) { NameRule.qualifiedNameFaults($0) },
        NamedFormat(name: "dns1123LabelPrefix", regexSize: 30) { NameRule.dns1123Label.faults(NameRule.masked($0)) },
        NamedFormat(name: "dns1123SubdomainPrefix", regexSize: 60) {
            NameRule.dns1123Subdomain.faults(NameRule.masked($0))
        },
        NamedFormat(name: "dns1035LabelPrefix", regexSize: 30) { NameRule.dns1035Label.faults(NameRule.masked($0)) },
        NamedFormat(name: "labelValue", regexSize: 40) { NameRule.labelValue.faults($0) },
        NamedFormat(name: "uri", regexSize: 1094) { text in
            do throws(RequestURL.Fault) {
                _ = try RequestURL(parsing: text)
                return []
            } catch {
                return [error.message]
            }
        },
        NamedFormat(name: "uuid", regexSize: 70) { isUUID($0) ? [] : ["does not match the UUID format"] },
        NamedFormat(name: "byte", regexSize: 91) { isBase64($0) ? [] : ["invalid base64"] },
        NamedFormat(name: "date", regexSize: 73) { isDate($0) ? [] : ["invalid date"] },
        NamedFormat(name: "datetime", regexSize: 73) { isDateTime($0) ? [] : ["invalid datetime"] },
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    private static func isUUID(_ text: String) -> Bool {
        var rest = Array(text.utf8)[...]
        for (position, count) in [8, 4, 4, 4, 12].enumerated() {
            if position > 0, rest.first == UInt8(ascii: "-") { rest.removeFirst() }
            guard rest.prefix(count).count == count, rest.prefix(count).allSatisfy({ $0.hexValue != nil }) else {
                return false
            }
            rest = rest.dropFirst(count)
        }
        return rest.isEmpty
    }

    static func isBase64(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return !bytes.isEmpty && bytes.count % 4 == 0 && padding <= 2
            && bytes.dropLast(padding).allSatisfy { $0.isDigit || $0.isLetter || "+/".utf8.contains($0) }
    }

    static func isDate(_ text: String) -> Bool {
        text.utf8.count == 10 && TimeFormat.parseTimestamp("\(text)T00:00:00Z") != nil
    }

    private static func isDateTime(_ text: String) -> Bool {
        let parts = text.lowercased().split(separator: "t", omittingEmptySubsequences: false)
        guard parts.count >= 2, isDate(String(parts[0])) else { return false }
        return TimeFormat.parseTimestamp("\(parts[0])T\(parts[1].uppercased())") != nil
    }
}

/// A form as a value of the language.
final class FormatValue: OpaqueValue {
    static let type = CELType.opaque("kubernetes.NamedFormat", [])

    let format: NamedFormat

    init(_ format: NamedFormat) { self.format = format }

    var typeName: String { "kubernetes.NamedFormat" }

    var text: String { format.name }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? FormatValue)?.format.name == format.name }
}
