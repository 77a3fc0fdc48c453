"""A bar on stderr that tells how far a reindex is, how fast, and how long it still takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from zhsearch.index.pipeline.reindex import Progress


class _Speed(ProgressColumn):
    """Posts a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} posts/s" if speed else "", style="dim")


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """What to give to `reindex`; the bar stays when it is done."""
    columns = (TextColumn("indexing"), BarColumn(), MofNCompleteColumn(), _Speed(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True, highlight=False)) as bar:
        task = bar.add_task("indexing", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
