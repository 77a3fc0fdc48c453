"""Who may use the lab: a browser on this machine that came with the key, once."""

import hmac
import secrets
from threading import Lock
from urllib.parse import urlsplit

from flask import Flask, Request, Response, redirect, request
from werkzeug.exceptions import Forbidden

_NAMES = ("127.0.0.1", "localhost")


class Access:
    """A key that is exchanged for a session once. Others learn neither: who reads the address later, from the
    history or over a shoulder, gets nowhere."""

    def __init__(self) -> None:
        self.key = secrets.token_urlsafe(18)
        self._session = secrets.token_urlsafe(24)
        self._cookie = (
            f"zhsearch-lab-{secrets.token_hex(4)}"  # labs on several ports share a browser's cookies
        )
        self._is_used = False
        self._lock = Lock()

    def install(self, app: Flask) -> None:
        """Check every request to an app."""
        app.before_request(self._check)

    def _check(self) -> Response | None:
        if _host_of(request) not in _NAMES:  # a page of another host whose name leads here
            raise Forbidden("The lab answers to this machine's own addresses alone")
        if "key" in request.args:
            return self._admit(request.args["key"])
        if not hmac.compare_digest(request.cookies.get(self._cookie, "").encode(), self._session.encode()):
            raise Forbidden(
                "Open the lab by the address that `zhsearch lab` prints. It works once: start it again"
            )
        return None

    def _admit(self, key: str) -> Response:
        with self._lock:
            is_right = hmac.compare_digest(key.encode(), self.key.encode()) and not self._is_used
            self._is_used = self._is_used or is_right
        if not is_right:
            raise Forbidden("This address has been used, or is another lab's. Start `zhsearch lab` again")
        response = redirect(request.path)
        response.set_cookie(self._cookie, self._session, httponly=True, samesite="Strict")
        return response  # type: ignore[return-value]  # werkzeug's own class


def _host_of(asked: Request) -> str:
    try:
        return urlsplit(f"//{asked.host}").hostname or ""
    except ValueError:
        return ""
