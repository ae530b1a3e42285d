"""A bad line: passes a TCP stream on, and at one byte cuts, ends, doubles, loses or holds it."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from threading import Event, Lock, Thread
from typing import Self

UP, DOWN = "up", "down"
"""From the PC to central, and back."""

AT_ONCE = 65_536


@dataclass(frozen=True)
class Fault:
    """What happens when byte `at` of one way comes; `size` bytes are doubled or lost.

    `cut` resets the connection, `truncate` ends it in good order before all has come, `stall`
    passes nothing on from there and leaves it open, `delay` pauses for a moment.
    """

    kind: str
    way: str
    at: int
    size: int = 7


class Proxy:
    """Listens on a port of its own and passes everything on to `port`, with at most one fault."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = Lock()
        self._fault: Fault | None = None
        self._passed = {UP: 0, DOWN: 0}
        self._pause = Event()
        self._sockets: list[socket.socket] = []
        self._threads: list[Thread] = []
        self.struck = False
        self.meanwhile: Callable[[], object] = lambda: None
        """Called where a fault strikes, before anybody notices it."""
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._start(self._accept)

    def url(self, url: str) -> str:
        """Return the address of central by way of this line."""
        return url.replace(f":{self._target}/", f":{self.port}/")

    def arm(self, fault: Fault | None) -> None:
        """Count bytes from here on, and strike at one of them."""
        with self._lock:
            self._fault, self.struck = fault, False
            self._passed = {UP: 0, DOWN: 0}

    def passed(self) -> dict[str, int]:
        """Return how many bytes came each way since `arm`."""
        with self._lock:
            return dict(self._passed)

    def close(self) -> None:
        """End every connection and thread."""
        self._pause.set()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for one in self._sockets:
            _end(one)
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()
        for one in self._sockets:
            one.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [near, far]
                self._start(self._pass_on, UP, near, far)
                self._start(self._pass_on, DOWN, far, near)

    def _pass_on(self, way: str, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(AT_ONCE):
                head, fault = self._until(way, data)
                target.sendall(data[:head])
                if fault is None:
                    continue
                self.meanwhile()
                if fault.kind == "stall":
                    while source.recv(AT_ONCE):
                        pass
                    break
                if fault.kind in ("cut", "truncate"):
                    if fault.kind == "cut":
                        _reset(target)
                    _end(source)
                    break
                self._go_on(fault, data, head, target)
        _end(target)

    def _until(self, way: str, data: bytes) -> tuple[int, Fault | None]:
        """Return how much passes unharmed, and what strikes then."""
        with self._lock:
            before = self._passed[way]
            self._passed[way] += len(data)
            fault = self._fault
            if fault is None or fault.way != way or not before <= fault.at < self._passed[way]:
                return len(data), None
            self._fault, self.struck = None, True
            return fault.at - before, fault

    def _go_on(self, fault: Fault, data: bytes, head: int, target: socket.socket) -> None:
        if fault.kind == "delay":
            self._pause.wait(0.05)
        elif fault.kind == "double":
            target.sendall(data[max(0, head - fault.size) : head])
        target.sendall(data[head + fault.size if fault.kind == "lose" else head :])


def _reset(one: socket.socket) -> None:
    """Make the end of a connection a reset."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with suppress(OSError):
        one.shutdown(socket.SHUT_RD)  # wakes who reads from it here
    one.close()


def _end(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
