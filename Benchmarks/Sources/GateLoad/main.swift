import Foundation

// The load generator of `Bench gate-tls`; it can be used alone against any webhook:
//   GateLoad PORT CA_FILE BODY_FILE RATE SECONDS CONNECTIONS
// It sends the body to https://127.0.0.1:PORT/admit at a rate that does not wait for answers, and prints
// `answers errors p50 p99 longest`, the last three in milliseconds from when each request was due.
let words = CommandLine.arguments.dropFirst().map { String($0) }
guard words.count == 6, let port = Int(words[0]), let body = FileManager.default.contents(atPath: words[2]),
    let rate = Double(words[3]), let seconds = Double(words[4]), let connections = Int(words[5]), connections > 0
else {
    FileHandle.standardError.write(Data("usage: GateLoad PORT CA_FILE BODY_FILE RATE SECONDS CONNECTIONS\n".utf8))
    exit(2)
}
let load = TLSLoad(port: port, authority: words[1], body: [UInt8](body), connections: connections)
// A second to warm up.
_ = try await load.run(rate: rate, seconds: 1)
let result = try await load.run(rate: rate, seconds: seconds)
let times = result.times.sorted()
guard let longest = times.last else {
    print("0 \(result.errors) 0 0 0")
    exit(1)
}
print(
    times.count, result.errors, times[times.count / 2] * 1e3, times[times.count * 99 / 100] * 1e3, longest * 1e3)
