"""How the number of stored settlements changes the speed of Settle.

Databases of different sizes in one cluster, each with an onestopd of its own,
take turns; what a turn has added is deleted after it, so that each keeps its
size.
"""

import contextlib

import summary
from grown import Grown
from stage import TODAY, say
from turns import closed_loop, take_turns

RESULTS = ["settle_growth"]


def name_of(size):
    return "settle_at_%d" % size


def forget_today(grown, size):
    """Deletes what was added to the stored settlements."""
    url = grown.url(size)
    today = "DELETE FROM settlement WHERE booked_on >= DATE '%s'" % TODAY
    grown.server.psql("-c", today, url=url)
    grown.server.psql("-c", "VACUUM settlement", url=url)
    grown.server.psql("-c", "CHECKPOINT")


def measure(stage, grown, size, service):
    stored = size + grown.added(size)
    measured = closed_loop(stage, service)()
    forget_today(grown, size)
    return {"stored": stored, **measured}


def start(stage, grown, size, stack):
    command = stage.onestopd_command(grown.url(size), "--lanes", stage.asked.lanes)
    return stack.enter_context(stage.service(name_of(size), *command))


def run(stage):
    sizes = sorted(stage.asked.stored)
    with contextlib.ExitStack() as stack:
        grown = Grown(stage, stack)
        say("measuring with %s settlements stored" % ", ".join(map(str, sizes)))
        services = {size: start(stage, grown, size, stack) for size in sizes}
        take_turns(
            stage,
            {
                name_of(size): lambda size=size: measure(
                    stage, grown, size, services[size]
                )
                for size in sizes
            },
        )
    least, *more = sizes
    return [
        summary.compared(
            "settle_growth" if size == sizes[-1] else "settle_growth_%d" % size,
            stage.measurements,
            name_of(size),
            name_of(least),
        )
        for size in more
    ]
