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
    @Sendable package static func end(of path: String) -> String? {
        guard path.hasPrefix("/"), path.utf8.count < 4096, let found = realpath(path, nil) else { return nil }
        defer { free(found) }
        let end = String(cString: found)
        return end == path ? nil : end
    }
}
