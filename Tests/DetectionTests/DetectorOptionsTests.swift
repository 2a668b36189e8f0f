import SecurityEvents
import Testing

@testable import Detection

@Suite("How much a detector remembers")
struct DetectorOptionsTests {
    @Test("the other limits grow with the number of workloads and never shrink")
    func proportion() {
        let usual = DetectorOptions()
        let large = DetectorOptions(workloads: usual.workloads * 10)
        #expect(large.findings == usual.findings * 10 && large.shapes == usual.shapes * 10)
        let small = DetectorOptions(workloads: 5)
        #expect(small.workloads == 5 && small.findings == usual.findings)
        #expect(DetectorOptions(workloads: .max).findings == usual.findings)
    }

    @Test("with room for all workloads none is forgotten, with less it is said how many were")
    func forgotten() throws {
        func outcome(_ limit: Int) throws -> (someoneElses: Int, forgotten: Int) {
            var player = EventPlayer(
                try library("event.action == 'delete' && facts.someoneElses"), DetectorOptions(workloads: limit))
            var found = 0
            for number in 0..<40 {
                found +=
                    player.play(
                        Audit.event(
                            "create", "pods", "pod-\(number)", by: "alice", id: "c\(number)",
                            object: Audit.object("Pod", "pod-\(number)"), second: number)
                    ).count
            }
            for number in 0..<40 {
                found +=
                    player.play(
                        Audit.event("delete", "pods", "pod-\(number)", by: "bob", id: "d\(number)", second: 40 + number)
                    ).count
            }
            return (found, player.detector.statistics.forgotten.workloads)
        }
        let all = try outcome(1000)
        #expect(all.someoneElses == 40 && all.forgotten == 0)
        let few = try outcome(10)
        #expect(few.someoneElses < 40 && few.forgotten > 0)
    }
}
