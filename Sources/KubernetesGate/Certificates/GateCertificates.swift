package import HTTPListener
package import PlatformAPIs
package import SecurityEvents
internal import Synchronization

/// Keeps the certificate that a gate shows: makes it, and another in time, without a restart.
package final class GateCertificates: Sendable {
    /// How long certificates last, in seconds.
    package struct Lifetimes: Sendable {
        /// The authority's.
        package var authority: Int64 = 365 * 24 * 3600
        /// The one that is shown.
        package var serving: Int64 = 30 * 24 * 3600
        /// How long a new authority is told before anything that it signed is shown.
        package var settling: Int64 = 600

        /// The usual times.
        package init() {}
    }

    private struct State {
        var authority: CertificateAuthority
        /// The authority that signs: a new one waits until it is known.
        var signer: CertificateAuthority
        var serving: CertificateAuthority.Identity
        var changed: Timestamp
    }

    /// What the listener shows.
    package let certificate: ListenerCertificate
    private let store: any AuthorityStore
    private let names: [String]
    private let lifetimes: Lifetimes
    private let time: SourceTime
    private let say: @Sendable (String) -> Void
    private let state: Mutex<State>

    /// Takes the kept authority, or makes one, and a certificate.
    ///
    /// - Parameters:
    ///   - store: where the authority is kept.
    ///   - names: the names and addresses that the gate is asked for under.
    ///   - lifetimes: how long certificates last.
    ///   - time: the clock to go by.
    ///   - say: tells a person.
    /// - Throws: why there is no certificate.
    package init(
        store: any AuthorityStore, names: [String], lifetimes: Lifetimes = Lifetimes(), time: SourceTime = .system,
        say: @escaping @Sendable (String) -> Void
    ) async throws {
        self.store = store
        self.names = names
        self.lifetimes = lifetimes
        self.time = time
        self.say = say
        let now = time.now()
        let authority = try await Self.authority(in: store, lifetimes, now)
        let serving = try authority.issue(for: names, at: now, seconds: lifetimes.serving)
        certificate = try ListenerCertificate(chain: serving.certificate, key: serving.key)
        state = Mutex(State(authority: authority, signer: authority, serving: serving, changed: now))
    }

    /// The certificates that API servers have to trust, PEM: `caBundle`.
    package var bundle: String { state.withLock { $0.authority.bundle } }

    /// What signs now.
    var signer: CertificateAuthority.Identity { state.withLock { $0.signer.identity } }

    /// Until when the certificate that is shown is valid.
    package var expiry: Timestamp { state.withLock { $0.serving.until } }

    /// Renews what has to be until the task is cancelled.
    package func run() async throws {
        while true {
            let pause = max(1, min(60, min(lifetimes.serving, lifetimes.authority) / 30))
            try await time.sleep(.seconds(pause))
            do { try await renew() } catch let error as any Error & CustomStringConvertible {
                try Task.checkCancellation()
                say("certificates could not be renewed, the ones from before are shown until \(expiry): \(error)")
            }
        }
    }

    /// Looks once whether something has to be renewed.
    package func renew() async throws {
        let now = time.now()
        try await renewAuthority(now)
        let (signer, serving) = state.withLock { state -> (CertificateAuthority, CertificateAuthority.Identity?) in
            let isSettled = now.nanoseconds - state.changed.nanoseconds >= lifetimes.settling * 1_000_000_000
            let mustChange = isSettled && state.signer.identity != state.authority.identity
            if mustChange { state.signer = state.authority }
            let isDue = mustChange || now >= state.serving.renewal
            return (state.signer, isDue ? nil : state.serving)
        }
        guard serving == nil else { return }
        let made = try signer.issue(for: names, at: now, seconds: lifetimes.serving)
        try certificate.replace(chain: made.certificate, key: made.key)
        state.withLock { $0.serving = made }
        say("a new certificate is shown, valid until \(made.until)")
    }

    private func renewAuthority(_ now: Timestamp) async throws {
        let known = state.withLock { $0.authority }
        // Another replica may have been faster.
        if let kept = try await store.load(), kept.identity != known.identity,
            kept.identity.until > known.identity.until
        {
            take(kept, now)
            return
        }
        guard now >= known.identity.renewal else { return }
        let made = try CertificateAuthority(
            at: now, seconds: lifetimes.authority, previous: [known.identity.certificate])
        if try await store.save(made) {
            take(made, now)
        } else if let kept = try await store.load() {
            take(kept, now)
        }
    }

    private func take(_ authority: CertificateAuthority, _ now: Timestamp) {
        state.withLock { state in
            state.authority = authority
            state.changed = now
        }
        say(
            "a new authority, valid until \(authority.identity.until), stands in the bundle; it signs in \(lifetimes.settling) s"
        )
    }

    private static func authority(
        in store: any AuthorityStore, _ lifetimes: Lifetimes, _ now: Timestamp
    ) async throws -> CertificateAuthority {
        if let kept = try await store.load(), kept.identity.until > now { return kept }
        let made = try CertificateAuthority(at: now, seconds: lifetimes.authority)
        if try await store.save(made) { return made }
        guard let kept = try await store.load() else {
            throw CertificateAuthority.Fault(reason: "another gate keeps changing the kept authority")
        }
        return kept
    }
}
