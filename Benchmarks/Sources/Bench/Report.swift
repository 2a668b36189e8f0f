import Foundation

/// Prints results in one form.
enum Report {
    static func line(_ name: String, perEvent: Double, bytes: Int, seconds: Double) {
        let rate = 1 / perEvent
        print(
            "  \(name): \(String(format: "%.0f", perEvent * 1e9)) ns CPU an event, \(String(format: "%.0f", rate)) events/s, "
                + "\(String(format: "%.0f", Double(bytes) / 1e6 / seconds)) MB/s")
    }

    static func ratio(_ name: String, _ ratio: Double, limit: String) {
        print("  ratio \(name): \(String(format: "%.2f", ratio)) (\(limit))")
    }
}
