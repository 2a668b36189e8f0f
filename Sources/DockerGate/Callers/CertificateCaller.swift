import Crypto
import SecurityEvents
import SwiftASN1
import Synchronization
import X509

/// Reads who a client certificate belongs to, as the engine passes certificates on.
///
/// The engine itself names only the common name, which is a small part of who somebody is: two authorities, or two
/// departments, may give out the same one. Here the caller is the whole subject.
package final class CertificateCallers: Sendable {
    /// How many callers are remembered; there are as many as there are client certificates in use.
    private static let limit = 1024
    /// No certificate is longer.
    private static let longest = 64 << 10

    private let known = Mutex<[String: DockerCaller?]>([:])

    /// Makes a reader that knows nobody.
    package init() {}

    /// The caller of a certificate.
    ///
    /// - Parameter text: base64 of PEM, as the engine sends it; or PEM.
    /// - Returns: the caller; nil where the text is no certificate.
    package func caller(of text: String) -> DockerCaller? {
        guard text.utf8.count <= Self.longest else { return nil }
        if let found = known.withLock({ $0[text] }) { return found }
        let caller = Self.read(text)
        known.withLock { known in
            // Who keeps making new certificates gets no memory for it.
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            known[text] = .some(caller)
        }
        return caller
    }

    private static func read(_ text: String) -> DockerCaller? {
        let pem: String
        if text.hasPrefix("-----BEGIN") {
            pem = text
        } else if let bytes = Base64.decode(text.utf8) {
            pem = String(decoding: bytes, as: UTF8.self)
        } else {
            return nil
        }
        guard let certificate = try? Certificate(pemEncoded: pem) else { return nil }
        var caller = DockerCaller()
        caller.authentication = .certificate
        caller.user = certificate.subject.description
        caller.groups = certificate.subject.flatMap { name in
            name.compactMap { attribute in
                attribute.type == .RDNAttributeType.organizationName ? String(attribute.value) : nil
            }
        }
        caller.uid = fingerprint(pem).map { "sha256:" + $0 }
        caller.extra = [("issuer", [certificate.issuer.description])]
        caller.extra.append(("serialNumber", [certificate.serialNumber.description]))
        let common = certificate.subject.flatMap { name in
            name.compactMap { attribute in
                attribute.type == .RDNAttributeType.commonName ? String(attribute.value) : nil
            }
        }
        if !common.isEmpty { caller.extra.append(("commonName", common)) }
        if let names = try? certificate.extensions.subjectAlternativeNames, !names.isEmpty {
            caller.extra.append(("subjectAlternativeNames", names.prefix(64).map(word)))
        }
        return caller
    }

    private static func word(_ name: GeneralName) -> String {
        switch name {
        case .dnsName(let name): "DNS:\(name)"
        case .rfc822Name(let name): "email:\(name)"
        case .uniformResourceIdentifier(let name): "URI:\(name)"
        default: "\(name)"
        }
    }

    /// SHA-256 of the certificate itself, as `openssl x509 -fingerprint -sha256` prints it, without colons.
    private static func fingerprint(_ pem: String) -> String? {
        let lines = pem.split(whereSeparator: \.isNewline)
        let body = lines.drop { !$0.hasPrefix("-----BEGIN") }.dropFirst().prefix { !$0.hasPrefix("-----") }
        guard let bytes = Base64.decode(body.joined().utf8) else { return nil }
        return SHA256.hash(data: bytes).map { byte in
            let digits = String(byte, radix: 16)
            return digits.utf8.count < 2 ? "0" + digits : digits
        }.joined()
    }
}
