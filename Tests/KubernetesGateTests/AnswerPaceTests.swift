import Testing

@testable import KubernetesGate

@Suite("The pace of answers")
struct AnswerPaceTests {
    @Test("a slow answer has the next hundred handed on, and fast ones end that")
    func slow() {
        let pace = AnswerPace()
        pace.note(.microseconds(300))
        #expect(!pace.isSlow)
        pace.note(.milliseconds(11))
        for _ in 0..<99 { pace.note(.microseconds(300)) }
        #expect(pace.isSlow)
        pace.note(.microseconds(300))
        #expect(!pace.isSlow)
    }
}
