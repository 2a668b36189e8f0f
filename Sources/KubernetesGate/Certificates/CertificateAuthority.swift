internal import Crypto
internal import Foundation
package import SecurityEvents
internal import SwiftASN1
internal import X509

/// The gate's own certificate authority, and what it signs.
///
/// It signs certificates for the gate and for nothing else; the API server trusts it because its certificate stands in
/// `caBundle`.
package struct CertificateAuthority: Sendable, Equatable {
    /// Why a certificate could not be made or read.
    package struct Fault: Error, CustomStringConvertible {
        /// What was wrong.
        package var reason: String
        /// What was wrong, as a person reads it.
        package var description: String { "the gate's certificates: \(reason)" }
    }

    /// A certificate with its key.
    package struct Identity: Sendable, Equatable {
        /// The certificate, PEM.
        package var certificate: String
        /// Its key, PEM (PKCS #8).
        package var key: String
        /// From when on it is valid.
        package var from: Timestamp
        /// Until when.
        package var until: Timestamp

        /// When it should be replaced: after two thirds of its time.
        package var renewal: Timestamp {
            Timestamp(nanoseconds: from.nanoseconds + (until.nanoseconds - from.nanoseconds) / 3 * 2)
        }
    }

    /// Its own certificate and key.
    package var identity: Identity
    /// Authorities from before, whose certificates may still be shown somewhere.
    package var previous: [String]

    /// The certificates that clients have to trust, PEM.
    package var bundle: String { ([identity.certificate] + previous).joined(separator: "\n") + "\n" }

    /// Takes an authority.
    package init(identity: Identity, previous: [String] = []) {
        self.identity = identity
        self.previous = previous
    }

    /// Makes an authority.
    ///
    /// - Parameters:
    ///   - now: from when on it is valid.
    ///   - seconds: how long.
    ///   - previous: authorities from before.
    /// - Throws: `Fault`.
    package init(at now: Timestamp, seconds: Int64, previous: [String] = []) throws(Fault) {
        do {
            let key = P256.Signing.PrivateKey()
            let name = try DistinguishedName { CommonName("Tallyman gate authority") }
            let times = Self.times(now, seconds)
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
                notValidBefore: times.from, notValidAfter: times.until, issuer: name, subject: name,
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(hash: .init(key.publicKey))
                }, issuerPrivateKey: .init(key))
            identity = try Self.identity(certificate, key.pemRepresentation)
        } catch { throw Fault(reason: "no authority can be made: \(error)") }
        self.previous = previous
    }

    /// Reads what was kept.
    ///
    /// - Parameters:
    ///   - bundle: the authority's certificate, and those from before behind it, PEM.
    ///   - key: its key, PEM.
    /// - Throws: `Fault`.
    package init(bundle: String, key: String) throws(Fault) {
        do {
            let documents = try PEMDocument.parseMultiple(pemString: bundle)
            guard let first = documents.first else { throw Fault(reason: "the kept authority is empty") }
            let certificate = try Certificate(pemDocument: first)
            let secret = try P256.Signing.PrivateKey(pemRepresentation: key)
            guard certificate.publicKey == Certificate.PublicKey(secret.publicKey) else {
                throw Fault(reason: "the kept authority's key belongs to another certificate")
            }
            identity = try Self.identity(certificate, secret.pemRepresentation)
            previous = documents.dropFirst().map(\.pemString)
        } catch let fault as Fault { throw fault } catch {
            throw Fault(reason: "the kept authority cannot be read: \(error)")
        }
    }

    /// Signs a certificate for a server.
    ///
    /// - Parameters:
    ///   - names: the names and addresses that it is asked for under.
    ///   - now: from when on it is valid.
    ///   - seconds: how long, but never longer than the authority.
    /// - Returns: the certificate and its key.
    /// - Throws: `Fault`.
    package func issue(for names: [String], at now: Timestamp, seconds: Int64) throws(Fault) -> Identity {
        do {
            let key = P256.Signing.PrivateKey()
            let authority = try Certificate(pemEncoded: identity.certificate)
            let signer = try P256.Signing.PrivateKey(pemRepresentation: identity.key)
            let times = Self.times(now, seconds)
            let certificate = try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: .init(key.publicKey),
                notValidBefore: times.from, notValidAfter: min(times.until, authority.notValidAfter),
                issuer: authority.subject, subject: DistinguishedName { CommonName("Tallyman gate") },
                signatureAlgorithm: .ecdsaWithSHA256,
                extensions: Certificate.Extensions {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(KeyUsage(digitalSignature: true))
                    try ExtendedKeyUsage([.serverAuth])
                    SubjectAlternativeNames(names.map(Self.name))
                    AuthorityKeyIdentifier(
                        keyIdentifier: SubjectKeyIdentifier(hash: authority.publicKey).keyIdentifier)
                }, issuerPrivateKey: .init(signer))
            return try Self.identity(certificate, key.pemRepresentation)
        } catch { throw Fault(reason: "no certificate can be made: \(error)") }
    }

    /// A little earlier than now: the clocks of a cluster differ.
    private static func times(_ now: Timestamp, _ seconds: Int64) -> (from: Date, until: Date) {
        let start = now.nanoseconds / 1_000_000_000
        return (
            Date(timeIntervalSince1970: Double(start - min(300, seconds / 10))),
            Date(timeIntervalSince1970: Double(start + seconds))
        )
    }

    private static func identity(_ certificate: Certificate, _ key: String) throws -> Identity {
        func moment(_ date: Date) -> Timestamp {
            Timestamp(nanoseconds: Int64(date.timeIntervalSince1970) * 1_000_000_000)
        }
        return Identity(
            certificate: try certificate.serializeAsPEM().pemString, key: key,
            from: moment(certificate.notValidBefore), until: moment(certificate.notValidAfter))
    }

    /// What a gate's certificate is for: the names that it is given, and what it listens on where that is one address.
    package static func names(given: [String], listeningOn host: String) -> [String] {
        let isEvery = host.isEmpty || host == "0.0.0.0" || IPv6.bytes(host).map { $0.allSatisfy { $0 == 0 } } ?? false
        return isEvery || given.contains(host) ? given : given + [host]
    }

    /// A name of DNS, or an address.
    private static func name(_ text: String) -> GeneralName {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        if parts.count == 4, parts.allSatisfy({ $0 != nil }) {
            return .ipAddress(ASN1OctetString(contentBytes: ArraySlice(parts.compactMap { $0 })))
        }
        if text.contains(":"), let bytes = IPv6.bytes(text) {
            return .ipAddress(ASN1OctetString(contentBytes: ArraySlice(bytes)))
        }
        return .dnsName(text)
    }
}
