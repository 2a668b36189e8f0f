import Testing

@testable import Reports

@Suite("Texts from outside")
struct VisibleTests {
    @Test(
        "show what cannot be seen, and nothing else is changed",
        arguments: [
            ("plain text, 12 %", "plain text, 12 %"),
            ("", ""),
            ("容器 Ünïcode ＡＢ　日本", "容器 Ünïcode ＡＢ　日本"),
            ("a\u{1B}[31mred", #"a\u{1B}[31mred"#),
            ("two\nlines\r\n\tand", #"two\u{A}lines\u{D}\u{A}\u{9}and"#),
            ("\0\u{7}\u{8}\u{7F}", #"\u{0}\u{7}\u{8}\u{7F}"#),
            ("\u{9B}31m", #"\u{9B}31m"#),
            ("safe\u{202E}gpj.exe", #"safe\u{202E}gpj.exe"#),
            ("\u{2066}x\u{2069}", #"\u{2066}x\u{2069}"#),
            ("ad\u{200B}min\u{200D}\u{FEFF}\u{2060}", #"ad\u{200B}min\u{200D}\u{FEFF}\u{2060}"#),
            ("soft\u{AD}hyphen", #"soft\u{AD}hyphen"#),
            ("line\u{2028}para\u{2029}", #"line\u{2028}para\u{2029}"#),
            ("no\u{A0}break\u{3164}\u{2800}", #"no\u{A0}break\u{3164}\u{2800}"#),
            ("tag\u{E0041}\u{FE0F}", #"tag\u{E0041}\u{FE0F}"#),
            ("private\u{E000}\u{10FFFF}", #"private\u{E000}\u{10FFFF}"#),
            ("lost\u{FFFD}", #"lost\u{FFFD}"#),
            (#"C:\users\x"#, #"C:\u{5C}users\u{5C}x"#),
            (#"C:\Windows\\"#, #"C:\Windows\\"#),
            (#"\u{1B}"#, #"\u{5C}u{1B}"#),
            (#"\\u{1B}"#, #"\\u{5C}u{1B}"#),
            ("\u{301}first", #"\u{301}first"#),
            ("e\u{301}", "e\u{301}"),
            ("\u{7}\u{301}", #"\u{7}\u{301}"#),
            (
                "z" + String(repeating: "\u{336}", count: 6),
                "z" + String(repeating: "\u{336}", count: 4) + #"\u{336}\u{336}"#
            ),
        ])
    func table(given: String, shown: String) {
        #expect(visible(given).unicodeScalars.elementsEqual(shown.unicodeScalars), "\(visible(given))")
        #expect(visible(bytes: given.utf8).unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test(
        "show bytes that are not UTF-8",
        arguments: [
            ([0x61, 0xFF, 0x62] as [UInt8], #"a\x{FF}b"#),
            ([0xC3], #"\x{C3}"#),
            ([0xC3, 0x28], #"\x{C3}("#),
            ([0xC0, 0x80], #"\x{C0}\x{80}"#),
            ([0xED, 0xA0, 0x80], #"\x{ED}\x{A0}\x{80}"#),
            ([0xF5, 0x80, 0x80, 0x80], #"\x{F5}\x{80}\x{80}\x{80}"#),
            ([0xE5, 0xAE, 0xB9], "容"),
            (Array(#"\x{FF}"#.utf8), #"\u{5C}x{FF}"#),
        ])
    func bytes(given: [UInt8], shown: String) {
        #expect(visible(bytes: given) == shown)
    }

    @Test("every scalar comes out as something that can be seen")
    func everyScalar() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = visible("a" + String(scalar))
            let isHarmful = shown.unicodeScalars.contains { other in
                switch other.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: true
                default: other.properties.isDefaultIgnorableCodePoint || other.properties.isBidiControl
                }
            }
            #expect(!isHarmful, "U+\(String(value, radix: 16))")
        }
    }
}
