import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The process's environment.
enum ProcessEnvironment {
    /// All variables.
    static var all: [String: String] { ProcessInfo.processInfo.environment }

    /// A variable's value; nil where it is not set or empty.
    static func value(_ name: String) -> String? {
        guard let found = getenv(name), found.pointee != 0 else { return nil }
        return String(cString: found)
    }
}
