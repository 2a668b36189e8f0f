import SecurityEvents
import Testing

@testable import DockerGate

@Suite("Callers by their certificates")
struct CertificateCallersTests {
    /// Made with `openssl req -x509`, subject `/C=DE/O=Dev, Ops/OU=Build/CN=alice`; the key was thrown away.
    static let pem = """
        -----BEGIN CERTIFICATE-----
        MIICGzCCAcKgAwIBAgIUfKePtpX5YYQ6P2I4m95ICUi2nvMwCgYIKoZIzj0EAwIw
        QDELMAkGA1UEBhMCREUxETAPBgNVBAoMCERldiwgT3BzMQ4wDAYDVQQLDAVCdWls
        ZDEOMAwGA1UEAwwFYWxpY2UwHhcNMjYxMTI2MDE0OTA0WhcNMzYxMTIzMDE0OTA0
        WjBAMQswCQYDVQQGEwJERTERMA8GA1UECgwIRGV2LCBPcHMxDjAMBgNVBAsMBUJ1
        aWxkMQ4wDAYDVQQDDAVhbGljZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHhg
        fZLhzaC16GPs2TPf3Pz7komq1TC/IKnZka3JX/geE5RgTJUnRF8XDFOLQbAhdYHg
        ZFD5jDqIYrhtfSz4QyWjgZkwgZYwHQYDVR0OBBYEFB25th6cp42lfLujwtsGUAqG
        UnmTMB8GA1UdIwQYMBaAFB25th6cp42lfLujwtsGUAqGUnmTMA8GA1UdEwEB/wQF
        MAMBAf8wQwYDVR0RBDwwOoIJYS5leGFtcGxlgRFhbGljZUBleGFtcGxlLm9yZ4Ya
        c3BpZmZlOi8vZXhhbXBsZS5vcmcvYWxpY2UwCgYIKoZIzj0EAwIDRwAwRAIgI5de
        Mun55RW44y9/3AqHLDWi1FZusAwk9maQyJDzhK8CIBGz4IDGTnJx6RpTDFYJNAfP
        PSJlPI8pMnueXoACfHKO
        -----END CERTIFICATE-----

        """

    @Test("a caller is the whole subject, with its organizations, other names and fingerprint")
    func whole() throws {
        let caller = try #require(CertificateCallers().caller(of: Self.pem))
        // What `openssl x509 -subject -nameopt RFC2253` and `-fingerprint -sha256` print of it.
        #expect(caller.user == #"CN=alice,OU=Build,O=Dev\, Ops,C=DE"#)
        #expect(caller.groups == ["Dev, Ops"])
        #expect(
            caller.uid
                == "sha256:a829aa02728 9fe01 60afb4e9c8c1abff510762f124ef290116a4dc4bbd279a36".filter { $0 != " " })
        #expect(caller.authentication == .certificate)
        let names = caller.extra.first { $0.name == "subjectAlternativeNames" }?.values
        #expect(names == ["DNS:a.example", "email:alice@example.org", "URI:spiffe://example.org/alice"])
        #expect(caller.extra.first { $0.name == "commonName" }?.values == ["alice"])
    }

    @Test("the engine's base64 around the PEM is read as well")
    func encoded() throws {
        let callers = CertificateCallers()
        let text = String(decoding: Base64.encode(Array(Self.pem.utf8)), as: UTF8.self)
        #expect(callers.caller(of: text) == callers.caller(of: Self.pem))
    }

    static let wrong = ["", "x", "AAAA", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "%"]

    @Test("what is no certificate is nobody's", arguments: wrong)
    func none(text: String) { #expect(CertificateCallers().caller(of: text) == nil) }
}
