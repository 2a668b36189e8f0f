import PlatformAPIs
import Testing

@Suite("What is kept of a cluster")
struct ObjectStoreTests {
    func pod(_ number: Int, phase: String = "Running") -> String {
        let container =
            #"{"name":"app","image":"registry.example.com/team/app:v\#(number % 7)","env":[{"name":"A","value":"secret"}]}"#
        let owner =
            #"[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-\#(number / 10)","uid":"u\#(number / 10)"}]"#
        let metadata =
            #"{"name":"app-\#(number)","namespace":"team","uid":"uid-\#(number)","ownerReferences":\#(owner),"managedFields":[{}]}"#
        return
            #"{"metadata":\#(metadata),"spec":{"nodeName":"n\#(number % 3)","containers":[\#(container)]},"status":{"phase":"\#(phase)"}}"#
    }

    func page(_ numbers: some Sequence<Int>) -> ResourceChange {
        .page(
            Array(
                #"{"metadata":{"resourceVersion":"1"},"items":[\#(numbers.map { pod($0) }.joined(separator: ","))]}"#
                    .utf8))
    }

    func change(_ type: String, _ object: String) -> ResourceChange {
        .change(Array(#"{"type":"\#(type)","object":\#(object)}"#.utf8))
    }

    func text(_ store: ObjectStore, _ name: String) -> String? {
        store.object(namespace: "team", name: name).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("what is kept of a Pod says who it is and what runs in it, and no values of its environment")
    func kept() {
        let store = ObjectStore(.pods)
        store.apply(.listing)
        store.apply(page([3]))
        store.apply(.listed)
        let owner = #"[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"app-0","uid":"u0"}]"#
        let expected =
            #"{"metadata":{"name":"app-3","namespace":"team","uid":"uid-3","ownerReferences":\#(owner)},"#
            + #""spec":{"nodeName":"n0","containers":[{"name":"app","image":"registry.example.com/team/app:v3"}]},"#
            + #""status":{"phase":"Running"}}"#
        #expect(text(store, "app-3") == expected)
        #expect(store.object(namespace: "other", name: "app-3") == nil)
        #expect(store.census.isComplete)
    }

    @Test("changes are taken over, and what a later list does not have is gone")
    func relisting() {
        let store = ObjectStore(.pods)
        store.apply(.listing)
        store.apply(page(0..<10))
        store.apply(.listed)
        store.apply(change("MODIFIED", pod(1, phase: "Failed")))
        store.apply(change("ADDED", pod(10)))
        store.apply(change("DELETED", pod(2)))
        #expect(text(store, "app-1")?.contains("Failed") == true)
        #expect(text(store, "app-2") == nil)
        #expect(store.census.objects == 10)
        store.apply(.listing)
        store.apply(page([1, 3]))
        store.apply(change("ADDED", pod(11)))
        store.apply(.listed)
        #expect(store.census.objects == 3)
        #expect(text(store, "app-11") != nil)
        store.apply(.change(Array("}".utf8)))
        store.apply(change("ADDED", "{}"))
        #expect(store.census.unreadable == 2)
    }

    @Test("past its limits nothing more is kept, and that is counted")
    func limits() {
        var limits = ObjectStore.Limits()
        limits.objects = 5
        let store = ObjectStore(.pods, limits: limits)
        store.apply(page(0..<8))
        #expect(store.census.objects == 5)
        #expect(store.census.leftOut == 3)
        limits = ObjectStore.Limits()
        limits.bytes = 1000
        let small = ObjectStore(.pods, limits: limits)
        small.apply(page(0..<100))
        #expect(small.census.bytes <= 1000)
        #expect(small.census.objects + small.census.leftOut == 100)
    }

    @Test("a Pod's kept members take less than 200 bytes where Pods are alike")
    func size() {
        let store = ObjectStore(.pods)
        for start in stride(from: 0, to: 1000, by: 500) { store.apply(page(start..<start + 500)) }
        #expect(store.census.bytes / store.census.objects < 200)
        #expect(text(store, "app-999")?.contains("uid-999") == true)
    }

    @Test("every resource that is kept has its own projection and paths")
    func resources() {
        let resources = KubernetesResource.all
        #expect(Set(resources).count == resources.count)
        #expect(KubernetesResource.pods.path(version: "v1") == "/api/v1/pods")
        let cronJobs = resources.first { $0.kind == "CronJob" }
        #expect(cronJobs?.path(version: "v1beta1") == "/apis/batch/v1beta1/cronjobs")
        #expect(cronJobs?.description == "cronjobs.batch")
    }
}
