"""A client's socket in, one whole request after the other out, and answers written as the client takes them.

Nothing here waits. What is read and not yet asked for, and what is written and not yet taken, is kept.
"""

import socket
from enum import Enum

from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from zhsearch.search.server.request_framing import Frame, read_frame

_ROOM = memoryview(bytearray(65_536))  # what is read at once; by one thread
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Waits(Enum):
    """What a connection waits for while no thread has it."""

    REQUEST = "the beginning of a request"
    REST = "the rest of a request"
    TAKEN = "that the client takes the answer"
    CLOSED = "that the client closes it"


class ResponseBuffer:
    """What gunicorn takes for the socket that it writes an answer to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        """Called for the head, and for each piece of the body."""
        self._parts.append(data)

    def send(self, data: bytes) -> int:
        """Called to ask for a body, which has come already."""
        return len(data)

    def shutdown(self, how: int) -> None:
        """Called where an answer breaks off in the middle, of which nothing has been sent."""
        raise OSError("there is nothing to close gracefully")

    def close(self) -> None:
        """Called after that."""

    def take(self) -> bytes:
        """All that was written since."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class Connection:
    """One client. `deadline` is when what it waits for must have come, in seconds of the monotonic clock."""

    def __init__(self, wire: socket.socket, client: object, server: object) -> None:
        wire.setblocking(False)
        self.wire = wire
        self.client = client
        self.server = server
        self.sock = ResponseBuffer()  # named as gunicorn looks for it
        self.waits = Waits.REQUEST
        self.deadline = 0.0
        self.keep = True  # shall it go on after this answer?
        self._came = bytearray()
        self._frame: Frame | None = None
        self._left: bytes | memoryview = b""

    def read(self) -> int:
        """Take what has come: how many bytes. Raises OSError, at the end EOFError."""
        try:
            count = self.wire.recv_into(_ROOM)
        except BlockingIOError:
            return 0
        if not count:
            raise EOFError
        self._came += _ROOM[:count]
        return count

    def holds(self) -> int:
        """Bytes that came and were not asked for."""
        return len(self._came)

    def is_whole(self) -> bool:
        """Has a whole request come? Raises Refusal where none will be taken."""
        if self._frame is None and self._came:
            self._frame = read_frame(self._came)
            if self._frame and self._frame.waits and len(self._came) < self._frame.end:
                self.write(_CONTINUE)
        return self._frame is not None and len(self._came) >= self._frame.end

    def request(self, config: Config) -> RequestParser:
        """A parser of the whole request that came. What came after it stays."""
        assert self._frame is not None
        data = bytes(self._came[: self._frame.end])
        del self._came[: self._frame.end]
        self._frame = None
        return RequestParser(config, [data], self.client)

    def write(self, data: bytes) -> None:
        """Write as much as the client's side has room for. Raises OSError."""
        self._left = memoryview(bytes(self._left) + data if self._left else data)
        self.flush()

    def flush(self) -> bool:
        """Write what is left: is it all written? Raises OSError."""
        while self._left:
            try:
                self._left = self._left[self.wire.send(self._left) :]
            except BlockingIOError:
                return False
        self._left = b""
        return True

    def is_written(self) -> bool:
        """Has everything that was written gone out?"""
        return not self._left

    def forget(self) -> None:
        """Read on and throw away: raises OSError, at the end EOFError."""
        self.read()
        self._came.clear()

    def end(self) -> None:
        """Tell the client that nothing more will come, nor be read. Raises OSError."""
        self._came.clear()
        self.wire.shutdown(socket.SHUT_WR)
