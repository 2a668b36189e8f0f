internal import JSONView

/// The archive that the build plugin makes of the shipped rules.
enum RuleArchive {
    /// The archive's bytes.
    static func decode(_ literal: StaticString) -> [UInt8] { Decoding.base64(JSONText(literal)) ?? [] }

    /// Takes the archive apart: lines of `<length> <path>`, each followed by so many bytes and a line feed.
    static func files(in archive: [UInt8]) -> [RuleFile] {
        var files: [RuleFile] = []
        var rest = archive[...]
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let head = String(decoding: rest[..<lineEnd], as: UTF8.self).split(separator: " ", maxSplits: 1)
            guard head.count == 2, let length = Int(head[0]), length >= 0, rest.endIndex - lineEnd - 1 >= length else {
                break
            }
            let path = String(head[1])
            let content = rest[(lineEnd + 1)..<(lineEnd + 1 + length)]
            files.append(RuleFile(name: "embedded:" + path, path: path, text: String(decoding: content, as: UTF8.self)))
            rest = rest[(lineEnd + 1 + length)...].dropFirst()
        }
        return files
    }
}
