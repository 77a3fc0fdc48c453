"""The lab as its page asks for it: what a search shows, what a trial changes, what is written and judged."""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.helpers.sites import CACHE, post, write_site
from zhsearch.index.pipeline.reindex import reindex
from zhsearch.search.lab.access import Access
from zhsearch.search.lab.app import Lab, create_lab
from zhsearch.search.settings import Settings, load_settings

POSTS = {
    "news/chips.md": post("国产算力芯片", "国产芯片的算力。", date="2025-02-01"),
    "news/cloud.md": post("云计算", "云里的算力，算力。", date="2025-03-01"),
    "notes/deep.md": post("随笔", "深度求索发布了新模型。", date="2024-01-01", subtitle="貔貅"),
    "notes/apart.md": post("别的", "深度的求索，深度，求索。", date="2024-01-02"),
}
SETTINGS = """\
# 我的设置
content = "."
index = "index"
synonyms = "same.txt"  # 同义词
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of an owner, with an index."""
    write_site(tmp_path, POSTS)
    (tmp_path / "zhsearch.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "same.txt").write_text("云, 云端\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    reindex(read_settings())
    return tmp_path


def read_settings() -> Settings:
    return load_settings(flags={"cache": CACHE, "processes": 1})


@pytest.fixture
def lab(folder: Path) -> Iterator[Lab]:
    lab = Lab(read_settings, folder, folder / "judged.jsonl")
    yield lab
    lab.close()


@pytest.fixture
def client(lab: Lab) -> FlaskClient:
    access = Access()
    client = create_lab(lab, access).test_client()
    client.get(f"/?key={access.key}", base_url="http://127.0.0.1")
    client.get = partial(client.get, base_url="http://127.0.0.1")  # type: ignore[method-assign]  # the lab's host
    client.post = partial(client.post, base_url="http://127.0.0.1")  # type: ignore[method-assign]
    return client


def asked(client: FlaskClient, path: str, body: object = None) -> Any:
    response = client.get(path) if body is None else client.post(path, json=body)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()


def tried(client: FlaskClient, texts: dict[str, str]) -> Any:
    """Try texts, as the page does that has just been loaded."""
    return asked(client, "/try", {"texts": texts, "before": asked(client, "/state")["texts"]})


def urls(side: Any) -> list[str]:
    return [hit["url"] for hit in side["results"]]


def files_of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """The content and modification time of every file of the owner and of the index."""
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_a_search_shows_how_it_is_read_and_what_each_score_is_made_of(client: FlaskClient) -> None:
    found = asked(client, "/search?q=算力 芯片")
    (side,) = found["sides"]
    assert [word["text"] for word in side["explain"]["words"]] == ["算力", "芯片"]
    assert [(clause["text"], clause["pages"]) for clause in side["clauses"]] == [("算力", 2), ("芯片", 1)]
    (hit,) = side["results"]
    assert sum(part["score"] for part in hit["explain"]) == pytest.approx(hit["score"], abs=1e-3)
    assert hit["passages"]
    assert found["moves"] == []


def test_the_pages_of_each_way_to_write_a_word_are_counted(client: FlaskClient) -> None:
    (clause,) = asked(client, "/search?q=云端")["sides"][0]["clauses"]
    assert clause["pages"] == 1
    assert clause["ways"] == [{"text": "云", "pages": 1}]


def test_a_tried_word_changes_one_side_and_no_file(client: FlaskClient, folder: Path) -> None:
    before = files_of(folder)
    assert sorted(urls(asked(client, "/search?q=深度求索")["sides"][0])) == ["/notes/apart/", "/notes/deep/"]
    state = tried(client, {"dictionary": "深度求索\n"})
    assert state["tried"]["seconds"] > 0
    current, changed = asked(client, "/search?q=深度求索")["sides"]
    assert len(current["results"]) == 2
    assert urls(changed) == ["/notes/deep/"]
    assert files_of(folder) == before


def test_hits_that_move_are_told_with_both_places(client: FlaskClient) -> None:
    tried(client, {"boosts": '"news" = 1\n'})
    assert asked(client, "/search?q=算力")["moves"] == []
    tried(client, {"synonyms": "云, 云端\n算力, 求索\n"})
    moved = asked(client, "/search?q=算力")["moves"]
    assert {move["url"] for move in moved} >= {"/notes/apart/"}
    assert all(move["from"] is None for move in moved if move["url"].startswith("/notes/"))


def test_weights_of_front_matter_are_tried_on_all_pages(client: FlaskClient) -> None:
    assert urls(asked(client, "/search?q=貔貅")["sides"][0]) == ["/notes/deep/"]
    tried(client, {"search_fields": "subtitle = 0\n"})
    current, changed = asked(client, "/search?q=貔貅")["sides"]
    assert urls(current) == ["/notes/deep/"]
    assert urls(changed) == []


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"synonyms": "一个词\n"}, "synonyms.txt:1"),
        ({"boosts": "posts = \n"}, "boosts: "),
        ({"boosts": '"posts" = 100\n'}, "boosts: "),
        ({"search_fields": 'editor = "x"\n'}, "search_fields: "),
    ],
)
def test_a_wrong_line_is_told_and_nothing_changes(
    client: FlaskClient, texts: dict[str, str], said: str
) -> None:
    body = {"texts": texts, "before": asked(client, "/state")["texts"]}
    response = client.post("/try", json=body, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert said in response.get_json()["error"]
    assert "/tmp" not in response.get_json()["error"]
    assert len(asked(client, "/search?q=算力")["sides"]) == 1


def test_a_discarded_trial_leaves_one_side_and_no_folder(client: FlaskClient, lab: Lab) -> None:
    tried(client, {"stop_words": "算力\n"})
    trial = lab._trial
    assert trial
    copy = Path(trial._folder.name)
    assert copy.is_dir()
    assert asked(client, "/try", {})["tried"] is None
    assert not copy.exists()
    assert len(asked(client, "/search?q=算力")["sides"]) == 1


def test_written_lines_are_in_the_owners_files_whose_comments_stay(client: FlaskClient, folder: Path) -> None:
    texts = {"dictionary": "深度求索\n", "synonyms": "云, 云端, 算力\n", "boosts": '"news" = 2\n'}
    tried(client, texts)
    written = asked(client, "/write", {})
    assert sorted(Path(file).name for file in written["written"]) == [
        "dictionary.txt",
        "same.txt",
        "zhsearch.toml",
    ]
    assert (folder / "same.txt").read_text(encoding="utf-8") == texts["synonyms"]
    assert (folder / "dictionary.txt").read_text(encoding="utf-8") == texts["dictionary"]
    toml = (folder / "zhsearch.toml").read_text(encoding="utf-8")
    assert toml.startswith("# 我的设置\n")
    assert 'synonyms = "same.txt"  # 同义词' in toml
    settings = read_settings()
    assert settings.boosts == {"news": 2}
    assert settings.dictionary == folder / "dictionary.txt"
    assert written["texts"]["dictionary"] == texts["dictionary"]
    reindex(settings)
    assert urls(asked(client, "/search?q=深度求索")["sides"][0]) == ["/notes/deep/"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_file_that_cannot_be_written_is_told_and_the_trial_stays(client: FlaskClient, folder: Path) -> None:
    tried(client, {"synonyms": "云, 算力\n"})
    folder.chmod(0o500)
    try:
        response = client.post("/write", json={})
    finally:
        folder.chmod(0o700)
    assert response.status_code == 422
    assert "same.txt" in response.get_json()["error"]
    assert len(asked(client, "/search?q=算力")["sides"]) == 2


def test_judged_queries_are_measured_on_both_sides_and_a_loss_is_told(
    client: FlaskClient, folder: Path
) -> None:
    first, second = urls(asked(client, "/search?q=算力")["sides"][0])
    for url, verdict in ((first, "right"), (second, "wrong")):
        asked(client, "/judge", {"query": "算力", "url": url, "verdict": verdict})
    assert asked(client, "/search?q=算力")["verdicts"] == {first: "right", second: "wrong"}
    line = json.loads((folder / "judged.jsonl").read_text(encoding="utf-8"))
    assert line == {"query": "算力", "relevant": [first], "wrong": [second]}
    measured = asked(client, "/judged")
    assert measured["queries"] == [{"query": "算力", "places": [1]}]
    tried(client, {"synonyms": "算力, 求索\n", "boosts": '"notes" = 10\n'})
    measured = asked(client, "/judged")
    assert measured["metrics"][0]["mrr_at_10"] == 1
    assert measured["metrics"][1]["mrr_at_10"] < 1
    assert measured["lost"] == ["算力"]


def test_a_verdict_can_be_taken_back_and_other_lines_stay(client: FlaskClient, folder: Path) -> None:
    file = folder / "judged.jsonl"
    file.write_text('{"query": "云", "relevant": "/news/cloud/", "note": "旧"}\n', encoding="utf-8")
    asked(client, "/judge", {"query": "算力", "url": "/news/chips/", "verdict": "wrong"})
    asked(client, "/judge", {"query": "算力", "url": "/news/chips/", "verdict": ""})
    asked(client, "/judge", {"query": "云", "url": "/news/chips/", "verdict": "wrong"})
    (line,) = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert line == {"query": "云", "relevant": ["/news/cloud/"], "note": "旧", "wrong": ["/news/chips/"]}


@pytest.mark.parametrize(
    "text", ["5", "[1]", "null", '{"query": 5, "relevant": ["/a/"]}', pytest.param("[" * 100_000, id="deep")]
)
def test_a_foreign_line_among_the_judgements_is_named(client: FlaskClient, folder: Path, text: str) -> None:
    (folder / "judged.jsonl").write_text(f'{{"query": "云", "relevant": []}}\n{text}\n', encoding="utf-8")
    for path in ("/search?q=云", "/judged"):
        response = client.get(path)
        assert response.status_code == 422
        assert "judged.jsonl" in response.get_json()["error"]
    assert (folder / "judged.jsonl").read_text(encoding="utf-8").endswith(f"{text}\n")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/judge", 1), ("/judge", None), ("/judge", {}), ("/judge", {"query": "x", "url": None, "verdict": "right"}),
        ("/try", 5), ("/try", [1]), ("/try", {"texts": {"dictionary": None}}), ("/try", {"texts": 1}),
    ],
)  # fmt: skip
def test_what_is_no_object_of_texts_is_refused(
    client: FlaskClient, path: str, body: object, folder: Path
) -> None:
    before = files_of(folder)
    assert client.post(path, data=json.dumps(body), content_type="application/json").status_code == 400
    assert files_of(folder) == before


