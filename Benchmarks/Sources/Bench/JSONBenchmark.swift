import AuditWorkload
import JSONView

/// Reading fields in place.
///
/// Workload: 64 MB of audit log in memory. Measured: parse and read ten fields of each event, strings as views. Peer: the
/// same parse without reading a field, which is what simdjson's tape costs.
struct JSONBenchmark: Benchmark {
    static let name = "json"
    static let workload = "64 MB of audit log in memory; parse each line and read ten fields in place"

    func run() throws {
        var log = AuditLog()
        var lines: [[UInt8]] = []
        var size = 0
        while size < 64_000_000 {
            lines.append(Array(log.nextLine().utf8))
            size += lines[lines.count - 1].count
        }
        let parser = JSONParser()
        var sum = 0
        let bare = try Measure.median {
            for line in lines { sum &+= try parser.parse(line).root.count }
        }
        let fields = try Measure.median {
            for line in lines {
                let document = try parser.parse(line)
                sum &+= Self.readFields(document.root)
            }
        }
        let events = Double(lines.count)
        Report.line("parse only", perEvent: bare / events, bytes: size, seconds: bare)
        Report.line("parse and ten fields", perEvent: fields / events, bytes: size, seconds: fields)
        Report.ratio("cost of ten fields over the bare parse", fields / bare, limit: "1.5 or less")
        blackHole(sum)
    }

    private static func readFields(_ root: JSONValue) -> Int {
        var sum = root["verb"]?.text?.count ?? 0
        sum &+= root["requestURI"]?.text?.count ?? 0
        sum &+= root["user"]?["username"]?.text?.count ?? 0
        sum &+= root["userAgent"]?.text?.count ?? 0
        let reference = root["objectRef"]
        sum &+= reference?["resource"]?.text?.count ?? 0
        sum &+= reference?["subresource"]?.text?.count ?? 0
        sum &+= reference?["namespace"]?.text?.count ?? 0
        sum &+= Int(root["responseStatus"]?["code"]?.int64 ?? 0)
        if let containers = root["requestObject"]?["spec"]?["containers"] {
            for container in containers.elements {
                sum &+= container["image"]?.text?.count ?? 0
                sum &+= container["securityContext"]?["privileged"]?.bool == true ? 1 : 0
            }
        }
        return sum
    }
}

/// Keeps a result from being optimized away.
@inline(never)
func blackHole(_ value: Int) {
    if value == .min { print(value) }
}
