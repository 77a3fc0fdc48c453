"""A Hugo site's folder in, its rules out: where content lies, in which languages, and what holds for each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.cascade import Cascade, apply_cascades
from zhsearch.index.hugo.config import Configuration, read_configuration
from zhsearch.index.hugo.languages import Language, read_language
from zhsearch.index.hugo.modules import imported_modules, merge_module_config, missing_modules
from zhsearch.index.hugo.mounts import Mount, drop_duplicate_mounts, read_mounts, static_folders
from zhsearch.index.hugo.sections import Sections
from zhsearch.index.hugo.values import as_bool, as_strings, as_table, scalar_text
from zhsearch.index.markdown.options import MarkdownOptions
from zhsearch.index.models import FileNotice

_HAN = "[\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9\U00020000-\U000323af]"  # noqa: E501


@dataclass(frozen=True, slots=True)
class ContentPath:
    """Where Hugo has a file: the folders from the top of its content, the name without language and
    extension, the key of its language. Of a leaf bundle these are the folder's, and `is_leaf` says so."""

    folders: tuple[str, ...]
    name: str
    language: str
    is_leaf: bool = False

    @property
    def path(self) -> str:
        """The page's path as Hugo writes it: `/posts/my-post`."""
        return "/" + "/".join([*self.folders, self.name]).lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Site:
    """The rules of one site. `root` is where its configuration lies, or would; `content` is the folder that
    paths of files begin at; `languages` maps the key of a language that is built to its rules; `statics` are
    the folders whose files are copied as they are; `unread` is what of the configuration is not read;
    `fingerprint` changes with the configuration and the environment. `sections` is what the files _index
    say, and empty until they were looked for (`find_files`)."""

    content: Path
    root: Path
    languages: Mapping[str, Language] = field(default_factory=lambda: {"en": Language()})
    default_language: str = "en"
    disabled_languages: frozenset[str] = frozenset()
    mounts: tuple[Mount, ...] = (Mount(),)
    statics: tuple[Path, ...] = ()
    unread: tuple[FileNotice, ...] = ()
    ignore: tuple[re.Pattern[str], ...] = ()
    environment: str = "production"
    fingerprint: str = ""
    sections: Sections = field(default_factory=Sections)

    @property
    def cascade_fingerprint(self) -> str:
        """Changes with whatever the sections' _index files may change in the pages below."""
        rules = (rule for language in self.languages.values() for rule in language.permalinks)
        names = any(":section" in rule.pattern for rule in rules)
        return self.sections.fingerprint(names=names)

    def inherited_fields(self, language: str, folders: tuple[str, ...]) -> Iterator[Cascade]:
        """What is handed down to a page in these folders, by sections and configuration, the nearest
        first."""
        yield from self.sections.cascades(language, folders)
        yield from self.languages[language].cascades

    def section_fields(self, language: str, folders: tuple[str, ...]) -> Mapping[str, Any] | None:
        """Slug, title and url of the section at these folders, its own or handed down; None where there is
        none."""
        own = self.sections.own_fields(language, folders)
        if own is None:
            return None
        path = "/" + "/".join(folders).lower().replace(" ", "-")
        return apply_cascades(own, self.inherited_fields(language, folders), path, "section", language)

    def mount(self, path: str) -> Mount:
        """The mount that the file `path`, relative to `content`, is in: the innermost."""
        if len(self.mounts) == 1:
            return self.mounts[0]
        holding = [mount for mount in self.mounts if mount.holds(path)]
        return max(holding, key=lambda mount: len(mount.source), default=self.mounts[0])

    def place(self, path: str) -> ContentPath:
        """Where Hugo has the file `path`, relative to `content`."""
        mount = self.mount(path)
        where = PurePosixPath(mount.logical(path))
        name, language = self.split_language(where.name)
        folders = where.parts[:-1]
        is_leaf = name.lower() == "index" and bool(folders)
        if is_leaf:  # a leaf bundle stands for its folder
            name, folders = folders[-1], folders[:-1]
        return ContentPath(folders, name, language or mount.language or self.default_language, is_leaf)

    def markup(self, path: str) -> MarkdownOptions:
        """How the Markdown of the file `path`, relative to `content`, is read."""
        return self.languages[self.place(path).language].markup

    def split_language(self, name: str) -> tuple[str, str]:
        """A file name without its extension and language, and the key of that: `post.en.md` is (post, en),
        `post.md` (post, ""). The language may be one that is not built."""
        stem = name.rpartition(".")[0] or name
        parts = stem.split(".")
        for at in range(len(parts) - 1, -1, -1):
            key = parts[at].lower()
            if len(parts) > 1 and (key in self.languages or key in self.disabled_languages):
                return ".".join(parts[:at]) or stem, key
        return stem, ""


