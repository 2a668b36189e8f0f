#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the system says of this process: memory, processor time, descriptors.
struct ProcessFigures {
    /// Bytes of memory that are resident; nil where the system does not say.
    let resident: Int?
    /// Seconds of processor time, of all threads, in user and system mode.
    let processor: Double
    /// How many descriptors are open; nil where the system does not say.
    let descriptors: Int?

    /// Asks the system.
    static var now: ProcessFigures {
        var usage = rusage()
        #if canImport(Glibc)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
            getrusage(RUSAGE_SELF, &usage)
        #endif
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return ProcessFigures(
            resident: residentPages.map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) },
            processor: seconds(usage.ru_utime) + seconds(usage.ru_stime), descriptors: openDescriptors)
    }

    /// The second number of `/proc/self/statm`.
    private static var residentPages: Int? {
        guard let file = fopen("/proc/self/statm", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        guard fgets(&line, Int32(line.count), file) != nil else { return nil }
        let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: " ")
        return words.count > 1 ? Int(words[1]) : nil
    }

    private static var openDescriptors: Int? {
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        var count = 0
        while let entry = readdir(folder) {
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The folder itself is one of them.
        return count - 1
    }
}
