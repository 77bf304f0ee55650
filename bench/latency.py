"""What a call waits at a given load: p50, p99 and p99.9 in an open loop.

Arrivals do not wait for answers, so that queueing shows. In each round the
maximum of a service is found by a closed loop, and parts of it are offered.
"""

import statistics

import plots
import summary
from stage import say
from turns import closed_loop, shuffled

RESULTS = ["settle_p99_half_load"]
QUANTILES = {"p50_us": "p50", "p99_us": "p99", "p999_us": "p99.9"}
PARTS = (25, 50, 75, 100)  # percent of the maximum
HALF = 50
SERVICES = ("settle", "echo")


def part_name(service, percent):
    return "%s_at_%d_percent" % (service, percent)


def offer(stage, server, rate, percent):
    """One measurement at so many calls a second."""
    options = ["--server", server.address, "--rate", "%.1f" % rate]
    offered = stage.run_load("offer", *options)
    # Near its maximum it may refuse; what the result rests on, it may not.
    refused = sum(offered["refused"].values()) + offered["not_sent"]
    return {
        "calls_per_second": offered["good_per_second"],
        "errors": refused if percent <= HALF else 0,
        "reasons": offered["refused"],
        "percent": percent,
        **offered,
    }


def measure_round(stage, servers, round_number):
    """The maximum of each service, then the parts of both, mixed."""
    maxima = {}
    for service in shuffled(round_number, SERVICES):
        measured = closed_loop(stage, servers[service])()
        kept = stage.keep(service + "_maximum", round_number, measured)
        maxima[service] = kept["calls_per_second"]
    parts = [(service, percent) for service in SERVICES for percent in PARTS]
    for service, percent in shuffled(round_number, parts):
        rate = max(1.0, maxima[service] * percent / 100)
        measured = offer(stage, servers[service], rate, percent)
        stage.keep(part_name(service, percent), round_number, measured)


def latencies(measurements, name, field):
    """By round, in microseconds, of those rounds in which anything was answered."""
    return {
        one["round"]: one[field]
        for one in measurements
        if one["name"] == name and one["good_per_second"] > 0
    }


def half_load(measurements):
    """The result: p99 of Settle over that of echo, each at half its maximum."""
    settle, echo = (
        latencies(measurements, part_name(service, HALF), "p99_us")
        for service in SERVICES
    )
    found = [settle[number] / echo[number] for number in settle if echo.get(number)]
    median = statistics.median(settle.values())
    return summary.result(RESULTS[0], median, "µs", part_name("echo", HALF), found)


def curve(measurements, service, field):
    """(percent of the maximum, median, least, greatest in ms) of each part."""
    for percent in PARTS:
        name = part_name(service, percent)
        values = latencies(measurements, name, field).values()
        if not values:
            continue
        least, median, most = summary.spread(list(values))
        yield percent, median / 1000, least / 1000, most / 1000


def panel(measurements, service, title):
    """What plots.draw_latency shows of a service."""
    maxima = summary.speeds(measurements, service + "_maximum").values()
    return {
        "title": title,
        "maximum": statistics.median(maxima),
        "curves": {
            shown: list(curve(measurements, service, field))
            for field, shown in QUANTILES.items()
        },
    }


def run(stage):
    say("measuring latency at parts of the maximum")
    servers = {"settle": stage.onestopd, "echo": stage.echo}
    for round_number in range(1, stage.asked.rounds + 1):
        measure_round(stage, servers, round_number)
    panels = [
        panel(stage.measurements, "settle", "Settle"),
        panel(stage.measurements, "echo", "gRPC echo"),
    ]
    plots.draw_latency(stage.asked.plots, panels)
    return [half_load(stage.measurements)]
