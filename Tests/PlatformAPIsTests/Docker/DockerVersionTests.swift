import PlatformAPIs
import Testing

@Suite("Agreeing on a version of the Docker API")
struct DockerVersionTests {
    struct Case: Sendable {
        let newest: String
        let oldest: String?
        let spoken: String
    }

    @Test(
        "the newest that both know is spoken",
        arguments: [
            Case(newest: "1.41", oldest: "1.12", spoken: "1.41"), Case(newest: "1.47", oldest: nil, spoken: "1.47"),
            Case(newest: "1.9", oldest: nil, spoken: "1.9"), Case(newest: "1.52", oldest: "1.44", spoken: "1.47"),
            Case(newest: "1.60", oldest: "1.50", spoken: "1.50"), Case(newest: "2.0", oldest: "1.40", spoken: "1.47"),
        ])
    func choice(sample: Case) throws {
        let newest = try #require(DockerVersion.API(sample.newest))
        let version = DockerVersion(engine: "x", newest: newest, oldest: sample.oldest.flatMap(DockerVersion.API.init))
        #expect("\(version.api)" == sample.spoken)
    }

    @Test(
        "what isn't two numbers is no version",
        arguments: ["", "1", "1.", ".1", "1.2.3", "a.b", "-1.2", "1.99999999999999999999"])
    func nonsense(text: String) {
        #expect(DockerVersion.API(text) == nil)
    }
}
