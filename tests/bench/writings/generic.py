"""A thing that a title names, asked for with a task that its page never names: 如何接入 Falcon (item 8)."""

import re

from .pairs import LIMIT, Pair, shuffled
from .texts import Texts

_TASKS = ("接入", "安装", "配置", "使用", "部署", "教程", "入门")
_NAME = re.compile(r"(?<![\w.+#-])[a-z][a-z0-9]{3,}(?![\w.+#-])")
_MAX_TITLES = 3  # that name a thing
_MAX_PAGES = 100  # that hold it


def tasks_with_things(texts: Texts) -> list[Pair]:
    """Queries of a task and a thing that some page holds both; the wanted ones have the thing in the title."""
    names = {name for title in texts.titles for name in _NAME.findall(title)}
    rng = texts.rng("generic")
    pairs: list[Pair] = []
    for (thing,) in shuffled(texts, "generic", ((name,) for name in names)):
        holding = texts.holding(thing)
        wanted = frozenset(page for page, title in enumerate(texts.titles) if thing in title)
        tasks = [task for task in _TASKS if not texts.holding(task) & wanted]
        tasks = [task for task in tasks if texts.holding(task) & holding]
        if not tasks or len(wanted) > _MAX_TITLES or len(holding) > _MAX_PAGES:
            continue
        query = f"{rng.choice(('', '如何'))}{rng.choice(tasks)} {thing}"
        pairs.append(Pair(query, wanted, allowed=holding, any_page=True))
        if len(pairs) == LIMIT:
            break
    return pairs
