"""What a run of the benchmark says: medians, ratios within a round, tables.

A measurement is a dict with at least name, round, calls_per_second and errors;
a result one with name, value, unit, ratio_to and ratio.
"""

import statistics

# What a result's ratio should reach (docs/benchmarks.md); the others are
# reported without.
AT_LEAST = {
    "settle_unary": 0.45,
    "settle_stream": 1.0,
    "stream_vs_batch": 0.8,
    "quote_db": 0.50,
    "settle_vs_naive": 3.0,
    "settle_vs_pgbench": 2.5,
    "settle_vs_plpgsql": 1.3,
    "settle_growth": 0.8,
    "fsync_1ms": 0.7,
    "engine_vs_zen": 50,
}
AT_MOST = {"settle_p99_half_load": 3.0, "reconcile_1m": 1.5}


def spread(values):
    """(least, median, greatest)."""
    return min(values), statistics.median(values), max(values)


def speeds(measurements, name):
    """Calls per second by round."""
    return {
        one["round"]: one["calls_per_second"]
        for one in measurements
        if one["name"] == name
    }


def ratios(measurements, name, reference):
    """Of each round that has both: name's calls per second over reference's."""
    above = speeds(measurements, name)
    below = speeds(measurements, reference)
    return [
        above[number] / below[number]
        for number in sorted(above)
        if below.get(number, 0) > 0
    ]


def result(name, value, unit, ratio_to, found):
    """A line of the JSON; `found` is the ratio of each round, or empty."""
    line = {"kind": "result", "name": name, "value": value, "unit": unit}
    line["ratio_to"] = ratio_to
    line["ratio"] = round(statistics.median(found), 4) if found else None
    line["ratios"] = [round(one, 4) for one in found]
    if name in AT_LEAST:
        line["target"] = ">= %.2f" % AT_LEAST[name]
        line["met"] = bool(found) and line["ratio"] >= AT_LEAST[name]
    if name in AT_MOST:
        line["target"] = "<= %.2f" % AT_MOST[name]
        line["met"] = bool(found) and line["ratio"] <= AT_MOST[name]
    return line


def compared(name, measurements, contender, reference, unit="calls/s"):
    """The result of one contender's speed over another's."""
    value = statistics.median(speeds(measurements, contender).values())
    found = ratios(measurements, contender, reference)
    return result(name, round(value, 1), unit, reference, found)


def aligned(lines):
    """Rows of text, the first one the head, in Markdown that reads well in a
    terminal too."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    lines = [lines[0], tuple("-" * width for width in widths), *lines[1:]]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
        for line in lines
    )


def of_group(group, field, form):
    """The median of what some measurements have."""
    values = [one[field] for one in group if field in one]
    return form % statistics.median(values) if values else "-"


def measured_table(measurements):
    lines = [
        ("measured", "a second: min / median / max", "p50 µs", "p99 µs", "errors"),
    ]
    for name in dict.fromkeys(one["name"] for one in measurements):
        group = [one for one in measurements if one["name"] == name]
        least_to_most = spread([one["calls_per_second"] for one in group])
        lines.append(
            (
                name,
                " / ".join("{:,.0f}".format(speed) for speed in least_to_most),
                of_group(group, "p50_us", "%d"),
                of_group(group, "p99_us", "%d"),
                str(sum(one["errors"] for one in group)),
            )
        )
    return aligned(lines)


def result_table(results):
    lines = [("result", "value", "ratio to", "min / median / max", "target", "met")]
    for one in results:
        found = one["ratios"]
        lines.append(
            (
                one["name"],
                "{:,.1f} {}".format(one["value"], one["unit"]),
                one["ratio_to"] or "-",
                "%.2f / %.2f / %.2f" % spread(found) if found else "-",
                one.get("target", "-"),
                {True: "yes", False: "NO"}.get(one.get("met"), "-"),
            )
        )
    return aligned(lines)
