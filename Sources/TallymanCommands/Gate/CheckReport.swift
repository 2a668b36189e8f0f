import DockerGate
import JSONView
import Reports

/// Prints whether an engine is guarded.
struct CheckReport {
    private let items: [EngineCheck.Item]
    private let format: OutputFormat

    init(_ items: [EngineCheck.Item], format: OutputFormat) {
        self.items = items
        self.format = format
    }

    func print() {
        switch format {
        case .text:
            let width = items.map(\.name.count).max() ?? 0
            for item in items {
                let name = item.name + String(repeating: " ", count: width - item.name.count)
                Terminal.standardOutput.write(
                    "\(item.result == .passed ? "ok  " : "FAIL")  \(name)  \(visible(item.detail))\n")
            }
            let failed = items.filter { $0.result == .failed }.count
            Terminal.standardOutput.write(
                failed == 0
                    ? "The engine is guarded.\n"
                    : "Not guarded: \(failed) of \(items.count) checks failed. No protection is claimed.\n")
        case .json:
            for item in items {
                var writer = JSONWriter()
                writer.object { object in
                    object.member("name", item.name)
                    object.member("result", item.result.rawValue)
                    object.member("detail", item.detail)
                }
                Terminal.standardOutput.write(String(decoding: writer.bytes, as: UTF8.self) + "\n")
            }
        }
    }
}