def test_a_file_that_the_settings_do_not_name_is_not_overwritten(client: FlaskClient, folder: Path) -> None:
    (folder / "stop_words.txt").write_text("旧词\n", encoding="utf-8")
    tried(client, {"stop_words": "算力\n", "synonyms": "云, 算力\n"})
    response = client.post("/write", json={})
    assert response.status_code == 422
    assert "stop_words.txt" in response.get_json()["error"]
    assert (folder / "stop_words.txt").read_text(encoding="utf-8") == "旧词\n"
    assert (folder / "same.txt").read_text(encoding="utf-8") == "云, 云端\n"


def test_an_edit_made_meanwhile_is_not_lost(client: FlaskClient, folder: Path) -> None:
    before = asked(client, "/state")["texts"]
    tried(client, {"synonyms": "云, 算力\n"})
    (folder / "same.txt").write_text("云, 云端, 云上\n", encoding="utf-8")
    for path, body in (("/write", {}), ("/try", {"texts": {"boosts": '"news" = 2\n'}, "before": before})):
        response = client.post(path, json=body)
        assert response.status_code == 422
        assert "synonyms" in response.get_json()["error"]
    assert (folder / "same.txt").read_text(encoding="utf-8") == "云, 云端, 云上\n"


def test_a_secret_stays_one_and_a_link_stays_one(client: FlaskClient, folder: Path) -> None:
    (folder / "zhsearch.toml").chmod(0o600)
    (folder / "real.txt").write_text("云, 云端\n", encoding="utf-8")
    (folder / "same.txt").unlink()
    (folder / "same.txt").symlink_to("real.txt")
    tried(client, {"synonyms": "云, 算力\n", "boosts": '"news" = 2\n'})
    asked(client, "/write", {})
    assert (folder / "zhsearch.toml").stat().st_mode & 0o777 == 0o600
    assert (folder / "same.txt").is_symlink()
    assert (folder / "real.txt").read_text(encoding="utf-8") == "云, 算力\n"


