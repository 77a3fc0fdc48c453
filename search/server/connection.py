"""One client connection: reads whole requests from a non-blocking socket, writes responses to it.

No call blocks. Bytes that arrive early and bytes that the client does not take yet are buffered.
"""

import socket
from enum import Enum

from gunicorn.config import Config
from gunicorn.http.parser import RequestParser

from zhsearch.search.server.request_framing import Frame, read_frame
from zhsearch.search.server.request_target import encode_target

_RECEIVE_BUFFER = memoryview(bytearray(65_536))  # shared by all connections: one thread reads
_READ_AHEAD_BYTES = 4_096  # of the next request, while a thread has the current one
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class State(Enum):
    """The state of a connection in the event loop, by the event that it waits for."""

    IDLE = "the first byte of a request"
    READING = "the rest of a request"
    WRITING = "the client to take the response"
    LINGERING = "the client to close the connection"


class ResponseBuffer:
    """A buffer for one response, with the interface of the socket that gunicorn writes to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def sendall(self, data: bytes) -> None:
        """Called for the head, and for each piece of the body."""
        self._parts.append(data)

    def send(self, data: bytes) -> int:
        """Called to send 100 Continue for a body, which has arrived already."""
        return len(data)

    def shutdown(self, how: int) -> None:
        """Called if a response breaks off. Raises OSError, because none of it was sent."""
        raise OSError("there is nothing to close gracefully")

    def close(self) -> None:
        """Called after `shutdown`."""

    def take(self) -> bytes:
        """Remove and return everything that was written."""
        data = b"".join(self._parts)
        self._parts.clear()
        return data


class Connection:
    """One client connection. `deadline`: the latest end of its state, in seconds of the monotonic clock.

    While a thread has a request, only that thread writes to the socket, and only the loop reads from it.
    """

    def __init__(self, wire: socket.socket, client: object, server: object) -> None:
        wire.setblocking(False)
        self.wire = wire
        self.client = client  # its address
        self.server = server  # the address that it connected to
        self.sock = ResponseBuffer()  # the name that gunicorn uses
        self.state = State.IDLE
        self.deadline = 0.0
        self.polled_for = 0  # the events for which the loop watches the socket
        self.keep_alive = True  # after the current response
        self.is_answered = False  # the thread is done with it, at `answered_at`
        self.is_broken = False  # nothing more can be sent or read
        self.answered_at = 0.0
        self._request = b""
        self._is_output_ended = False
        self._received = bytearray()
        self._frame: Frame | None = None
        self._unsent: bytes | memoryview = b""

    def read(self, max_bytes: int = 0) -> int:
        """Read what has arrived, at most `max_bytes`, and return the number of bytes. Raises OSError, and
        EOFError at the end."""
        try:
            count = self.wire.recv_into(_RECEIVE_BUFFER, max_bytes)
        except BlockingIOError:
            return 0
        if not count:
            raise EOFError
        self._received += _RECEIVE_BUFFER[:count]
        return count

    def read_ahead(self) -> int:
        """Read a little of the next request, once, while a thread has the current one; as `read`."""
        return 0 if self._received else self.read(_READ_AHEAD_BYTES)

    def buffered_bytes(self) -> int:
        """The number of bytes that arrived and belong to no request taken so far."""
        return len(self._received)

    def discard_buffer(self) -> int:
        """Discard what arrived and belongs to no request taken so far; returns the number of bytes."""
        count = len(self._received)
        self._received.clear()
        self._frame = None
        return count

    def has_request(self) -> bool:
        """Whether a whole request has arrived. Raises RejectedRequest for one that is not accepted."""
        if self._frame is None and self._received:
            self._frame = read_frame(self._received)
            if self._frame and self._frame.expects_continue and len(self._received) < self._frame.end:
                self.write(_CONTINUE)
        return self._frame is not None and len(self._received) >= self._frame.end

    def take_request(self) -> int:
        """Remove the whole request that arrived from the buffer, for a thread; returns its size in bytes."""
        assert self._frame is not None
        end = self._frame.end
        self._request = bytes(self._received[:end])
        del self._received[:end]
        self._frame = None
        self.keep_alive = self.is_answered = False
        return end

    def parser(self, config: Config) -> RequestParser:
        """A parser of the request that was taken.

        Raises RejectedRequest if its URL would have to be percent-encoded.
        """
        request, self._request = self._request, b""
        return RequestParser(config, [encode_target(request)], self.client)

    def write(self, data: bytes) -> None:
        """Write as much as the socket takes now, and buffer the rest. Raises OSError."""
        self._unsent = memoryview(bytes(self._unsent) + data if self._unsent else data)
        self.flush()

    def flush(self) -> bool:
        """Write from the buffer what the socket takes now; returns whether the buffer is empty. Raises
        OSError."""
        while self._unsent:
            try:
                self._unsent = self._unsent[self.wire.send(self._unsent) :]
            except BlockingIOError:
                return False
        self._unsent = b""
        return True

    def is_flushed(self) -> bool:
        """Whether everything has been written to the socket."""
        return not self._unsent

    def discard_input(self) -> None:
        """Read and discard what has arrived. Raises OSError, and EOFError at the end."""
        self.read()
        self._received.clear()

    def end_output(self) -> None:
        """Shut down the sending side of the socket, once. Raises OSError."""
        if not self._is_output_ended:
            self._is_output_ended = True
            self.wire.shutdown(socket.SHUT_WR)
