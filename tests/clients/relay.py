"""A TCP port between onestopd and PostgreSQL that loses what passes, as told."""

import select
import socket
import threading
import urllib.parse

POLL_SECONDS = 0.02
# The name of the statement that books a batch (storage/sql.h), as it stands in
# the protocol's Bind message: unnamed portal, then the statement.
WRITE = b"\0write\0"


def socket_to(url):
    """A connection to where a postgresql:// URL points."""
    parts = urllib.parse.urlsplit(url)
    query = dict(urllib.parse.parse_qsl(parts.query))
    host = query.get("host") or parts.hostname or "127.0.0.1"
    port = int(query.get("port") or parts.port or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    connection = socket.socket(socket.AF_UNIX)
    connection.connect("%s/.s.PGSQL.%d" % (host, port))
    return connection


class Relay:
    """`mode` may be changed at any time:
    pass         everything passes
    stall        nothing passes, nothing is closed
    refuse       connections are closed, new ones too
    lose_writes  a batch to book is swallowed and its connection closed
    lose_replies a batch is booked, the answer swallowed, the connection closed
    """

    def __init__(self, url):
        self.mode = "pass"
        self.losses = 0
        self._target = url
        self._closing = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(POLL_SECONDS)
        parts = urllib.parse.urlsplit(url)
        user = parts.netloc.rpartition("@")[0]
        place = "127.0.0.1:%d" % self._listener.getsockname()[1]
        query = [
            pair
            for pair in urllib.parse.parse_qsl(parts.query)
            if pair[0] not in ("host", "port")
        ]
        self.url = urllib.parse.urlunsplit(
            parts._replace(
                netloc=user + "@" + place if user else place,
                query=urllib.parse.urlencode(query),
            )
        )
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self):
        self._closing = True
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _accept(self):
        while not self._closing:
            try:
                client, _ = self._listener.accept()
            except socket.timeout:
                continue
            thread = threading.Thread(target=self._serve, args=(client,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, client):
        with client:
            if self.mode == "refuse":
                return
            try:
                with socket_to(self._target) as server:
                    self._forward(client, server)
            except OSError:
                pass

    def _forward(self, client, server):
        lost = False
        while not self._closing and self.mode != "refuse":
            if self.mode == "stall":
                threading.Event().wait(POLL_SECONDS)
                continue
            for ready in select.select([client, server], [], [], POLL_SECONDS)[0]:
                data = ready.recv(1 << 16)
                if not data or self.mode == "refuse":
                    return
                if ready is client and WRITE in data:
                    if self.mode == "lose_writes":
                        self.losses += 1
                        return
                    lost = self.mode == "lose_replies"
                elif ready is server and lost:
                    self.losses += 1
                    return
                (server if ready is client else client).sendall(data)
