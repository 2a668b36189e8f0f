import CRE2
package import JSONView

/// A compiled regular expression (RE2: linear time).
package final class RegularExpression: Sendable {
    // RE2 objects are immutable and safe to use from any thread; this one is freed with its last holder.
    nonisolated(unsafe) private let regex: OpaquePointer

    /// The number of capturing groups.
    var groups: Int { Int(cre2_group_count(regex)) }

    /// Compiles a pattern.
    package init(_ pattern: JSONText) throws(Fault) {
        var message = [CChar](repeating: 0, count: 256)
        let compiled = pattern.bytes.withMemoryRebound(to: CChar.self) {
            cre2_compile($0.baseAddress, $0.count, 1 << 20, &message, message.count)
        }
        guard let compiled else {
            throw Fault(
                message: String(decoding: message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        }
        regex = compiled
    }

    deinit { cre2_free(regex) }

    /// Whether a pattern compiles.
    static func isSound(_ pattern: String) -> Bool {
        var pattern = pattern
        return pattern.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return true }
            return (try? RegularExpression(JSONText(start: start, count: bytes.count))) != nil
        }
    }

    package struct Fault: Error { package let message: String }

    /// Whether the expression matches anywhere.
    package func matches(_ text: JSONText) -> Bool {
        UnsafeRawPointer(text.start).withMemoryRebound(to: CChar.self, capacity: text.count) {
            cre2_matches(regex, $0, text.count) != 0
        }
    }

    /// The first match at or after a byte: the whole, then the groups (nil for those that took no part).
    func find(_ text: JSONText, from: Int = 0) -> [Range<Int>?]? {
        var spans = [cre2_span](repeating: cre2_span(start: -1, end: -1), count: min(256, groups + 1))
        let found = UnsafeRawPointer(text.start).withMemoryRebound(to: CChar.self, capacity: text.count) {
            cre2_find(regex, $0, text.count, from, &spans, Int32(spans.count))
        }
        guard found != 0 else { return nil }
        return spans.map { $0.start < 0 ? nil : Int($0.start)..<Int($0.end) }
    }
}
