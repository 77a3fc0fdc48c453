"""What the kernel tells of running processes: the files that they have open, and their connections."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Connection(NamedTuple):
    """One end of a TCP connection over IPv4. `unread` are the bytes that its process has not read yet; `inode` is 0
    before a process has accepted it."""

    local_port: int
    remote_port: int
    unread: int
    inode: int


def open_files(process: int) -> list[str]:
    """What the descriptors of a process lead to: paths, `socket:[inode]`, …"""
    links = []
    for link in Path(f"/proc/{process}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed in the meantime
            links.append(str(link.readlink()))
    return links


def connections() -> Iterator[Connection]:
    """The ends of all TCP connections over IPv4 on this machine."""
    for row in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, _, queues, _, _, _, _, inode, *_ = row.split()
        local_port, remote_port, unread = (int(pair.split(":")[1], 16) for pair in (local, remote, queues))
        yield Connection(local_port, remote_port, unread, int(inode))
