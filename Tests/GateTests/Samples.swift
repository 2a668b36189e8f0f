import Admission
import Crypto
import SecurityEvents

/// A moment that tests agree on.
let noon = Timestamp(nanoseconds: 1_795_435_200_000_000_000)

extension Timestamp {
    /// So many seconds later.
    func adding(seconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds + seconds * 1_000_000_000) }
}

/// An exemption of half an hour.
func sample(
    _ subject: Exemption.Subject = .user("carol"), audience: String? = nil, seconds: Int64 = 1800
) -> Exemption {
    Exemption(
        id: "x-1", subject: subject, audience: audience, reason: "outage 12", issuer: "dave", issued: noon,
        expires: noon.adding(seconds: seconds))
}
