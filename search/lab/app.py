"""The lab's application: its page, and the JSON that the page asks for."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, Response, render_template, request
from werkzeug.exceptions import BadRequest, HTTPException

from zhsearch.index.analysis import get_segmenter
from zhsearch.index.errors import ZhsearchError
from zhsearch.search.analytics import diagnose, diagnosis_json, find_document
from zhsearch.search.backends import backend_of
from zhsearch.search.engine import Follower
from zhsearch.search.i18n import choose_language
from zhsearch.search.lab.access import Access
from zhsearch.search.lab.changes import current_texts, read_changes
from zhsearch.search.lab.comparison import Side, moves, searched
from zhsearch.search.lab.judgements import Judgements, Verdict
from zhsearch.search.lab.owner_files import write_changes
from zhsearch.search.lab.texts import page_texts
from zhsearch.search.lab.trial import Trial, make_trial
from zhsearch.search.settings import Settings
from zhsearch.search.translation import translated

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Lab:
    """What one owner tries on one index.

    `read_settings` reads the owner's settings, `folder` has zhsearch.toml. One trial at a time exists.
    """

    def __init__(self, read_settings: Callable[[], Settings], folder: Path, judged: Path) -> None:
        self._read_settings = read_settings
        self._folder = folder
        self.judgements = Judgements(judged)
        self._follower: Follower = backend_of(read_settings()).follow()
        self._trial: Trial | None = None
        self._lock = Lock()

    def state(self) -> dict[str, Any]:
        """The texts that can be changed, and what is being tried."""
        settings, trial = self._read_settings(), self._trial
        engine = self._follower.engine()
        return {
            "site": engine.site.title,
            "pages": len(engine),
            "judged": str(self.judgements.file),
            "texts": current_texts(settings),
            "tried": None
            if trial is None
            else {"seconds": round(trial.seconds, 2), "texts": trial.changes.texts()},
        }

    def sides(self) -> list[Side]:
        """The live index, and the trial if there is one."""
        settings, engine = self._read_settings(), self._follower.engine()
        live = Side(engine, get_segmenter(settings.segmenter, settings.cache, engine.lexicon))
        trial = self._trial
        return [live] if trial is None else [live, Side(trial.engine, trial.segmenter)]

    def search(self, text: str) -> dict[str, Any]:
        """What each side finds, which hits move, and the verdicts on them."""
        found = [searched(side, text) for side in self.sides()]
        return {
            "sides": found,
            "moves": moves(*found) if len(found) > 1 else [],
            "verdicts": self.judgements.of(text),
        }

    def attempt(self, texts: dict[str, str], before: dict[str, str]) -> dict[str, Any]:
        """Try texts instead of those `before`, which the owner saw; without a difference, end the trial."""
        with self._lock:
            settings = self._read_settings()
            if before:
                _check_unchanged(settings, before)
            changes = read_changes(texts, before)
            trial = make_trial(settings, changes, before) if changes else None
            last, self._trial = self._trial, trial
            if last:
                last.close()
        return self.state()

    def write(self) -> dict[str, Any]:
        """Write what is tried into the owner's files, and end the trial."""
        with self._lock:
            trial, self._trial = self._trial, None
            if trial is None:
                return {**self.state(), "written": []}
            try:
                settings = self._read_settings()
                _check_unchanged(settings, trial.before)
                written = write_changes(trial.changes, settings, self._folder)
            except ZhsearchError:
                self._trial = trial
                raise
            trial.close()
        return {**self.state(), "written": [str(file) for file in written]}

    def why(self, url: str, text: str) -> dict[str, Any]:
        """Why a query finds a page of the live index, or does not."""
        engine, segmenter = self.sides()[0]
        page = find_document(engine, url)
        if page is None:
            return {"indexed": False}
        return {"indexed": True, **diagnosis_json(diagnose(engine, text, page, segmenter))}

    def close(self) -> None:
        """Delete the trial."""
        if self._trial:
            self._trial.close()


def _check_unchanged(settings: Settings, before: Mapping[str, str]) -> None:
    """Raise ZhsearchError if the owner's files are not what the page was loaded with."""
    if changed := [name for name, text in current_texts(settings).items() if before.get(name) != text]:
        raise ZhsearchError(
            "{names}: changed in the files meanwhile. Load the page again, so that nothing is lost",
            names=", ".join(changed),
        )


def _strings(values: object) -> dict[str, str]:
    """A JSON object of strings. Raises BadRequest for anything else."""
    if not isinstance(values, dict) or not all(isinstance(text, str) for text in values.values()):
        raise BadRequest("The lab takes an object of texts")
    return {name: text.encode("utf-8", "replace").decode() for name, text in values.items()}


def create_lab(lab: Lab, access: Access) -> Flask:
    """The application of a lab."""
    app = Flask(__name__)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    access.install(app)
    _install_page(app)
    _install_api(app, lab)

    @app.after_request
    def headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _install_page(app: Flask) -> None:
    @app.get("/")
    def page() -> str:
        language = choose_language(request.headers.get("Accept-Language"), None)
        return render_template("lab.html", lang=language, t=page_texts(language))

    @app.errorhandler(Exception)
    def failed(problem: Exception) -> tuple[dict[str, str], int]:
        language = choose_language(request.headers.get("Accept-Language"), None)
        if isinstance(problem, HTTPException):
            return {"error": problem.description or problem.name}, problem.code or 500
        if isinstance(problem, ZhsearchError):
            return {"error": translated(str(problem), language)}, 422
        app.logger.exception("the lab failed")
        return {"error": f"{type(problem).__name__}: {problem}"}, 500


def _install_api(app: Flask, lab: Lab) -> None:
    """Requests that change something are POSTs of JSON, which pages of other origins cannot send."""

    @app.get("/state")
    def state() -> dict[str, Any]:
        return lab.state()

    @app.get("/search")
    def search() -> dict[str, Any]:
        return lab.search(request.args.get("q", ""))

    @app.get("/why")
    def why() -> dict[str, Any]:
        return lab.why(request.args.get("url", ""), request.args.get("q", ""))

    @app.get("/judged")
    def judged() -> dict[str, Any]:
        return lab.judgements.measured(lab.sides())

    @app.post("/judge")
    def judge() -> dict[str, Any]:
        asked = _strings(request.get_json())
        if not asked.keys() >= {"query", "url", "verdict"}:
            raise BadRequest("A judgement has query, url and verdict")
        verdicts: dict[str, Verdict] = {"right": "right", "wrong": "wrong"}
        lab.judgements.judge(asked["query"], asked["url"], verdicts.get(asked["verdict"], ""))
        return {"verdicts": lab.judgements.of(asked["query"])}

    @app.post("/try")
    def attempt() -> dict[str, Any]:
        asked = request.get_json()
        if not isinstance(asked, dict):
            raise BadRequest("The lab takes an object of texts")
        return lab.attempt(_strings(asked.get("texts", {})), _strings(asked.get("before", {})))

    @app.post("/write")
    def write() -> dict[str, Any]:
        request.get_json()
        return lab.write()
