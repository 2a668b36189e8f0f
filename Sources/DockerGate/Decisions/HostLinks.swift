#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Follows symbolic links of the host: what is mounted is what stands at their end.
///
/// The engine follows them later, when somebody may have changed them: what is seen here is no proof, and a link to the root of
/// the host is still no folder of its own.
package enum HostLinks {
    /// Where a path leads; nil where it leads to itself, or nowhere.
    ///
    /// Of a path that does not exist, the part that does is followed: the engine makes the rest.
    @Sendable package static func end(of path: String) -> String? {
        guard path.hasPrefix("/"), path.utf8.count < 4096 else { return nil }
        var (head, rest) = (Substring(path), "")
        for _ in 0..<128 {
            if let found = realpath(head.isEmpty ? "/" : String(head), nil) {
                defer { free(found) }
                let end = String(cString: found)
                let whole = rest.isEmpty ? end : (end == "/" ? "" : end) + rest
                return whole == path ? nil : whole
            }
            guard let slash = head.lastIndex(of: "/") else { return nil }
            let last = head[head.index(after: slash)...]
            // What stands behind a part that is not there cannot be gone up from.
            guard last != ".." else { return nil }
            if !last.isEmpty, last != "." { rest = "/" + last + rest }
            head = head[..<slash]
        }
        return nil
    }

    /// Whether a folder of the host is a file, or one of the folders that it stands in, but for the root itself.
    static func holds(_ folder: String, _ file: String) -> Bool {
        let parts = folder.split(separator: "/").filter { $0 != "." }
        guard !parts.isEmpty, !parts.contains("..") else { return false }
        return file.split(separator: "/").starts(with: parts)
    }
}
