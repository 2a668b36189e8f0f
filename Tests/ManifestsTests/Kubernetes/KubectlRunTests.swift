import SecurityEvents
import Testing

@testable import Manifests

@Suite("kubectl run commands")
struct KubectlRunTests {
    private func read(_ text: String) -> ReadManifests { ManifestReader().read(text, file: "start.sh") }

    @Test(
        "Flags make the Pod that the client makes",
        arguments: [
            (
                "kubectl run a --image=x -it --rm --restart=Never -- sh -c 'id'",
                #"{"containers":[{"name":"a","image":"x","args":["sh","-c","id"],"stdin":true,"tty":true}],"restartPolicy":"Never"}"#
            ),
            (
                "sudo kubectl -n shop run a --image x --command --privileged --env=A=1 --env B=2=3 -- /app --all",
                #"{"containers":[{"name":"a","image":"x","command":["/app","--all"],"env":[{"name":"A","value":"1"},{"name":"B","value":"2=3"}],"securityContext":{"privileged":true}}]}"#
            ),
            (
                #"k3s kubectl run a --image=x --overrides='{"spec":{"hostPID":true,"containers":[{"name":"b","image":"y"}],"restartPolicy":null}}' --restart=Never"#,
                #"{"containers":[{"name":"b","image":"y"}],"hostPID":true}"#
            ),
            (
                #"kubectl run a --image=x --override-type=strategic --overrides '{"spec":{"containers":[{"name":"a","tty":true},{"name":"b","image":"y"}]}}'"#,
                #"{"containers":[{"name":"a","image":"x","tty":true},{"name":"b","image":"y"}]}"#
            ),
        ])
    func flags(_ command: String, _ expected: String) throws {
        let read = read(command)
        #expect(read.diagnostics.isEmpty)
        let manifest = try #require(read.manifests.first)
        #expect(manifest.identity.kind == "Pod")
        #expect(String(decoding: manifest.root["spec"]?.json ?? [], as: UTF8.self) == expected)
    }

    @Test("What the overrides say stands where they stand")
    func place() throws {
        let read = read("set -e\nkubectl run a --image=x \\\n  --overrides='{\"spec\":{\"hostPID\":true}}'\n")
        let manifest = try #require(read.manifests.first)
        #expect(manifest.line == 2 && manifest.root["spec"]?["hostPID"]?.place.line == 3)
    }

    @Test("Other verbs make no Pod, and both kinds of command may stand in one script")
    func script() {
        let read = read(
            "kubectl get pods\nkubectl apply -f run.yaml\nkubectl run a --image=x\ndocker run y\nkubectl exec a -- run b\n"
        )
        #expect(read.diagnostics.isEmpty)
        #expect(read.manifests.map(\.kind) == [.kubernetes, .dockerRun])
    }

    @Test(
        "What cannot be taken apart is said, with its place",
        arguments: [
            ("kubectl run --image=x", "no name: kubectl run NAME --image=IMAGE"),
            ("kubectl run a --image=x --overrides='{'", "--overrides must be a JSON object"),
            (
                "kubectl run a --image=x --override-type=json --overrides='[]'",
                "--override-type=json is not understood; merge and strategic are"
            ),
        ])
    func faults(_ command: String, _ message: String) {
        let read = read(command)
        #expect(read.manifests.isEmpty)
        #expect(read.diagnostics.map(\.message) == [message])
        #expect(read.diagnostics.first?.line == 1)
    }
}
