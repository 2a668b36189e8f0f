/// Keeps a value until the process ends, so that a large one is not taken apart just before.
package func keepUntilExit<Kept>(_ value: Kept) { _ = Unmanaged.passRetained(KeptValue(value)) }

private final class KeptValue<Kept> {
    let value: Kept

    init(_ value: Kept) { self.value = value }
}
