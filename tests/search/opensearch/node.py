"""Real OpenSearch nodes for tests, assembled from Maven artefacts, on free ports.

`python -m tests.search.opensearch.node` starts one, prints its address, and stops it at Ctrl-C.
"""

import functools
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from tests.helpers.server import free_ports
from zhsearch.search.settings import Settings

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

VERSION = "2.19.6"
_LOG4J = "2.25.4"
# Not in a home folder: where root runs the tests, nodes run as `nobody`, who may not enter it.
_HOME = Path(tempfile.gettempdir()) / f"zhsearch-tests-{os.getuid()}" / f"opensearch-{VERSION}"
_MODULES = {
    "transport-netty4": ("transport-netty4-client", "org.opensearch.transport.Netty4Plugin"),
    "lang-painless": ("lang-painless", "org.opensearch.painless.PainlessPlugin"),
    "analysis-common": ("analysis-common", "org.opensearch.analysis.common.CommonAnalysisPlugin"),
    "mapper-extras": ("mapper-extras-client", "org.opensearch.index.mapper.MapperExtrasPlugin"),
}
_POM = Template(
    '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    "<groupId>tests</groupId><artifactId>$name</artifactId><version>1</version><packaging>pom</packaging>"
    "<dependencies>$dependencies</dependencies></project>"
)
_DEPENDENCY = Template(
    "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
)
_NOBODY = 65_534
_HEALTH_PATH = "/_cluster/health?wait_for_status=yellow&timeout=2s"


class UnavailableError(Exception):
    """No node can be started here; the text says what is missing."""


@dataclass(slots=True)
class Node:
    """A node, running or stopped."""

    url: str
    transport: int
    process: subprocess.Popen[bytes]
    folder: Path

    def kill(self) -> None:
        """Kill the process at once, as a loss of power would."""
        self.process.kill()
        self.process.wait()

    def wait(self, seconds: float = 120) -> None:
        """Wait until the node answers. Raises UnavailableError after so many seconds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url + _HEALTH_PATH, timeout=5):
                    return
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.3)
        log = (self.folder / "log").read_text(errors="replace")
        raise UnavailableError(f"OpenSearch does not start: {log[-1500:]}")


def raw_client(settings: Settings) -> "OpenSearch":
    """The library's own client, to inspect the cluster of some settings without ours."""
    from opensearchpy import OpenSearch  # noqa: PLC0415  tests without a cluster run without it, too

    return OpenSearch(list(settings.opensearch_hosts))


@functools.cache
def home() -> Path:
    """The folder of the server, assembled at the first call. Raises UnavailableError."""
    for program in ("java", "mvn"):
        if not shutil.which(program):
            raise UnavailableError(f"{program} is not installed")
    if not (_HOME / "complete").exists():
        shutil.rmtree(_HOME, ignore_errors=True)
        core = [("org.opensearch", "opensearch", VERSION), ("org.apache.logging.log4j", "log4j-core", _LOG4J)]
        core.append(("org.opensearch", "opensearch-plugin-classloader", VERSION))
        _jars(core, _HOME / "lib")
        for name, (artifact, plugin) in _MODULES.items():
            folder = _HOME / "modules" / name
            _jars([("org.opensearch.plugin", artifact, VERSION)], folder)
            for jar in folder.glob("*.jar"):
                if (_HOME / "lib" / jar.name).exists():
                    jar.unlink()
            (folder / "plugin-descriptor.properties").write_text(_descriptor(name, plugin))
        for name in ("bin", "config", "plugins"):  # or the server, whose user may not, would create them
            (_HOME / name).mkdir()
        (_HOME / "complete").touch()
    return _HOME


def _descriptor(name: str, plugin: str) -> str:
    facts = {"name": name, "description": name, "version": VERSION, "opensearch.version": VERSION}
    facts |= {"java.version": "11", "classname": plugin, "extended.plugins": ""}
    return "".join(f"{key}={value}\n" for key, value in facts.items())


def _jars(artefacts: Sequence[tuple[str, str, str]], folder: Path) -> None:
    """Copy artefacts and their dependencies into a folder."""
    folder.mkdir(parents=True)
    listed = "".join(
        _DEPENDENCY.substitute(group=group, name=name, version=v) for group, name, v in artefacts
    )
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "pom.xml").write_text(_POM.substitute(name=folder.name, dependencies=listed))
        command = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
        done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UnavailableError(f"Maven cannot get {artefacts[0][1]}: {done.stdout[-500:]}")


