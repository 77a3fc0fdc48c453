"""The texts of the lab's page, in the owner's language."""

from zhsearch.search.translation import translated as _t

_CHANNELS = ("word", "inside", "beginning", "writing", "phrase", "pairs", "boost", "look")


def page_texts(language: str) -> dict[str, str]:
    """The texts by key; those of the script among them."""

    def _(text: str) -> str:
        return _t(text, language)

    channels = (
        _("as a word"),
        _("inside longer words"),
        _("as a beginning of words"),
        _("in another writing"),
        _("as a phrase"),
        _("by pairs of characters"),
        _("by your factors"),
        _("by title and nearness"),
    )
    return {
        "title": _("Search lab"),
        "query": _("Query"),
        "search": _("Search"),
        "read": _("How the query is read"),
        "folded": _("folded: {text}"),
        "ignored": _("need not match"),
        "exactly": _("exactly"),
        "question": _("read as a question"),
        "on_pages": _("on {count} pages"),
        "current": _("As it is"),
        "tried": _("As tried"),
        "total": _("{count} hits"),
        "relaxed": _("some lack a word"),
        "nothing": _("No hits."),
        "moves": _("What moves"),
        "no_moves": _("The first ten hits stay as they are."),
        "not_shown": _("not among ten"),
        "points": _("{count} points"),
        "right": _("Right"),
        "wrong": _("Wrong"),
        "changes": _("Changes to try"),
        "dictionary": _("Dictionary"),
        "stop_words": _("Stop words"),
        "synonyms": _("Synonyms"),
        "boosts": _("Factors for folders and tags"),
        "search_fields": _("Weights of front matter"),
        "try": _("Try"),
        "trying": _("Making an index with the changes…"),
        "took": _("Tried on a copy of the index in {count} s; nothing was written."),
        "undo": _("Discard"),
        "write": _("Write these lines"),
        "written": _("Written: {files}. Run zhsearch reindex."),
        "judged": _("Judged queries"),
        "no_judged": _("Mark hits as right or wrong: they become a test that zhsearch eval runs."),
        "place": _("Place"),
        "loses": _("The changes lose: {queries}"),
        "why": _("Why is a page not found?"),
        "address": _("Address of the page"),
        "explain": _("Explain"),
        "not_indexed": _("This page is not in the index. zhsearch why names the rule."),
        "has": _("has {words}"),
        "lacks": _("lacks {words}"),
        "at_place": _("It is at place {count}."),
        "fails": _("It fails {words}."),
        "others": _("Others have all words."),
        "few": _("It has too few of the words."),
        "copy": _("It is shown as a version of another page."),
        **dict(zip((f"channel_{name}" for name in _CHANNELS), channels, strict=True)),
    }
