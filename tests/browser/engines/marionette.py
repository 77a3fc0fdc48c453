"""A connection of Selenium to Firefox without geckodriver: W3C commands over Marionette, Firefox's own protocol.

geckodriver only translates one into the other, and is no package of Debian or PyPI; to compile it takes minutes.
A message is its length, a colon and a JSON list: [0, number, command, parameters], answered by [1, number, error, result].
"""

from __future__ import annotations

import itertools
import json
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.remote_connection import RemoteConnection

from tests.helpers.server import wait_for

COMMANDS: Final = {
    Command.NEW_SESSION: "WebDriver:NewSession",
    Command.QUIT: "WebDriver:DeleteSession",
    Command.GET: "WebDriver:Navigate",
    Command.GO_BACK: "WebDriver:Back",
    Command.GO_FORWARD: "WebDriver:Forward",
    Command.REFRESH: "WebDriver:Refresh",
    Command.GET_CURRENT_URL: "WebDriver:GetCurrentURL",
    Command.GET_TITLE: "WebDriver:GetTitle",
    Command.W3C_EXECUTE_SCRIPT: "WebDriver:ExecuteScript",
    Command.W3C_EXECUTE_SCRIPT_ASYNC: "WebDriver:ExecuteAsyncScript",
    Command.W3C_ACTIONS: "WebDriver:PerformActions",
    Command.W3C_CLEAR_ACTIONS: "WebDriver:ReleaseActions",
    Command.GET_WINDOW_RECT: "WebDriver:GetWindowRect",
    Command.SET_WINDOW_RECT: "WebDriver:SetWindowRect",
    Command.W3C_GET_WINDOW_HANDLES: "WebDriver:GetWindowHandles",
    Command.W3C_GET_CURRENT_WINDOW_HANDLE: "WebDriver:GetWindowHandle",
    Command.SWITCH_TO_WINDOW: "WebDriver:SwitchToWindow",
    Command.CLOSE: "WebDriver:CloseWindow",
    Command.NEW_WINDOW: "WebDriver:NewWindow",
    Command.SET_TIMEOUTS: "WebDriver:SetTimeouts",
    Command.SCREENSHOT: "WebDriver:TakeScreenshot",
    Command.GET_ELEMENT_ARIA_LABEL: "WebDriver:GetComputedLabel",
    Command.GET_ELEMENT_ARIA_ROLE: "WebDriver:GetComputedRole",
    "setContext": "Marionette:SetContext",
}
PREFERENCES: Final = {
    "marionette.port": 0,  # any that is free; written to MarionetteActivePort
    "remote.prefs.recommended": True,
    "intl.accept_languages": "zh-CN, zh",
    "browser.shell.checkDefaultBrowser": False,
    "network.proxy.type": 0,
}


def start_firefox(
    executable: str, profile: Path, environ: Mapping[str, str], *options: str
) -> subprocess.Popen[bytes]:
    """Start a Firefox that is driven, with a new profile in the folder `profile`."""
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()]
    (profile / "user.js").write_text("\n".join(lines), encoding="utf-8")
    command = [executable, "--marionette", "--remote-allow-system-access", "--no-remote"]
    command += ["--profile", str(profile), *options]
    with (profile / "firefox.log").open("wb") as log:
        return subprocess.Popen(command, env=dict(environ), stdout=log, stderr=log)


class MarionetteConnection(RemoteConnection):
    """The executor of a driver's commands for the Firefox with this profile."""

    def __init__(self, profile: Path) -> None:
        super().__init__(client_config=ClientConfig(remote_server_addr="http://127.0.0.1"))
        told = profile / "MarionetteActivePort"
        wait_for(lambda: told.exists() and bool(told.read_text().strip()))
        self._socket = socket.create_connection(("127.0.0.1", int(told.read_text())), timeout=60)
        self._stream = self._socket.makefile("rb")
        self._numbers = itertools.count(1)
        self._receive()  # it introduces itself

    def execute(self, command: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Send a command; an error is returned in the form in which Selenium raises it."""
        parameters = {
            name: value for name, value in params.items() if name not in ("sessionId", "capabilities")
        }
        if "capabilities" in params:
            parameters = {"capabilities": params["capabilities"]["alwaysMatch"]}
        message = json.dumps([0, next(self._numbers), COMMANDS[command], parameters]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._receive()
        if error:
            return {"status": 500, "value": json.dumps({"value": error})}
        return result if isinstance(result, dict) and set(result) == {"value"} else {"value": result}

    def close(self) -> None:
        """End the connection."""
        self._stream.close()
        self._socket.close()

    def _receive(self) -> Any:
        length = b""
        while (byte := self._stream.read(1)) != b":":
            if not byte:
                raise ConnectionError("Firefox has ended")
            length += byte
        return json.loads(self._stream.read(int(length)))
