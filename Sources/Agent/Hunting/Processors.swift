#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The processors that this process may run on.
enum Processors {
    /// How many there are: where the system says it, what the process was pinned to counts and not what the machine has.
    static var available: Int { allowed ?? max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

    /// The processors that `/proc/self/status` allows; the call that tells it has no name in Swift.
    private static var allowed: Int? {
        guard let file = fopen("/proc/self/status", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 4096)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("Cpus_allowed:") else { continue }
            return count(mask: text.dropFirst("Cpus_allowed:".count))
        }
        return nil
    }

    /// How many bits a mask has that is written in hexadecimal digits with commas between them: `ff,ffffffff`.
    static func count(mask: some StringProtocol) -> Int? {
        let bits = mask.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return bits > 0 ? bits : nil
    }
}