@contextmanager
def nodes(count: int = 1, *, heap: str = "512m", quick: bool = True) -> Iterator[list[Node]]:
    """A cluster of `count` nodes; `quick` ones start sooner and answer more slowly.

    Raises UnavailableError where they cannot be started, or $TESTS_CLUSTER is not set: they take minutes, and
    two cores for themselves.
    """
    if not os.environ.get("TESTS_CLUSTER"):
        raise UnavailableError("`make cluster` starts some")
    home()
    folder = Path(tempfile.mkdtemp(prefix="zhsearch-opensearch-"))
    folder.chmod(0o755)
    ports = free_ports(2 * count)
    started: list[Node] = []
    try:
        for number in range(count):
            started.append(start(folder, number, ports, count, heap=heap, quick=quick))
        for node in started:
            node.wait()
        yield started
    finally:
        for node in started:
            if node.process.poll() is None:
                node.process.send_signal(signal.SIGTERM)
        for node in started:
            try:
                node.process.wait(20)
            except subprocess.TimeoutExpired:
                node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def start(
    folder: Path, number: int, ports: Sequence[int], count: int, *, heap: str = "512m", quick: bool = True
) -> Node:
    """Start node `number` of a cluster of `count`; where it has run before, with its data."""
    here = folder / f"node{number}"
    for name in ("config", "data", "tmp"):
        (here / name).mkdir(parents=True, exist_ok=True)
    config = {
        "cluster.name": folder.name,
        "node.name": here.name,
        "path.data": here / "data",
        "path.logs": here,
        "network.host": "127.0.0.1",
        "http.port": ports[2 * number],
        "transport.port": ports[2 * number + 1],
        "node.store.allow_mmap": "false",
        "cluster.routing.allocation.disk.threshold_enabled": "false",
    }
    if count == 1:
        config["discovery.type"] = "single-node"
    else:
        config["discovery.seed_hosts"] = [f"127.0.0.1:{port}" for port in ports[1::2]]
        config["cluster.initial_cluster_manager_nodes"] = [f"node{each}" for each in range(count)]
        config["cluster.fault_detection.leader_check.timeout"] = "2s"
    (here / "config" / "opensearch.yml").write_text(
        "".join(f"{key}: {value}\n" for key, value in config.items())
    )
    (here / "config" / "log4j2.properties").write_text("rootLogger.level = warn\n")
    (here / "config" / "all.policy").write_text("grant { permission java.security.AllPermission; };\n")
    user: list[str] = []
    if os.getuid() == 0:  # the server refuses to run as root
        for path in [here, *here.rglob("*")]:
            os.chown(path, _NOBODY, _NOBODY)
        user = ["setpriv", f"--reuid={_NOBODY}", f"--regid={_NOBODY}", "--clear-groups"]
    with (here / "log").open("ab") as log:
        process = subprocess.Popen(
            [*user, "nice", "java", *_java(here, heap, quick=quick)],
            cwd=here,
            env={"PATH": os.environ["PATH"], "HOME": str(here)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return Node(f"http://127.0.0.1:{ports[2 * number]}", ports[2 * number + 1], process, here)


def _java(here: Path, heap: str, *, quick: bool) -> list[str]:
    system = {
        "java.security.manager": "allow",
        "java.security.policy": here / "config" / "all.policy",
        "java.io.tmpdir": here / "tmp",
        "jna.tmpdir": here / "tmp",
        "jna.nosys": "true",
        "java.awt.headless": "true",
        "java.locale.providers": "SPI,COMPAT",
        "log4j2.disable.jmx": "true",
        "opensearch.path.home": home(),
        "opensearch.path.conf": here / "config",
    }
    # From the server's own jvm.options: it refuses requests while the heap is full, garbage included.
    flags = [f"-Xms{heap}", f"-Xmx{heap}", "-Xss1m", "-XX:+UseG1GC"]
    flags += ["-XX:G1ReservePercent=25", "-XX:InitiatingHeapOccupancyPercent=30"]
    flags += ["-XX:TieredStopAtLevel=1"] if quick else []
    defined = [f"-D{key}={value}" for key, value in system.items()]
    return [*flags, *defined, "-cp", f"{home()}/lib/*", "org.opensearch.bootstrap.OpenSearch"]


if __name__ == "__main__":
    with nodes() as [only]:
        print(only.url, flush=True)
        only.process.wait()
