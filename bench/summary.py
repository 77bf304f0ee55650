"""What a run of the benchmark says: medians, ratios within a round, the table.

A measurement is a dict with at least name, outstanding, round,
calls_per_second, p50_us, p99_us and errors.
"""

import statistics

ECHO = "echo"
# Pairs that are worth a line of their own: the first over the second.
PAIRS = [("settle", "settle-naive"), ("quote", "settle")]


def spread(values):
    """(least, median, greatest)."""
    return min(values), statistics.median(values), max(values)


def ratios(measurements, name, reference, outstanding):
    """Of each round that has both: name's calls per second over reference's."""
    speeds = {
        (one["name"], one["round"]): one["calls_per_second"]
        for one in measurements
        if one["outstanding"] == outstanding
    }
    return [
        speed / speeds[(reference, number)]
        for (of, number), speed in sorted(speeds.items())
        if of == name and speeds.get((reference, number), 0) > 0
    ]


def of_ratios(values):
    return "%.2f / %.2f / %.2f" % spread(values) if values else "-"


def rows(measurements):
    """The table's rows of text, by name and number outstanding."""
    kinds = sorted({(one["name"], one["outstanding"]) for one in measurements})
    for name, outstanding in kinds:
        group = [
            one
            for one in measurements
            if (one["name"], one["outstanding"]) == (name, outstanding)
        ]
        against = ratios(measurements, name, ECHO, outstanding)
        yield (
            name,
            str(outstanding),
            "%s / %s / %s"
            % tuple(
                "{:,.0f}".format(speed)
                for speed in spread([one["calls_per_second"] for one in group])
            ),
            "%d" % statistics.median(one["p50_us"] for one in group),
            "%d" % statistics.median(one["p99_us"] for one in group),
            str(sum(one["errors"] for one in group)),
            "-" if name == ECHO else of_ratios(against),
        )


HEAD = (
    "name",
    "outstanding",
    "calls/s min / median / max",
    "p50 µs",
    "p99 µs",
    "errors",
    "of echo min / median / max",
)


def table(measurements):
    """All of it, in Markdown that reads well in a terminal too."""
    lines = [HEAD, *rows(measurements)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(HEAD))]
    lines.insert(1, tuple("-" * width for width in widths))
    text = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
        for line in lines
    ]
    for name, reference in PAIRS:
        for outstanding in sorted({one["outstanding"] for one in measurements}):
            values = ratios(measurements, name, reference, outstanding)
            if values:
                text.append(
                    "%s of %s at %d outstanding: %s"
                    % (name, reference, outstanding, of_ratios(values))
                )
    return "\n".join(text)
