/// An address to listen on: `127.0.0.1:9464`, `[::]:9443`, `localhost:0`.
package struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// The host, without brackets.
    package let host: String
    /// The port; 0 for any.
    package let port: Int

    /// Reads an address.
    ///
    /// - Parameter text: `host:port`; an IPv6 address stands in brackets.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.host = String(host)
        self.port = port
    }

    /// Whether only this machine can reach it.
    package var isLocal: Bool { host == "127.0.0.1" || host == "::1" || host == "localhost" }

    /// The address as it is read.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
