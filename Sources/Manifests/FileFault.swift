/// Why a file that another names cannot be read.
package struct FileFault: Error, Hashable, Sendable {
    package var reason: String

    /// Says why.
    package init(_ reason: String) { self.reason = reason }
}
