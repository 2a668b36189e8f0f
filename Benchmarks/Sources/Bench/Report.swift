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

    static func elapsed(_ name: String, events: Int, _ cost: Cost) {
        print(
            "  \(name): \(String(format: "%.2f", cost.elapsed)) s, "
                + "\(String(format: "%.0f", Double(events) / cost.elapsed)) events a second of wall clock, "
                + "\(String(format: "%.2f", cost.cpu)) s CPU, \(cost.memory / 1_048_576) MiB")
    }

    static func ratio(_ name: String, _ ratio: Double, limit: String) {
        print("  ratio \(name): \(String(format: "%.2f", ratio)) (\(limit))")
    }
}
