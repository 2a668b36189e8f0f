import Foundation

/// Counts the instructions that a program takes.
enum Instructions {
    /// The instructions of a run in user mode; nil where nothing here can count them.
    static func count(_ path: String, _ arguments: [String]) -> Double? {
        byPerf(path, arguments) ?? byValgrind(path, arguments)
    }

    private static func byPerf(_ path: String, _ arguments: [String]) -> Double? {
        let told = output("perf", ["stat", "-x", ",", "-e", "instructions:u", path] + arguments)
        // `123456,,instructions:u,…`, or `<not supported>,,instructions:u,…` on a virtual machine.
        for line in told.split(separator: "\n") where line.contains("instructions") {
            return line.split(separator: ",").first.flatMap { Double($0) }
        }
        return nil
    }

    private static func byValgrind(_ path: String, _ arguments: [String]) -> Double? {
        let told = output("valgrind", ["--tool=callgrind", "--callgrind-out-file=/dev/null", path] + arguments)
        for line in told.split(separator: "\n") {
            guard let mark = line.range(of: "Collected : ") else { continue }
            return Double(line[mark.upperBound...].filter(\.isNumber))
        }
        return nil
    }

    /// What a program says on standard error; empty where it cannot be started.
    private static func output(_ program: String, _ arguments: [String]) -> String {
        let process = Process()
        let told = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = told
        guard (try? process.run()) != nil else { return "" }
        let bytes = told.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
