"""Measurements that take turns: each once a round, in an order of the round's."""

import random


def shuffled(round_number, names):
    order = list(names)
    random.Random(round_number).shuffle(order)
    return order


def take_turns(stage, measures):
    """`measures` maps names to what measures them once, and returns what
    Stage.keep takes."""
    for round_number in range(1, stage.asked.rounds + 1):
        for name in shuffled(round_number, measures):
            stage.keep(name, round_number, measures[name]())


def closed_loop(stage, server, *options, call="settle", outstanding=None):
    """What measures a service by Settle, or another call, in a closed loop."""
    count = outstanding or stage.asked.outstanding
    asked = ["--server", server.address, "--call", call]
    asked += ["--outstanding", count, *options]
    return lambda: {"outstanding": count, **stage.run_load("run", *asked)}
