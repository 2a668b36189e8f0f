/// What libFuzzer calls with one input after the other: each is the body of an AdmissionReview.
///
/// Built with `-sanitize=fuzzer`, see `make fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    ReviewTarget.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}

// SwiftPM names the program's entry after the target; libFuzzer's own is called from it.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Runs libFuzzer with the arguments of the program.
@_cdecl("FuzzReview_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments, fuzz)
}
