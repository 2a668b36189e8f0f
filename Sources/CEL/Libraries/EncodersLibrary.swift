import Foundation
import JSONView

extension Library {
    /// `base64.encode` and `base64.decode`.
    public static let encoders = Library(
        "encoders",
        overloads: [
            Overload("base64_encode_bytes", "base64.encode", [.bytes], .string, "Bytes as base64.") { arguments in
                arguments.evaluation.string(Data(arguments.string(0).bytes).base64EncodedString())
            },
            Overload("base64_decode_string", "base64.decode", [.string], .bytes, "The bytes of base64.") { arguments in
                var text = String(arguments.string(0))
                if !text.hasSuffix("=") { text += String(repeating: "=", count: (4 - text.utf8.count % 4) % 4) }
                guard let data = Data(base64Encoded: text) else {
                    return arguments.error("illegal base64 data at input byte 0")
                }
                return .bytes(arguments.evaluation.text(Array(data)))
            },
        ])
}
