"""What goes wrong in a run: each kind of fault is made, held for a while, and
healed. Kinds that share a part of the stage never meet there.
"""

import asyncio
import signal

from cluster import send
from network import LOSS
from replica import faketime_library

HALF_A_YEAR = 183 * 24 * 3600


class Kind:
    """A kind of fault: `where` names the part of the stage that it has for
    itself, `needs` what it cannot do without."""

    def __init__(self, name, where, make, needs=None, weight=2):
        self.name = name
        self.where = where  # "postgres", or a part of one replica
        self.make = make
        self.needs = needs
        self.weight = weight
        self.done = 0


async def hold(random, least, most):
    await asyncio.sleep(random.uniform(least, most))


# ---- of one replica's process ----


async def killed(_stage, replica, _random):
    """SIGKILL; its keeper starts it again."""
    return replica.signal(signal.SIGKILL) and await until_started(replica)


async def ended(_stage, replica, _random):
    """SIGTERM: it drains, then ends."""
    return replica.signal(signal.SIGTERM) and await until_started(replica)


async def until_started(replica):
    """It serves again, or the database keeps it from that."""
    await asyncio.sleep(0.5)
    try:
        await asyncio.wait_for(replica.serves(), timeout=5)
    except (TimeoutError, asyncio.TimeoutError):
        pass
    return True


async def stopped(_stage, replica, random):
    if not replica.signal(signal.SIGSTOP):
        return False
    try:
        await hold(random, 0.2, 6)
    finally:
        replica.signal(signal.SIGCONT)
    return True


async def clock_moved(_stage, replica, random):
    """Its wall clock jumps, by seconds or by months, and later jumps back."""
    by = random.choice([1, 5, 30, 3600, 86400, HALF_A_YEAR]) * random.choice([1, -1])
    replica.set_clock(by)
    try:
        await hold(random, 2, 6)
    finally:
        replica.set_clock(0)
    return True


# ---- of PostgreSQL ----


async def database_down(stage, _replica, random):
    await stage.cluster.stop("immediate")
    await hold(random, 0, 1.5)
    await stage.cluster.start()
    return True


async def backend_killed(stage, _replica, random):
    """One session's process dies; the server ends all and recovers."""
    backends = await stage.cluster.backends()
    if not backends:
        return False
    send(random.choice(backends), signal.SIGKILL)
    await stage.cluster.start()
    return True


async def database_stopped(stage, _replica, random):
    frozen = stage.cluster.freeze()
    try:
        await hold(random, 0.2, 4)
    finally:
        for pid in frozen:
            send(pid, signal.SIGCONT)
    return True


async def sessions_ended(stage, _replica, random):
    """pg_terminate_backend, of all or of about half the sessions."""
    some = random.choice(["", " AND pid % 2 = 0"])
    found = await stage.cluster.query(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE application_name = 'onestopd'" + some
    )
    return bool(found) and found != "0"


def disk_full(folder):
    """Nothing more can be written to the file system of `folder`."""

    async def fill(stage, _replica, random):
        ballast = getattr(stage.cluster, folder) / "ballast"
        try:
            with open(ballast, "wb", buffering=0) as file:
                fill_up(file)
            await hold(random, 0.5, 3)
        finally:
            ballast.unlink(missing_ok=True)
            await stage.cluster.start()
        return True

    return fill


def fill_up(file):
    """Down to the last page of the file system, the log of writes being written
    beside us."""
    for size in (1 << 20, 1 << 12):
        block = bytes(size)
        try:
            while True:
                file.write(block)
        except OSError:
            pass


# ---- of the network between the host in the middle and a replica ----


async def link_down(_stage, replica, random):
    await replica.host.link_down()
    try:
        await hold(random, 0.3, 3)
    finally:
        await replica.host.link_up()
    return True


async def database_link_down(stage, _replica, random):
    await stage.cluster.host.link_down()
    try:
        await hold(random, 0.3, 3)
    finally:
        await stage.cluster.host.link_up()
    return True


def filtered(verdict_of):
    async def filter_packets(_stage, replica, random):
        await replica.host.filter(verdict_of(replica, random))
        try:
            await hold(random, 0.5, 4)
        finally:
            await replica.host.unfilter()
        return True

    return filter_packets


def database_dropped(replica, _random):
    """It is cut off from PostgreSQL, and no packet says so."""
    return "tcp dport %d drop" % replica.storage_port


def replies_dropped(replica, _random):
    """What it asks of PostgreSQL arrives, the answers do not."""
    return "tcp sport %d drop" % replica.storage_port


def refused(replica, _random):
    return "tcp dport %d reject with tcp reset" % replica.storage_port


def lost(_replica, random):
    return LOSS % random.choice([5, 20, 50])


async def slow_link(_stage, replica, random):
    await replica.host.slow_down(random.choice([256, 1000, 4000]))
    try:
        await hold(random, 0.5, 4)
    finally:
        await replica.host.full_speed()
    return True


# ---- of the relays: what passes between clients, replica and PostgreSQL ----


def relayed(which, spoil):
    """A fault of the relay `which` of a replica."""

    async def meddle(_stage, replica, random):
        relay = getattr(replica, which)
        try:
            return await spoil(relay, random)
        finally:
            relay.heal()

    return meddle


async def delayed(relay, random):
    relay.delay = random.choice([0.01, 0.1, 0.7])
    await hold(random, 0.5, 4)
    return True


