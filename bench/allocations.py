"""What a settle takes from the heap, between the bytes of its request and the
call of its reply; and that the lanes took no lock meanwhile (bench/hot_path.h).
"""

import json

import process
import summary
from stage import say

RESULTS = ["allocations_per_settle"]
SETTLES = 20_000


def run(stage):
    command = [stage.program("bench/bench_hot_path")]
    command += ["--database", stage.copy_of_world("hot_path")]
    command += ["--persons", stage.asked.persons, "--settles", SETTLES]
    counted = json.loads(process.run(command, 600))
    if counted["locks"]:
        raise process.ProgramError("the hot path took %(locks)d locks" % counted)
    decoding = counted["decoding_allocations"] / counted["settled"]
    lane = counted["lane_allocations"] / counted["settled"]
    say(
        "allocations a settle: %.1f to decode it, %.1f on its lane; no lock"
        % (decoding, lane)
    )
    value = round(decoding + lane, 1)
    return [summary.result(RESULTS[0], value, "allocations", "", [])]
