"""The deployment files in use: nginx with site and search on one origin, the exposure of the systemd unit."""

import json
import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click
import pytest
import yaml

from tests.helpers.server import Serving, free_port, serving, wait_for
from tests.helpers.sites import ROOT, index_site, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.cli import main
from zhsearch.search.settings import Settings

DEPLOY = ROOT / ".ci/deploy"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
MAIN = """
{user} daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
    uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    server {{ listen 127.0.0.1:{port}; root {folder}/public; {rules} }}
}}
"""


@pytest.fixture
def site(tmp_path: Path) -> Settings:
    (tmp_path / "public").mkdir()
    (tmp_path / "public/index.html").write_text("the site itself")
    (tmp_path / "zhsearch.toml").write_text('trusted_hops = 1\nrate_limit = "60/hour"\n')
    return index_site(write_site(tmp_path, {"a.md": post("算力", "芯片")}))


@contextmanager
def nginx(folder: Path, backend: int) -> Iterator[Serving]:
    if not NGINX:
        pytest.skip("nginx is not installed")
    port = free_port()
    rules = (DEPLOY / "nginx.conf").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{backend}")
    rules = rules.replace("/etc/nginx/", f"{DEPLOY}/")
    user = "" if os.geteuid() else "user root;"  # otherwise its workers cannot read this folder
    (folder / "nginx.conf").write_text(MAIN.format(user=user, folder=folder, port=port, rules=rules))
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")])
    front = Serving(Settings(), process, port)  # type: ignore[arg-type]
    try:
        wait_for(lambda: front.ask("/index.html")[0] == 200)
        yield front
    finally:
        process.terminate()
        process.wait(20)


def test_site_and_search_share_one_origin_with_search_below_its_prefix(
    site: Settings, tmp_path: Path
) -> None:
    with serving(tmp_path, site) as server, nginx(tmp_path, server.address[1]) as front:
        assert front.ask("/")[2] == b"the site itself"
        status, _, page = front.ask("/search/?q=a")
        assert (status, b"<form" in page) == (200, True)
        page = front.ask("/search/search?q=%E7%AE%97%E5%8A%9B")[2]
        addresses = set(re.findall(r'(?:src|action|href)="(/[^"#?]*)', page.decode()))
        assert {"/search/search", "/search/widget.js", "/search/page.css", "/a/"} <= addresses
        for address in addresses - {"/a/"}:
            assert front.ask(address)[0] == 200, address
        assert json.loads(front.ask("/search/api/search?q=a")[2])["page"] == 1
        assert json.loads(front.ask("/search/openapi.json")[2])["servers"] == [{"url": "/search"}]
        assert front.ask("/search/readyz")[0] == front.ask("/search/metrics")[0] == 200  # from this machine
        status, headers, _ = front.ask("/search/api/nothing")
        assert (status, headers["Content-Type"]) == (404, "application/problem+json")
        etag = front.ask("/search/api/tags")[1]["ETag"]
        assert front.ask("/search/api/tags", {"If-None-Match": etag})[0] == 304


def test_a_client_cannot_evade_the_rate_limit_by_forwarding_headers(site: Settings, tmp_path: Path) -> None:
    with serving(tmp_path, site) as server, nginx(tmp_path, server.address[1]) as front:
        statuses = []
        for number in range(70):
            headers = {
                "X-Forwarded-For": f"192.0.2.{number}",
                "X-Forwarded-Prefix": "/evil",
                "Forwarded": "for=x",
            }
            status, _, page = front.ask("/search/search?q=a", headers)
            assert b"/evil" not in page
            statuses.append(status)
        assert statuses == [200] * 60 + [429] * 10


def test_slow_clients_occupy_the_proxy_and_not_the_search(site: Settings, tmp_path: Path) -> None:
    (tmp_path / "zhsearch.toml").write_text("trusted_hops = 1\nworkers = 1\nthreads = 1\n")
    with serving(tmp_path, site) as server, nginx(tmp_path, server.address[1]) as front:
        slow = [socket.create_connection(front.address) for _ in range(20)]
        for connection in slow:
            connection.sendall(b"GET /search/api/search?q=a HTTP/1.1\r\nHost: x\r\n")
        for _ in range(10):
            assert front.ask("/search/api/search?q=a")[0] == 200
        for connection in slow:
            connection.close()


def test_the_systemd_unit_has_an_exposure_level_of_at_most_one() -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")
    command = ["systemd-analyze", "security", "--offline=true", str(DEPLOY / "zhsearch.service")]
    output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    level = re.search(r"exposure level for zhsearch.service: ([\d.]+)", output)
    assert level, output
    assert float(level[1]) <= 1.0


def test_a_server_follows_an_index_copied_with_current_last_and_never_sees_half_of_it(
    site: Settings, tmp_path: Path
) -> None:
    copy = tmp_path / "server"
    (copy / "generations").mkdir(parents=True)

    def copy_generations() -> None:
        for folder in (site.index / "generations").iterdir():
            shutil.copytree(folder, copy / "generations" / folder.name, dirs_exist_ok=True)

    def copy_current() -> None:
        shutil.copy2(site.index / "CURRENT", copy / "CURRENT.new")  # as rsync does
        (copy / "CURRENT.new").replace(copy / "CURRENT")

    copy_generations()
    copy_current()
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    with serving(tmp_path, replace(site, index=copy)) as server:
        assert server.get("/readyz")["documents"] == 1
        for path in (copy, copy / "generations"):
            path.chmod(0o755)
        (site.content / "content/b.md").write_text(post("芯片"), encoding="utf-8")
        reindex(site)
        copy_generations()
        assert server.get("/readyz")["documents"] == 1  # CURRENT still names the old generation
        copy_current()
        server.wait_for_documents(2)
    log = (tmp_path / "server.log").read_text()
    assert "Traceback" not in log


def test_the_commands_and_paths_of_the_compose_file_exist() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for service in compose["services"].values():
        assert (DEPLOY / service["build"]["context"] / service["build"]["dockerfile"]).is_file()
        name, *arguments = service["command"]
        command = main.get_command(click.Context(main), name)
        assert command
        command.make_context(name, list(arguments)).close()  # parsed, not run
        source, index = service["volumes"]
        assert source.endswith(f":{service['working_dir']}:ro")
        assert index == "index:" + arguments[arguments.index("--index") + 1]
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]


def test_what_the_image_copies_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    needed = ["pyproject.toml", "README.md", "LICENSE", "index", "search", "content", ".ci"]
    assert not set(needed) & set(ignored)
    assert {".venv", ".git", ".zhsearch"} <= set(ignored)
