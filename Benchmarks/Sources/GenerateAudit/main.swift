import AuditWorkload

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

// generate-audit FILE MEGABYTES [SEED]: writes an audit log; the same arguments write the same bytes.
let arguments = CommandLine.arguments
guard arguments.count >= 3, let megabytes = Int(arguments[2]), let file = fopen(arguments[1], "w") else {
    print("usage: GenerateAudit FILE MEGABYTES [SEED]")
    exit(2)
}
var log = AuditLog(seed: arguments.count > 3 ? UInt64(arguments[3]) ?? 1610 : 1610)
var written = 0
var lines = 0
while written < megabytes * 1_000_000 {
    var line = log.nextLine() + "\n"
    written += line.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) }
    lines += 1
}
fclose(file)
print("\(lines) events, \(written) bytes")
