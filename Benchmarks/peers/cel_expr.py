"""Google's C++ CEL through cel-expr-python: conditions over one object; prints the p50 and p99 of a round in µs of CPU."""
import json
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / ".build" / "peers"))
from cel_expr_python import cel  # noqa: E402

document = json.load(open(sys.argv[1]))
environment = cel.NewEnv(variables={"object": cel.Type.DYN})
programs = [environment.compile(text) for text in json.load(open(sys.argv[2]))]
activation = environment.Activation(data={"object": document})
for program in programs:
    assert isinstance(program.eval(activation=activation).value(), bool)

rounds = []
for _ in range(3000):
    begin = time.thread_time_ns()
    for program in programs:
        program.eval(activation=activation)
    rounds.append((time.thread_time_ns() - begin) / 1000)
rounds.sort()
print(f"{rounds[len(rounds) // 2]:.1f} {rounds[len(rounds) * 99 // 100]:.1f}")
