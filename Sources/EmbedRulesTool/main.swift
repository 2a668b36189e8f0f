import Foundation

// Called by the build plugin: EmbedRulesTool <folder of rules> <Swift source to write> <clock>.
//
// The clock is a file that each run changes; see the plugin. The archive is lines of `<length in bytes> <path>`, each followed by the file's bytes and a line feed. It is written
// as base64, which the compiler reads as one string literal in no time.

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
    FileHandle.standardError.write(
        Data("usage: EmbedRulesTool <folder of rules> <Swift source to write> <clock>\n".utf8))
    exit(2)
}
let folder = URL(fileURLWithPath: arguments[1]).resolvingSymlinksInPath()

/// Whether a file is shipped: rules, their pages and the lists; not the events that test them.
func isShipped(_ path: String) -> Bool {
    path.hasSuffix("/rule.yml") || path.hasSuffix("/page.md")
        || (path.hasPrefix("lists/") && (path.hasSuffix(".yml") || path.hasSuffix(".yaml")))
}

do {
    var paths: [String] = []
    let files = FileManager.default.enumerator(atPath: folder.path)
    while let path = files?.nextObject() as? String {
        if isShipped(path) { paths.append(path) }
    }
    var archive = Data()
    for path in paths.sorted() {
        let content = try Data(contentsOf: folder.appending(path: path))
        archive.append(Data("\(content.count) \(path)\n".utf8))
        archive.append(content)
        archive.append(UInt8(ascii: "\n"))
    }
    let source = """
        // Made by EmbedRulesTool out of rules/; do not edit.
        enum EmbeddedArchive {
            static let base64: StaticString = "\(archive.base64EncodedString())"
        }

        """
    let output = URL(fileURLWithPath: arguments[2])
    if (try? Data(contentsOf: output)) != Data(source.utf8) { try Data(source.utf8).write(to: output) }
    try Data("\(Date().timeIntervalSince1970)".utf8).write(to: URL(fileURLWithPath: arguments[3]))
} catch {
    FileHandle.standardError.write(Data("EmbedRulesTool: \(error)\n".utf8))
    exit(1)
}
