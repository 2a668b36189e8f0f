package import HTTPListener
internal import Foundation
package import PlatformAPIs

/// Shows a certificate that others write into files, and the next one as soon as it stands there.
package struct CertificateFiles: Sendable {
    /// What the listener shows.
    package let certificate: ListenerCertificate
    private let files: ListenerSecurity
    private let time: SourceTime
    private let say: @Sendable (String) -> Void

    /// Reads the files.
    ///
    /// - Throws: `ListenerError`.
    package init(
        _ files: ListenerSecurity, time: SourceTime = .system, say: @escaping @Sendable (String) -> Void
    ) throws(ListenerError) {
        self.files = files
        self.time = time
        self.say = say
        certificate = try ListenerCertificate(files)
    }

    /// Watches the files until the task is cancelled.
    package func run() async throws {
        var shown = contents()
        while true {
            try await time.sleep(.seconds(5))
            let now = contents()
            guard now != shown else { continue }
            do throws(ListenerError) {
                try certificate.replace(with: files)
                shown = now
                say("the certificate of \(files.certificate) is shown from now on")
            } catch {
                // Half of a pair may be written yet: said once, and tried again.
                if now.isWhole { say("\(error); the certificate from before is shown") }
                shown = now
            }
        }
    }

    private struct Contents: Equatable {
        var certificate: Data?
        var key: Data?
        var isWhole: Bool { certificate != nil && key != nil }
    }

    private func contents() -> Contents {
        Contents(
            certificate: FileManager.default.contents(atPath: files.certificate),
            key: FileManager.default.contents(atPath: files.key))
    }
}