async def stalled(relay, random):
    relay.stall()
    await hold(random, 0.3, 5)
    return True


async def cut(relay, random):
    if not relay.cut(reset=random.random() < 0.5):
        return False
    await hold(random, 0, 0.2)
    return True


async def turned_away(relay, random):
    relay.refusing = True
    relay.cut(reset=True)
    await hold(random, 0.3, 3)
    return True


async def torn(relay, random):
    """In the middle of some message, either way."""
    relay.tear = (random.random() < 0.5, int(10 ** random.uniform(0, 4)))
    return await happened(relay)


def losing(what):
    async def lose(relay, random):
        relay.lose = what
        if not await happened(relay):
            return False
        if what == "silence":
            await hold(random, 0.5, 4)
            relay.cut(reset=True)
        return True

    return lose


async def happened(relay):
    """Whether what was set up came to pass within seconds."""
    before = relay.done
    for _ in range(100):
        await asyncio.sleep(0.02)
        if relay.done > before:
            return True
    return False


def kinds():
    """All, in the order of the table."""
    return [*of_processes(), *of_the_network(), *of_the_relays()]


def of_processes():
    return [
        Kind("replica killed (SIGKILL)", "process", killed),
        Kind("replica told to end (SIGTERM)", "process", ended, weight=1),
        Kind("replica stopped, continued (SIGSTOP)", "process", stopped),
        Kind("replica's clock moved", "clock", clock_moved, needs="clock"),
        Kind("PostgreSQL stopped (immediate)", "postgres", database_down),
        Kind("PostgreSQL's session killed (SIGKILL)", "postgres", backend_killed),
        Kind("PostgreSQL stopped, continued", "postgres", database_stopped, weight=1),
        Kind("sessions ended (pg_terminate_backend)", "postgres", sessions_ended),
        Kind("PostgreSQL's data disk full", "postgres", disk_full("data"), "mount", 1),
        Kind("PostgreSQL's log disk full", "postgres", disk_full("wal"), "mount", 1),
    ]


def of_the_network():
    def packets(name, verdict_of, needs="filter", weight=2):
        return Kind(name, "link", filtered(verdict_of), needs, weight)

    return [
        Kind("PostgreSQL's link down", "postgres", database_link_down, "link", 1),
        Kind("replica's link down", "link", link_down, "link"),
        packets("packets to PostgreSQL dropped", database_dropped),
        packets("packets from PostgreSQL dropped", replies_dropped),
        packets("connections to PostgreSQL reset", refused, weight=1),
        packets("packets lost at random", lost, needs="loss"),
        Kind("link slowed (tc tbf)", "link", slow_link, "shaper"),
    ]


def of_the_relays():
    def storage(name, spoil, weight=2):
        return Kind(name, "storage", relayed("storage", spoil), weight=weight)

    def clients(name, spoil):
        return Kind(name, "clients", relayed("clients", spoil))

    return [
        storage("PostgreSQL's bytes delayed", delayed),
        storage("PostgreSQL's bytes stalled", stalled),
        storage("PostgreSQL's connections cut", cut),
        storage("PostgreSQL's connections refused", turned_away, weight=1),
        storage("PostgreSQL's message torn", torn),
        storage("commit lost", losing("request")),
        storage("commit's reply lost", losing("reply"), weight=4),
        storage("commit's reply half lost", losing("half")),
        storage("commit never answered", losing("silence")),
        clients("clients' bytes delayed", delayed),
        clients("clients' bytes stalled", stalled),
        clients("clients' connections cut", cut),
        clients("clients' message torn", torn),
    ]


def lacking(network, mounts):
    """What cannot be had here, by name, and why."""
    lacks = dict(network.lacks)
    if "filter" in lacks:
        lacks["loss"] = lacks["filter"]
    if not mounts:
        lacks["mount"] = "file systems cannot be mounted here"
    if not faketime_library():
        lacks["clock"] = "there is no libfaketime; Debian's package is faketime"
    return lacks


class Storm:
    """Makes faults of every kind that is possible, some at the same time."""

    AT_ONCE = 3
    LONGEST_PAUSE = 0.5

    def __init__(self, stage, lacks, random):
        self.stage = stage
        self.lacks = lacks
        self.random = random
        self.kinds = kinds()
        self.possible = [kind for kind in self.kinds if kind.needs not in lacks]
        self._busy = set()

    async def blow(self, seconds):
        """Returns when the last fault is healed."""
        until = asyncio.get_running_loop().time() + seconds
        await asyncio.gather(*(self._go_on(until) for _ in range(self.AT_ONCE)))

    async def _go_on(self, until):
        while asyncio.get_running_loop().time() < until:
            await asyncio.sleep(self.random.uniform(0, self.LONGEST_PAUSE))
            kind = self._choose()
            replica = self.random.choice(self.stage.replicas)
            place = kind.where
            if place != "postgres":
                place += str(replica.number)
            if place in self._busy:
                continue
            self._busy.add(place)
            try:
                if await kind.make(self.stage, replica, self.random):
                    kind.done += 1
            finally:
                self._busy.discard(place)

    def _choose(self):
        """Of the kinds that were made least, by weight; so each has its turn."""
        least = min(kind.done / kind.weight for kind in self.possible)
        behind = [k for k in self.possible if k.done / k.weight <= least + 1]
        return self.random.choices(behind, [kind.weight for kind in behind])[0]
