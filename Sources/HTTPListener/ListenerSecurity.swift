import NIOSSL
import Synchronization

/// The certificate that a listener shows, and whose certificates it asks of its clients.
package struct ListenerSecurity: Sendable, Equatable {
    /// The file of the certificate and its chain, PEM.
    package var certificate: String
    /// The file of the certificate's key, PEM.
    package var key: String
    /// The file of the certificates that a client's has to be signed by, PEM; nil where clients need none.
    package var clientAuthority: String?

    /// Names the files.
    ///
    /// - Parameters:
    ///   - certificate: the certificate and its chain, PEM.
    ///   - key: the certificate's key, PEM.
    ///   - clientAuthority: the certificates that a client's has to be signed by, PEM.
    package init(certificate: String, key: String, clientAuthority: String? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthority = clientAuthority
    }

    /// Reads the files.
    func context() throws(ListenerError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMFile(certificate) } catch {
            throw .security("\(certificate): no PEM certificate can be read")
        }
        let privateKey: NIOSSLPrivateKey
        do { privateKey = try NIOSSLPrivateKey(file: key, format: .pem) } catch {
            throw .security("\(key): no PEM key can be read, or it has a password")
        }
        return try ListenerCertificate.context(
            chain, privateKey, clientAuthority: clientAuthority, name: "\(certificate) and \(key)")
    }
}

/// The certificate that a listener shows now.
///
/// Another takes its place without a restart: connections that are open keep the one that they began with.
package final class ListenerCertificate: Sendable {
    private let current: Mutex<NIOSSLContext>

    /// Reads files.
    package init(_ files: ListenerSecurity) throws(ListenerError) { current = Mutex(try files.context()) }

    /// Takes a certificate and its key as texts.
    ///
    /// - Parameters:
    ///   - chain: the certificate and its chain, PEM.
    ///   - key: the certificate's key, PEM.
    ///   - clientAuthority: the file of the certificates that a client's has to be signed by, PEM.
    /// - Throws: `ListenerError`.
    package init(chain: String, key: String, clientAuthority: String? = nil) throws(ListenerError) {
        current = Mutex(try Self.context(chain: chain, key: key, clientAuthority: clientAuthority))
    }

    /// Shows what stands in files from now on.
    ///
    /// - Throws: `ListenerError`; then the certificate from before is shown.
    package func replace(with files: ListenerSecurity) throws(ListenerError) {
        let context = try files.context()
        current.withLock { $0 = context }
    }

    /// Shows another certificate from now on.
    ///
    /// - Throws: `ListenerError`; then the certificate from before is shown.
    package func replace(chain: String, key: String, clientAuthority: String? = nil) throws(ListenerError) {
        let context = try Self.context(chain: chain, key: key, clientAuthority: clientAuthority)
        current.withLock { $0 = context }
    }

    /// What a new connection is given.
    var context: NIOSSLContext { current.withLock { $0 } }

    private static func context(
        chain: String, key: String, clientAuthority: String?
    ) throws(ListenerError) -> NIOSSLContext {
        let certificates: [NIOSSLCertificate]
        let privateKey: NIOSSLPrivateKey
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(Array(chain.utf8))
            privateKey = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        } catch { throw .security("the certificate or its key cannot be read: \(error)") }
        return try context(
            certificates, privateKey, clientAuthority: clientAuthority, name: "the certificate and its key")
    }

    fileprivate static func context(
        _ chain: [NIOSSLCertificate], _ key: NIOSSLPrivateKey, clientAuthority: String?, name: String
    ) throws(ListenerError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        if let clientAuthority {
            do {
                configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(clientAuthority))
            } catch { throw .security("\(clientAuthority): no PEM certificate can be read") }
            // A client without a certificate, or with another's, does not get through the handshake.
            configuration.certificateVerification = .noHostnameVerification
        }
        do { return try NIOSSLContext(configuration: configuration) } catch {
            throw .security("\(name) do not belong together: \(error)")
        }
    }
}
