"""TCP ports between onestopd and PostgreSQL, and between clients and onestopd,
that delay, stall, tear and lose what passes, as told.
"""

import asyncio
import socket
import struct

CHUNK = 1 << 16
# The name of the statement that books a batch (storage/sql.h), as it stands in
# the protocol's Bind message: unnamed portal, then the statement.
WRITE = b"\0write\0"


class Link:
    """One connection through a relay."""

    def __init__(self, client, server):
        self.client = client  # writers
        self.server = server
        self.booking = False  # a batch to book went up, its answer has not come

    def close(self, reset):
        for writer in (self.client, self.server):
            if reset:
                end = writer.get_extra_info("socket")
                linger = struct.pack("ii", 1, 0)
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()


class Relay:
    """The faults are plain fields; they may be set and cleared at any time.

    delay       seconds that each chunk waits
    refusing    new connections are closed at once
    tear        (upward, bytes): after so many more bytes that way, in the
                middle of whatever passes, the connection is reset; once
    lose        what becomes of the next batch to book; once:
      request   it is swallowed, the connection closed: not booked
      reply     it is booked, its reply swallowed, the connection closed
      half      it is booked, half of its reply passes, then the connection ends
      silence   it is booked, its reply swallowed, the connection stays open
    """

    def __init__(self, target):
        self.target = target  # (host, port)
        self.delay = 0.0
        self.refusing = False
        self.tear = None
        self.lose = None
        self.done = 0  # tears and losses that have happened
        self._passing = asyncio.Event()
        self._passing.set()
        self._links = set()
        self._tasks = set()
        self._server = None

    async def listen(self, host, port=0):
        """Serves there; the port."""
        self._server = await asyncio.start_server(self._accept, host, port)
        return self._server.sockets[0].getsockname()[1]

    def stall(self):
        """Nothing passes, nothing is closed, until resume."""
        self._passing.clear()

    def resume(self):
        self._passing.set()

    def cut(self, reset):
        """Ends every connection; their number."""
        links = list(self._links)
        for link in links:
            link.close(reset)
        return len(links)

    def heal(self):
        """Everything passes from now on."""
        self.delay, self.refusing, self.tear, self.lose = 0.0, False, None, None
        self.resume()

    async def close(self):
        if self._server:
            self._server.close()
        self.cut(reset=True)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader, writer):
        task = asyncio.current_task()
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._tasks.discard(task)

    async def _serve(self, reader, writer):
        if self.refusing:
            return
        from_server, to_server = await asyncio.wait_for(
            asyncio.open_connection(*self.target), timeout=5
        )
        link = Link(writer, to_server)
        self._links.add(link)
        pumps = [
            asyncio.ensure_future(self._pump(link, reader, to_server, True)),
            asyncio.ensure_future(self._pump(link, from_server, writer, False)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            self._links.discard(link)
            to_server.transport.abort()

    async def _pump(self, link, reader, writer, upward):
        """Copies one way until the end of the data or of the connection."""
        try:
            while data := await reader.read(CHUNK):
                await self._passing.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                data, ends = self._spoil(link, data, upward)
                writer.write(data)
                await writer.drain()
                if ends:
                    await asyncio.sleep(0.01)  # What was written is on its way.
                    link.close(reset=upward)
                    return
        except OSError:
            pass

    def _spoil(self, link, data, upward):
        """What passes of a chunk, and whether the connection ends after it."""
        if self.tear and self.tear[0] == upward:
            left = self.tear[1]
            if len(data) > left:
                self.tear = None
                self.done += 1
                return data[:left], True
            self.tear = (upward, left - len(data))
        if not self.lose and not link.booking:
            return data, False
        if upward:
            return self._spoil_request(link, data)
        return self._spoil_reply(link, data)

    def _spoil_request(self, link, data):
        if self.lose and WRITE in data:
            self.done += 1
            if self.lose == "request":
                self.lose = None
                return b"", True
            link.booking, self.lose = self.lose, None
        return data, False

    @staticmethod
    def _spoil_reply(link, data):
        if link.booking == "silence":
            return b"", False
        if link.booking == "half":
            return data[: len(data) // 2], True
        if link.booking == "reply":
            return b"", True
        return data, False
