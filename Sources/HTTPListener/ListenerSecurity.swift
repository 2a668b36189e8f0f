import NIOSSL

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
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
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
            throw .security("\(certificate) and \(key) do not belong together: \(error)")
        }
    }
}