def load_site(folder: Path, environment: str = "production") -> Site:
    """The site whose root, or content folder, is `folder`, as Hugo builds it in `environment`.

    A content folder may have its configuration inside or one level up. Raises SiteError naming the file
    that cannot be read.
    """
    if not folder.is_dir():
        raise SiteError(
            f"{folder} is not a folder. Give the site's root or its content folder: --content DIR"
        )
    for root in (folder, folder.absolute().parent):
        configuration = read_configuration(root, environment)
        if configuration:
            content = folder
            if root == folder:
                inside = folder / str(configuration.values.get("contentdir", "content"))
                content = inside if inside.is_dir() else folder
            return _site(content, configuration, environment)
    content = folder / "content" if (folder / "content").is_dir() else folder
    return Site(content, folder, environment=environment)


def _site(content: Path, configuration: Configuration, environment: str) -> Site:
    modules = imported_modules(configuration, environment)
    configuration = merge_module_config(configuration, modules)
    values = configuration.values
    configured = {key: as_table(own) for key, own in as_table(values.get("languages")).items()}
    off = {name.lower() for name in as_strings(values.get("disablelanguages"))}
    disabled = {key for key, own in configured.items() if as_bool(own.get("disabled")) or key in off}
    built = {key: own for key, own in configured.items() if key not in disabled}
    default = _default_language(configuration, built)
    built = built or {default: {}}
    several_hosts = any("baseurl" in own for own in built.values())
    mounts, twice = drop_duplicate_mounts(read_mounts(configuration, modules, content, built))
    try:
        ignore = tuple(re.compile(_python(pattern)) for pattern in as_strings(values.get("ignorefiles")))
    except re.error as problem:
        raise SiteError(f"{configuration.name}: ignoreFiles cannot be read: {problem}") from problem
    return Site(
        content=content,
        root=configuration.root,
        languages={
            key: read_language(
                configuration,
                key,
                default=key == default,
                several_hosts=several_hosts,
                environment=environment,
            )
            for key in built
        },
        default_language=default,
        disabled_languages=frozenset(disabled),
        mounts=mounts,
        unread=(*_unread(configuration), *twice),
        statics=static_folders(configuration, modules, built),
        ignore=ignore,
        environment=environment,
        fingerprint=f"{environment} {configuration.fingerprint}",
    )


def _unread(configuration: Configuration) -> Iterator[FileNotice]:
    """What of a configuration is not read, though it may decide about pages and their addresses."""
    for name in missing_modules(configuration):
        reason = "is neither in themes nor vendored (hugo mod vendor): what it brings is not read"
        yield FileNotice(f"module {name}", reason)
    html = as_table(as_table(configuration.values.get("outputformats")).get("html"))
    if scalar_text(html.get("mediatype")) not in ("", "text/html"):
        reason = "is not read: addresses may be others; zhsearch check tells"
        yield FileNotice("outputFormats.html.mediaType", reason)


def _default_language(configuration: Configuration, built: Mapping[str, Mapping[str, Any]]) -> str:
    """The language of files that name none: the one that is named, English, else the first by weight. Raises
    SiteError where the one that is named is not built, as Hugo refuses it."""
    named = str(configuration.values.get("defaultcontentlanguage") or "").lower()
    if not built:
        return named or "en"
    if named and named not in built:
        raise SiteError(
            f"{configuration.name}: defaultContentLanguage = {named!r} is none of the languages that are"
            f" built: {', '.join(built)}"
        )

    def place(key: str) -> tuple[bool, float, str]:
        weight = built[key].get("weight")
        number = float(weight) if isinstance(weight, int | float) else 0.0
        return number == 0.0, number, key

    return named or ("en" if "en" in built else min(built, key=place))


def _python(pattern: str) -> str:
    """A regular expression of Go's in Python's spelling, as far as file names need it."""
    return pattern.replace(r"\z", r"\Z").replace(r"\p{Han}", _HAN).replace(r"[[:space:]]", r"\s")
