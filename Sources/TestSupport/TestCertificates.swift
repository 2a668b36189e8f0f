/// Certificates for tests, made once with `openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256`; valid for 100 years.
///
/// Nothing trusts them but the tests themselves.
package enum TestCertificates {
    /// The certificate that signed the server's and the client's.
    package static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBijCCAS+gAwIBAgIUM4+NlgcgeevSw0OapSDaxeMXgSIwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MjMwNTE5WhgPMjEy
        NjExMDEyMzA1MTlaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEqDZd6yTokBCdNwGOecqH+Rx5n4h0ldGqqlgdRDw+
        cJ6rdKXsr2am1ypHQbF2qUPwksYwz9aZgiWCZKuCmQvrUqNTMFEwHQYDVR0OBBYE
        FKlYMRF/1ObQWkmPzWVI+0+Mdv3QMB8GA1UdIwQYMBaAFKlYMRF/1ObQWkmPzWVI
        +0+Mdv3QMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAPd8bdoD
        Py4ehnnoSKqeN8JiyYYqGXnlqyiw16Y9dgCOAiEA4QZQcGCXJzk89i5R7IwbrBuf
        1fLjYhu45EEcRYg5gcc=
        -----END CERTIFICATE-----
        """

    /// A certificate that signed neither.
    package static let stranger = """
        -----BEGIN CERTIFICATE-----
        MIIBjzCCATWgAwIBAgIUU7iqw/0rRHpho/+4hZNtf2JkKlMwCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTI1MjMwNTE5WhgP
        MjEyNjExMDEyMzA1MTlaMBwxGjAYBgNVBAMMEUFub3RoZXIgYXV0aG9yaXR5MFkw
        EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE/5RGzKhNlhw0IQ2sB00V3ZesmrJvyRpR
        5TV3SglvMpDIx7EM1pTwPxUjN5Y3/C7G98WFeOqdvlfXcQVLcMYlCKNTMFEwHQYD
        VR0OBBYEFHbUK9Zov/L73jB3Iili9OrJqgiFMB8GA1UdIwQYMBaAFHbUK9Zov/L7
        3jB3Iili9OrJqgiFMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIh
        AJBtD/wkqvUevou+4hO86lmZEcWhannulpjI4J6vJjDnAiBvkIatfs6R7w+IaCTU
        0Z/vHDroD0g4BMRyhAv/kFzUDg==
        -----END CERTIFICATE-----
        """

    /// A server's, for 127.0.0.1 and api.test.
    package static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBijCCATGgAwIBAgIUPY0ItChKOp7zH2hXd9uK8LCkV9owCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MjMwNTE5WhgPMjEy
        NjExMDEyMzA1MTlaMBExDzANBgNVBAMMBnNlcnZlcjBZMBMGByqGSM49AgEGCCqG
        SM49AwEHA0IABIkYDqE5p0NUqtWibDi99m5Meiu7oU0gR9e5YA6/JoH50Ssd/oC1
        QAXWYd1R5pYHJpMnsoKIvjUwMOhpnM5yXvOjXTBbMBkGA1UdEQQSMBCHBH8AAAGC
        CGFwaS50ZXN0MB0GA1UdDgQWBBTDU236rzcngNajkZ3gwhz9jbaYpDAfBgNVHSME
        GDAWgBSpWDERf9Tm0FpJj81lSPtPjHb90DAKBggqhkjOPQQDAgNHADBEAiAwQPnu
        oo4gQS+exzS+kzlVqfj0qAlVLXYbnrZtN+BPewIgFstkuX2MirLFVjdpwVvZOGyv
        +uhlkeQL9gqZfcE+aBA=
        -----END CERTIFICATE-----
        """

    /// The server's key.
    package static let serverKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgnjulCokoBXXOCA2l
        r8UTETs56zLxCpo/eOv2eeg0y1ShRANCAASJGA6hOadDVKrVomw4vfZuTHoru6FN
        IEfXuWAOvyaB+dErHf6AtUAF1mHdUeaWByaTJ7KCiL41MDDoaZzOcl7z
        -----END PRIVATE KEY-----
        """

    /// A client's.
    package static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBiTCCAS6gAwIBAgIUPY0ItChKOp7zH2hXd9uK8LCkV9swCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MjMwNTE5WhgPMjEy
        NjExMDEyMzA1MTlaMBQxEjAQBgNVBAMMCWFwaXNlcnZlcjBZMBMGByqGSM49AgEG
        CCqGSM49AwEHA0IABNjGb+vaLcslSBRPDJiW0Y9iQmKKeDwNcTncq0BgZtLlyGgG
        b+WOdChYk/2fcnj/FuKM3ASV4zffgJbnlw/Ng6WjVzBVMBMGA1UdJQQMMAoGCCsG
        AQUFBwMCMB0GA1UdDgQWBBQqEYfmw55ZO9mU4FJRP62c4mYC3DAfBgNVHSMEGDAW
        gBSpWDERf9Tm0FpJj81lSPtPjHb90DAKBggqhkjOPQQDAgNJADBGAiEA2nU+BBib
        dpKWXSXPB+kc42A7OdRtPOc5m1vNH0I2ASUCIQDVkMiq5JuFMlNAHArNDxu1ISEr
        tYR0GWfvqt3EpQi1Og==
        -----END CERTIFICATE-----
        """

    /// The client's key.
    package static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdseWl/9+IbogjoTa
        vTd9q4R9y80KbN4Ehy9Bkp6ataKhRANCAATYxm/r2i3LJUgUTwyYltGPYkJiing8
        DXE53KtAYGbS5choBm/ljnQoWJP9n3J4/xbijNwEleM334CW55cPzYOl
        -----END PRIVATE KEY-----
        """

    /// A client's that a stranger signed.
    package static let strangeClient = """
        -----BEGIN CERTIFICATE-----
        MIIBijCCATGgAwIBAgIUW+vuMVp0Bi7nITtbTOn/y7++xnswCgYIKoZIzj0EAwIw
        HDEaMBgGA1UEAwwRQW5vdGhlciBhdXRob3JpdHkwIBcNMjYxMTI1MjMwNTE5WhgP
        MjEyNjExMDEyMzA1MTlaMBQxEjAQBgNVBAMMCWFwaXNlcnZlcjBZMBMGByqGSM49
        AgEGCCqGSM49AwEHA0IABGv6QQSqhl21vCa6rrUom6snPdiKDF1xIx0gR6aWBQSG
        QMvIqMWQR6nxxUQMAyVVgPvEhcF4wqVVBiz/u+e3mhijVzBVMBMGA1UdJQQMMAoG
        CCsGAQUFBwMCMB0GA1UdDgQWBBTDiT9UI/lf6KrTcR0L2Ltz7+rwrzAfBgNVHSME
        GDAWgBR21CvWaL/y+94wdyIpYvTqyaoIhTAKBggqhkjOPQQDAgNHADBEAiAq5KCk
        XlkU6PXB1ABJrPTIQ/AdaqfckwqdIFXsxkpd5QIgYQncJWyeMEJh4kR+rNRBfcoM
        g8jEnAIVsr3HVk4fJdI=
        -----END CERTIFICATE-----
        """

    /// The key of that client.
    package static let strangeClientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/xwA4j3EGOHwdjlH
        afDq9/MIYnAQ0px4C0vJBj+TGEuhRANCAARr+kEEqoZdtbwmuq61KJurJz3Yigxd
        cSMdIEemlgUEhkDLyKjFkEep8cVEDAMlVYD7xIXBeMKlVQYs/7vnt5oY
        -----END PRIVATE KEY-----
        """

    /// A server's, for api.test only.
    package static let named = """
        -----BEGIN CERTIFICATE-----
        MIIBgjCCASigAwIBAgIUPY0ItChKOp7zH2hXd9uK8LCkV9wwCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI1MjMyODIwWhgPMjEy
        NjExMDEyMzI4MjBaMA4xDDAKBgNVBAMMA2FwaTBZMBMGByqGSM49AgEGCCqGSM49
        AwEHA0IABEtH8oQD6/iZkELPTpT0elBfD2QgiD/h9rGRZWQsO9Qycp3U4Qu/qQIE
        GohXKOI4eyeD8VvVFGQYkaVAe/HNL0OjVzBVMBMGA1UdEQQMMAqCCGFwaS50ZXN0
        MB0GA1UdDgQWBBSLk7GEFSZEIDaSr5jLBROnBupQ2jAfBgNVHSMEGDAWgBSpWDER
        f9Tm0FpJj81lSPtPjHb90DAKBggqhkjOPQQDAgNIADBFAiALahLOaDpoFfSCd2zo
        W61AgnDYzXSDnLbP6HZ1YDltMQIhALV+4dCG08mwkHMahrBWw/RusTVZlVsZRfBk
        q0WXzMDB
        -----END CERTIFICATE-----
        """

    /// The key of that server.
    package static let namedKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgNlzG5ilppal0OCDz
        lLSht9HVsnI4llNjxHpj1w09/b2hRANCAARLR/KEA+v4mZBCz06U9HpQXw9kIIg/
        4faxkWVkLDvUMnKd1OELv6kCBBqIVyjiOHsng/Fb1RRkGJGlQHvxzS9D
        -----END PRIVATE KEY-----
        """
}
