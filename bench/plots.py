"""Plots of what was measured, as SVG, drawn by gnuplot."""

import shutil
import subprocess

import process
from stage import say

# Light to dark as the quantile grows.
COLOURS = ["#7fb3d5", "#2874a6", "#1b2631"]
LATENCY = """\
set terminal svg size 900,440 font "DejaVu Sans,13" background "#ffffff" rounded
set output "{file}"
set multiplot layout 1,2 margins 0.085,0.985,0.145,0.87 spacing 0.03
set border 3 linecolor "#566573"
set tics nomirror textcolor "#2c3e50"
set grid ytics mytics linewidth 1 linecolor "#d5dbdb", linewidth 0.5 linecolor "#ebedef"
set xrange [{from_percent}:{to_percent}]
set xtics ({xtics})
set xlabel "offered load, % of the maximum" textcolor "#2c3e50"
set logscale y
set yrange [{least}:{most}]
set ytics add ({ytics})
set key top left reverse Left samplen 2 spacing 1.2 textcolor "#2c3e50"
set style fill transparent solid 0.15 noborder
{panels}
unset multiplot
"""


def _decades(least, most):
    """1, 2 and 5 of each power of ten that [least, most] touches, least and most
    themselves rounded outwards to such."""
    steps = [digit * 10.0**power for power in range(-4, 7) for digit in (1, 2, 5)]
    above = [step for step in steps if step >= most]
    below = [step for step in steps if step <= least]
    return [step for step in steps if below[-1] <= step <= above[0]]


def _block(name, rows):
    lines = [" ".join("%g" % value for value in row) for row in rows]
    return "$%s << EOD\n%s\nEOD\n" % (name, "\n".join(lines))


def _panel(number, panel):
    """One set of axes; only the first one names its y axis and its colours."""
    blocks, drawn = [], []
    curves = list(panel["curves"].items())
    for place, (shown, rows) in enumerate(curves):
        name = "panel%d_%d" % (number, place)
        blocks.append(_block(name, rows))
        drawn.append(
            '$%s using 1:3:4 with filledcurves linecolor "%s" notitle'
            % (name, COLOURS[place])
        )
    for place, (shown, _) in reversed(list(enumerate(curves))):
        drawn.append(
            "$panel%d_%d using 1:2 with linespoints linewidth 2.5 pointtype 7"
            ' pointsize 0.5 linecolor "%s" title "%s"'
            % (number, place, COLOURS[place], shown)
        )
    axes = (
        'set ylabel "latency, ms" textcolor "#2c3e50"\nset format y "%g"\n'
        if number == 0
        else 'unset ylabel\nset format y ""\nunset key\n'
    )
    title = "%s: maximum %s calls/s" % (
        panel["title"],
        "{:,.0f}".format(panel["maximum"]),
    )
    return "%s%sset title '%s' textcolor '#2c3e50'\nplot %s\n" % (
        *("".join(blocks), axes, title),
        ", \\\n  ".join(drawn),
    )


def draw_latency(folder, panels):
    """Writes latency.svg. A panel has a title, the maximum in calls a second, and
    curves: by what they show, rows of percent, median, least, greatest in ms."""
    if not shutil.which("gnuplot"):
        say("gnuplot is not installed: no plots")
        return
    folder.mkdir(parents=True, exist_ok=True)
    file = (folder / "latency.svg").resolve()
    rows = [row for one in panels for rows in one["curves"].values() for row in rows]
    percents = sorted({row[0] for row in rows})
    ticks = _decades(
        min(min(row[1:]) for row in rows if min(row[1:]) > 0),
        max(max(row[1:]) for row in rows),
    )
    script = LATENCY.format(
        file=str(file).replace('"', '\\"'),
        from_percent=percents[0] - 5,
        to_percent=percents[-1] + 5,
        xtics=", ".join("%d" % percent for percent in percents),
        least=ticks[0],
        most=ticks[-1],
        ytics=", ".join("%g" % tick for tick in ticks),
        panels="".join(_panel(number, one) for number, one in enumerate(panels)),
    )
    drawn = subprocess.run(
        ["gnuplot"], input=script, text=True, capture_output=True, check=False
    )
    if drawn.returncode != 0:
        raise process.ProgramError("gnuplot failed: %s" % drawn.stderr.strip())
    say("wrote %s" % file)
