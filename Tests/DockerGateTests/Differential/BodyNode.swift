import TestSupport

/// JSON as it can be written: members in order, as often as one likes, spelled in any way.
indirect enum BodyNode {
    case object([(key: [UInt8], value: BodyNode)])
    case array([BodyNode])
    /// A value as its bytes, sound or not.
    case raw([UInt8])

    static func raw(_ text: String) -> BodyNode { .raw(Array(text.utf8)) }

    static func text(_ text: String) -> BodyNode { .raw(Array("\"\(text)\"".utf8)) }

    static func members(_ members: [(String, BodyNode)]) -> BodyNode {
        .object(members.map { (Array("\"\($0.0)\"".utf8), $0.1) })
    }

    var bytes: [UInt8] {
        var result: [UInt8] = []
        write(into: &result)
        return result
    }

    private func write(into result: inout [UInt8]) {
        switch self {
        case .raw(let bytes): result += bytes
        case .array(let elements):
            result.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { result.append(UInt8(ascii: ",")) }
                element.write(into: &result)
            }
            result.append(UInt8(ascii: "]"))
        case .object(let members):
            result.append(UInt8(ascii: "{"))
            for (position, member) in members.enumerated() {
                if position > 0 { result.append(UInt8(ascii: ",")) }
                result += member.key
                result.append(UInt8(ascii: ":"))
                member.value.write(into: &result)
            }
            result.append(UInt8(ascii: "}"))
        }
    }
}

extension SeededGenerator {
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}
