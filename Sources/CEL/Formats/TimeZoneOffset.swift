import Foundation

/// How far a time zone is from UTC at a moment.
enum TimeZoneOffset {
    /// The offset in seconds of a zone given by name (`Europe/Berlin`) or as an offset (`-02:30`); nil for others.
    static func seconds(_ zone: String, at seconds: Int64) -> Int64? {
        if zone.isEmpty || zone == "UTC" || zone == "Z" { return 0 }
        if let fixed = fixedOffset(zone) { return fixed }
        // A name may become part of a path where time zones are read from files: nothing but names gets through.
        guard zone.utf8.count <= 64, zone.utf8.first?.isLetter == true,
            zone.utf8.allSatisfy({ $0.isLetter || $0.isDigit || "_+-/".utf8.contains($0) }),
            let found = TimeZone(identifier: zone)
        else { return nil }
        return Int64(found.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    /// Reads `+01:00`, `-2:30`, `01:00`.
    private static func fixedOffset(_ zone: String) -> Int64? {
        var text = zone[...]
        var sign: Int64 = 1
        if text.hasPrefix("-") || text.hasPrefix("+") {
            sign = text.hasPrefix("-") ? -1 : 1
            text.removeFirst()
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy(\.isDigit) }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), hours < 24, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
