"""Prints what a run did and found."""

import json


def figure(name, value):
    print("  %-44s %10s" % (name, value))


def faults_by_kind(kinds, lacks):
    print("\nFaults")
    for kind in kinds:
        if kind.needs in lacks:
            figure(kind.name, "not possible here: " + lacks[kind.needs])
        else:
            figure(kind.name, kind.done)
    figure("all", sum(kind.done for kind in kinds))
    impossible = [kind for kind in kinds if kind.needs in lacks]
    figure("kinds not possible here", len(impossible))


def calls(result):
    verdict, closed = result["verdict"], result["closed"]
    print("\nCalls")
    figure("operations", int(verdict["operations"]))
    for name in ("calls", "acknowledged", "refused", "unknown"):
        figure(name, int(verdict[name]))
    figure("operations unknown before the final retry", int(closed["open_before"]))
    figure("operations unknown after it", int(verdict["never_known"]))
    figure("slowest answer, ms", int(closed["slowest_ms"]))
    print("\nAnswers")
    for name, count in sorted(closed["answers"].items()):
        figure(name, int(count))


def judged(verdict):
    print("\nJudged")
    for name in ("lost", "doubled", "half", "differing", "broken"):
        figure(name, int(verdict[name]))
    counted = ", ".join(
        "%d %s" % (verdict[name], name.replace("_", " "))
        for name in (
            *("persons", "settlements", "reversals", "closed_ids"),
            *("postings", "ledger_rows"),
        )
    )
    ends = "%d differences" % verdict["differences"]
    print("  verified %s: %s" % (counted, ends))


def write(result, options):
    """The whole table; the figures also as JSON, if that was asked for."""
    if "calm" in result:
        print("\nReplies of commits lost, and nothing else")
        figure("replies lost", result["calm"]["lost"])
        figure("answers meanwhile", result["calm"]["answers"])
        figure("of them uncertain", result["calm"]["uncertain"])
    if "kinds" in result:
        faults_by_kind(result["kinds"], result["lacks"])
    if "verdict" in result:
        calls(result)
        judged(result["verdict"])
    for problem in result["problems"]:
        print("PROBLEM: " + problem)
    print("\nseed %d: %s" % (options.seed, ends_how(result)), flush=True)
    if options.json:
        figures = {**result, "seed": options.seed, "minutes": options.minutes}
        figures["kinds"] = {kind.name: kind.done for kind in result.get("kinds", [])}
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def ends_how(result):
    count = len(result["problems"])
    return "%d problems" % count if count else "nothing lost, nothing doubled"
