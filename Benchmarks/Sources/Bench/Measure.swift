import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a piece of work cost.
struct Cost {
    /// User and system time in seconds.
    var cpu: Double
    /// The largest resident set in bytes; 0 where only a part of this process was measured.
    var memory: Int
    /// Seconds from start to end; of a whole process only.
    var elapsed = 0.0
}

/// Measures work by the CPU time it takes, which a busy machine disturbs less than the wall clock.
enum Measure {
    /// The CPU seconds of this process so far.
    static func cpu() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The CPU seconds of this thread so far.
    static func threadCPU() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The median cost of several runs of a function.
    static func median(runs: Int = 7, _ work: () throws -> Void) rethrows -> Double {
        var costs: [Double] = []
        for _ in 0..<runs {
            let before = cpu()
            try work()
            costs.append(cpu() - before)
        }
        return costs.sorted()[costs.count / 2]
    }

    /// Runs a program with its output thrown away, and waits for it.
    ///
    /// - Returns: what it cost, and its exit status; nil where it cannot be started.
    static func process(_ path: String, _ arguments: [String]) -> (cost: Cost, status: Int32)? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
        words.append(nil)
        defer { words.forEach { free($0) } }
        var child = pid_t()
        let clock = ContinuousClock()
        let start = clock.now
        guard posix_spawnp(&child, path, &actions, nil, words, environ) == 0 else { return nil }
        var status: Int32 = 0
        var usage = rusage()
        var memory = 0
        while true {
            let ended = wait4(child, &status, WNOHANG, &usage)
            if ended == child { break }
            guard ended == 0 else { return nil }
            // What the kernel says afterwards counts this process as well, out of which the child was made.
            memory = max(memory, peak(of: child) ?? 0)
            usleep(2000)
        }
        let elapsed = (clock.now - start) / Duration.seconds(1)
        let seconds =
            Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
            + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
        let cost = Cost(
            cpu: seconds, memory: memory > 0 ? memory : usage.ru_maxrss * 1024, elapsed: elapsed)
        return (cost, (status >> 8) & 0xFF)
    }

    /// The largest resident set of a running process so far; nil where the system does not say.
    private static func peak(of process: pid_t) -> Int? {
        guard let file = fopen("/proc/\(process)/status", "r") else { return nil }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix("VmHWM:") else { continue }
            return Int(text.filter(\.isNumber)).map { $0 * 1024 }
        }
        return nil
    }

    /// What a program writes; nil where it cannot be started or fails.
    static func output(_ program: String, _ arguments: [String]) -> String? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
