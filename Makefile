# The words that a contributor needs; each is a script, so that it can be read and run by itself.

.PHONY: run test bench fuzz soak docs format lint clean bootstrap

bootstrap:
	@scripts/bootstrap

# The main job: serve the local Docker engine, or hunt through the bundled recording where there is none.
run: bootstrap
	@scripts/run

test: bootstrap
	swift test --parallel

bench: bootstrap
	scripts/bench

format:
	swift format --in-place --recursive --parallel $(wildcard Sources Tests Package.swift Benchmarks/Sources Benchmarks/Package.swift)

lint: bootstrap
	swift format lint --strict --recursive --parallel $(wildcard Sources Tests Package.swift Benchmarks/Sources Benchmarks/Package.swift)
	swift build --build-tests --explicit-target-dependency-import-check error
	scripts/lint-files

# Runs the expression language on inputs that libFuzzer invents, FUZZ_SECONDS for each of FUZZ_TARGETS.
fuzz: bootstrap
	scripts/fuzz

# What months bring, in about an hour: kills, garbage, full and slow disks, bursts, idling. SOAK_SECONDS is the burst's length.
soak: bootstrap
	scripts/soak

# Builds the documentation of the libraries CEL and JSONView.
docs: bootstrap
	scripts/docs

clean:
	rm -rf .build Benchmarks/.build Fuzz/.build
