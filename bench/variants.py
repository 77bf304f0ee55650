"""How lanes, replicas and hot rows change the speed of Settle.

Each group takes turns with its own reference, on the database of onestopd.
"""

import contextlib

import summary
from contenders import STREAM_MESSAGES, STREAMS
from stage import GRACE_SECONDS, say
from turns import closed_loop, take_turns

LANES = (1, 2, 4)
HOSPITAL = "H53010010001"  # kHospitalsPerLevel of world.cc: level 1, number 1
FAMILY = 20  # The residents among so many persons are the family.
UNIFORM = "settle_uniform"
# The options of the load that make a row hot.
HOT = {
    "hot_person": ["--among", 10, "--kind", 0],  # one of each kind, one kind
    "hot_institution": ["--only", HOSPITAL],
    "hot_family": ["--among", FAMILY, "--family"],
}
LANE_RESULTS = ["lanes_2", "lanes_4", "stream_lanes_2", "stream_lanes_4"]
RESULTS = [*LANE_RESULTS, "replicas_2", *HOT]


def another(stage, stack, name, lanes):
    """One more onestopd on the database of the stage's."""
    url = stage.url_of(stage.onestopd.name)
    command = stage.onestopd_command(url, "--lanes", lanes)
    return stack.enter_context(stage.service(name, *command))


def streams(stage, server):
    options = ["--streams", STREAMS]
    return closed_loop(
        stage, server, *options, call="stream", outstanding=STREAM_MESSAGES
    )


def compared(stage, names, reference):
    return [
        summary.compared(name, stage.measurements, name, reference, "settlements/s")
        for name in names
        if name in stage.wanted
    ]


def with_lanes(stage):
    say("measuring with %s lanes" % ", ".join(map(str, LANES)))
    with contextlib.ExitStack() as stack:
        measures = {}
        for count in LANES:
            service = another(stage, stack, "lanes_%d" % count, count)
            measures["lanes_%d" % count] = closed_loop(stage, service)
            measures["stream_lanes_%d" % count] = streams(stage, service)
        take_turns(stage, measures)
    return [
        line
        for way in ("lanes", "stream_lanes")
        for line in compared(
            stage, ["%s_%d" % (way, count) for count in LANES], "%s_%d" % (way, LANES[0])
        )
    ]


def with_replicas(stage):
    """Two that share a database and the load, and one of them alone."""
    say("measuring with 2 replicas")
    with contextlib.ExitStack() as stack:
        second = another(stage, stack, "replica", stage.asked.lanes)
        also = ["--also", second.address]
        take_turns(
            stage,
            {
                "replicas_1": closed_loop(stage, stage.onestopd),
                "replicas_2": closed_loop(stage, stage.onestopd, *also),
            },
        )
    return compared(stage, ["replicas_2"], "replicas_1")


def with_hot_rows(stage):
    say("measuring with hot rows")
    family = ["--database", stage.url_of(stage.onestopd.name), "--among", FAMILY]
    stage.load("family", *family, seconds=GRACE_SECONDS)
    wanted = [name for name in HOT if name in stage.wanted]
    measures = {name: closed_loop(stage, stage.onestopd, *HOT[name]) for name in wanted}
    take_turns(stage, {UNIFORM: closed_loop(stage, stage.onestopd), **measures})
    return compared(stage, wanted, UNIFORM)


# What measures some of the results.
GROUPS = {
    with_lanes: LANE_RESULTS,
    with_replicas: ["replicas_2"],
    with_hot_rows: list(HOT),
}


def run(stage):
    results = []
    for measure, names in GROUPS.items():
        if not stage.wanted.isdisjoint(names):
            results += measure(stage)
    return results
