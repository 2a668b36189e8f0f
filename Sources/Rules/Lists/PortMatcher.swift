internal import JSONView

/// Port numbers and ranges of them.
struct PortMatcher: ListMatcher {
    private let ranges: [ClosedRange<Int>]

    init(_ members: [String]) throws(ListMemberFault) {
        var ranges: [ClosedRange<Int>] = []
        for (position, member) in members.enumerated() {
            let ends = member.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard ends.count == 1 || ends.count == 2, let low = ends[0], let high = ends[ends.count - 1],
                low >= 0, low <= high, high <= 65535
            else { throw ListMemberFault(position: position, reason: "'\(member)' is no port and no range of ports") }
            ranges.append(low...high)
        }
        self.ranges = ranges
    }

    func matches(_ text: JSONText) -> Bool {
        guard (1...5).contains(text.count), text.bytes.allSatisfy(ASCII.isDigit) else { return false }
        let port = text.bytes.reduce(0) { $0 * 10 + Int($1 - 48) }
        return ranges.contains { $0.contains(port) }
    }
}
