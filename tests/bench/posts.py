"""The posts of a content folder as a plain script reads them, for peers that know nothing of Hugo."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import frontmatter


@dataclass(frozen=True, slots=True)
class PlainPost:
    """A post with its body as Markdown; `path` is relative to the content folder."""

    path: str
    title: str
    body: str
    tags: tuple[str, ...]


def plain_posts(content: Path) -> Iterator[PlainPost]:
    """Every file below `content`, read by python-frontmatter; a file that it cannot parse is all body."""
    for file in sorted(path for path in content.rglob("*") if path.is_file()):
        path = file.relative_to(content).as_posix()
        text = file.read_text(encoding="utf-8-sig", errors="replace")
        try:
            post = frontmatter.loads(text)
        except Exception:  # whatever the YAML, TOML or JSON parser raises; a plain script would go on too
            yield PlainPost(path, file.stem, text, ())
            continue
        tags = post.get("tags")
        tags = tags if isinstance(tags, list) else [tags] if tags else []
        yield PlainPost(path, str(post.get("title") or file.stem), post.content, tuple(map(str, tags)))
