import AsyncHTTPClient
import LogLines
import NIOCore
import NIOSSL

/// Says why a connection failed, in words for whoever has to mend it: what lies below says it in its own.
enum ConnectionTrouble {
    /// The words for an error.
    ///
    /// - Parameter error: what the HTTP client threw.
    /// - Returns: the words; the error's own where there are no better ones.
    static func words(for error: any Error) -> String {
        switch error {
        case let error as IOError: systemMessage(error.errnoCode)
        case NIOSSLError.handshakeFailed(let reason): words(forHandshake: "\(reason)")
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            "the server's certificate is for another name or address (tls-server-name says which one is right)"
        case let error as HTTPClientError where error == .connectTimeout: "it does not answer"
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            "the other side closed the connection"
        default: "\(error)"
        }
    }

    /// What BoringSSL calls it; its own words name a line of its source.
    private static func words(forHandshake reason: String) -> String {
        if reason.contains("CERTIFICATE_VERIFY_FAILED") {
            return "the server's certificate is signed by nobody who is trusted here, or has expired "
                + "(certificate-authority says who is trusted)"
        }
        if reason.contains("WRONG_VERSION_NUMBER") { return "what listens there does not speak TLS" }
        return "TLS: \(reason)"
    }
}