def test_comments_within_a_table_stay(client: FlaskClient, folder: Path) -> None:
    table = '\n[boosts]\n# 新闻在前\n"news" = 1.2345678 # 自 2024\n\n# 其他\n[search_fields]\neditor = 1\n'
    with (folder / "zhsearch.toml").open("a", encoding="utf-8") as file:
        file.write(table)
    texts = asked(client, "/state")["texts"]
    tried(client, {"boosts": f'{texts["boosts"]}"tag:AI" = 2\n'})
    asked(client, "/write", {})
    toml = (folder / "zhsearch.toml").read_text(encoding="utf-8")
    for kept in ("# 新闻在前", "1.2345678 # 自 2024", "# 其他", "[search_fields]\neditor = 1"):
        assert kept in toml
    assert read_settings().boosts == {"news": 1.2345678, "tag:AI": 2}


def test_a_table_that_the_environment_overrides_is_not_written(
    client: FlaskClient, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ZHSEARCH_BOOSTS", "news=2")
    before = files_of(folder)
    tried(client, {"boosts": '"notes" = 2\n'})
    response = client.post("/write", json={}, headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "ZHSEARCH_BOOSTS" in response.get_json()["error"]
    assert files_of(folder) == before


def test_a_damaged_file_of_judgements_is_told_and_kept(client: FlaskClient, folder: Path) -> None:
    (folder / "judged.jsonl").write_text("{", encoding="utf-8")
    response = client.post("/judge", json={"query": "云", "url": "/x/", "verdict": "right"})
    assert response.status_code == 422
    assert "judged.jsonl" in response.get_json()["error"]
    assert (folder / "judged.jsonl").read_text(encoding="utf-8") == "{"


def test_why_a_page_is_no_hit_is_told(client: FlaskClient) -> None:
    answer = asked(client, "/why?url=/news/cloud/&q=算力 芯片")
    assert answer["indexed"] is True
    assert answer["obstacle"] == "all_words"
    assert asked(client, "/why?url=/nothing/&q=算力") == {"indexed": False}


def test_a_new_generation_is_searched_at_once(client: FlaskClient, folder: Path) -> None:
    (folder / "content/news/more.md").write_text(post("更多", "算力"), encoding="utf-8")
    reindex(read_settings())
    assert asked(client, "/search?q=算力")["sides"][0]["total"] == 3


def test_a_lab_without_an_index_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    access = Access()
    lab = Lab(read_settings, tmp_path, tmp_path / "judged.jsonl")
    client = create_lab(lab, access).test_client()
    client.get(f"/?key={access.key}", base_url="http://127.0.0.1")
    response = client.get("/state", base_url="http://127.0.0.1", headers={"Accept-Language": "en"})
    assert response.status_code == 422
    assert "zhsearch reindex" in response.get_json()["error"]


Visit = Callable[..., Any]


@pytest.fixture
def visit(lab: Lab) -> tuple[Access, Visit]:
    access = Access()
    app = create_lab(lab, access)
    return access, lambda path, client=None, **options: (client or app.test_client()).get(
        path, base_url=options.pop("base_url", "http://127.0.0.1:8771"), **options
    )


def test_the_address_works_once(lab: Lab) -> None:
    access = Access()
    app = create_lab(lab, access)
    owner, another = app.test_client(), app.test_client()
    first = owner.get(f"/?key={access.key}", base_url="http://127.0.0.1")
    assert first.status_code == 302
    assert first.headers["Location"] == "/"
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert "SameSite=Strict" in first.headers["Set-Cookie"]
    assert owner.get("/", base_url="http://127.0.0.1").status_code == 200
    assert another.get(f"/?key={access.key}", base_url="http://127.0.0.1").status_code == 403


@pytest.mark.parametrize("path", ["/", "/state", "/search?q=算力", "/static/lab.js", "/?key=wrong", "/?key="])
def test_nobody_gets_in_without_the_key(visit: tuple[Access, Visit], path: str) -> None:
    _, get = visit
    assert get(path).status_code == 403


def test_a_page_whose_name_leads_to_this_machine_is_refused(visit: tuple[Access, Visit]) -> None:
    access, get = visit
    assert get(f"/?key={access.key}", base_url="http://evil.example").status_code == 403
    assert get(f"/?key={access.key}").status_code == 302


def test_a_form_of_another_page_changes_nothing(client: FlaskClient, folder: Path) -> None:
    before = files_of(folder)
    for path in ("/try", "/write", "/judge"):
        assert client.post(path, data="x=1").status_code == 415
    assert files_of(folder) == before


def test_the_page_loads_nothing_from_elsewhere(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "http://" not in response.get_data(as_text=True)
    assert "https://" not in response.get_data(as_text=True)
