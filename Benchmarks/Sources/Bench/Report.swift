import Foundation

/// Prints results in one form.
enum Report {
    static func line(_ name: String, perEvent: Double, bytes: Int, seconds: Double) {
        let rate = 1 / perEvent
        print(
            "  \(name): \(String(format: "%.0f", perEvent * 1e9)) ns CPU an event, \(String(format: "%.0f", rate)) events/s, "
                + "\(String(format: "%.0f", Double(bytes) / 1e6 / seconds)) MB/s")
    }

    static func rate(_ name: String, count: Int, cpu: Double, wall: Double) {
        print(
            "  \(name): \(String(format: "%.0f", Double(count) / cpu)) a second of CPU, "
                + "\(String(format: "%.0f", Double(count) / wall)) a second of wall clock")
    }

    static func ratio(_ name: String, _ ratio: Double, limit: String) {
        print("  ratio \(name): \(String(format: "%.2f", ratio)) (\(limit))")
    }
}
