"""The owner's token, the setting `reindex_token`: whether a request has it."""

import hashlib
import hmac

from flask import Request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from zhsearch.search.settings import ServerSettings


def has_token(request: Request, settings: ServerSettings, *, as_password: bool = False) -> bool:
    """Whether a request has the token as `Authorization: Bearer …`; with `as_password` also as the password
    of any user, for which browsers ask."""
    token = ""
    if given := request.authorization:
        if given.type == "bearer":
            token = given.token or ""
        elif given.type == "basic" and as_password:
            token = given.password or ""
    # Hashed first: the time of compare_digest depends on the length of its arguments.
    return hmac.compare_digest(_digest(token), _digest(settings.reindex_token)) and bool(
        settings.reindex_token
    )


def unauthorized(reason: str, *, as_password: bool = False) -> Unauthorized:
    """The error for a request without the token; a browser then asks for it as a password."""
    if as_password:
        challenge = WWWAuthenticate("basic", {"realm": "zhsearch: reindex_token", "charset": "UTF-8"})
        return Unauthorized(reason, www_authenticate=challenge)
    return Unauthorized(reason, www_authenticate=WWWAuthenticate("bearer"))


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
