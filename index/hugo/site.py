"""A Hugo site: its content folders and languages, and the rules of each language.

`load_site` reads the configuration once; everything else about a file (its place in Hugo's content, its
section, its language) is then derived from its path, so that worker processes need only paths.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from zhsearch.index.errors import SiteError
from zhsearch.index.hugo.cascade import Cascade, apply_cascades
from zhsearch.index.hugo.config import Configuration, read_configuration
from zhsearch.index.hugo.languages import Language, read_language
from zhsearch.index.hugo.modules import imported_modules, merge_module_config, missing_modules
from zhsearch.index.hugo.mounts import Mount, read_mounts, static_folders
from zhsearch.index.hugo.sections import Folders, Sections
from zhsearch.index.hugo.shortcode_templates import read_code_attributes, read_shortcodes
from zhsearch.index.hugo.values import as_bool, as_strings, as_table, scalar_text
from zhsearch.index.markdown import MarkdownOptions, TemplateTexts
from zhsearch.index.messages import Message
from zhsearch.index.models import FileNotice, PageKind, SiteInfo

_HAN = "[\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9\U00020000-\U000323af]"  # noqa: E501
"""Go's `\\p{Han}`, which Python's `re` lacks."""


@dataclass(frozen=True, slots=True)
class ContentPath:
    """The place of a page in Hugo's content: folders from the top, name, key of its language.

    The name has neither language nor extension. A leaf bundle stands for its folder: `name` is the folder's,
    and `is_leaf` is true. Other kinds than `page` are the page of `folders` themselves, and `name` is that of
    the last.
    """

    folders: Folders
    name: str
    language: str
    is_leaf: bool = False
    kind: PageKind = "page"

    @property
    def path(self) -> str:
        """The page's path as Hugo writes it: `/posts/my-post`."""
        return _hugo_path(*self.folders, self.name) if self.kind == "page" else _hugo_path(*self.folders)


def _is_name(segment: str) -> bool:
    """Whether a segment of a path is the name of a folder or file."""
    return segment not in ("", ".")


def _hugo_path(*segments: str) -> str:
    return "/" + "/".join(segments).lower().replace(" ", "-")


@dataclass(frozen=True, slots=True)
class Site:
    """The rules of one site.

    `root` is the folder of its configuration, `content` the folder that paths of files are relative to.
    `languages` are the rules of each language that is built, by key. `static_folders` are those whose files
    are copied unchanged. `unsupported` names what zhsearch does not read of the configuration. `ignore` are
    patterns of `ignoreFiles`. `fingerprint` changes with the configuration and the environment. `sections`
    is empty until `find_files` has read the `_index` files.
    """

    content: Path
    root: Path
    languages: Mapping[str, Language] = field(default_factory=lambda: {"en": Language()})
    default_language: str = "en"
    disabled_languages: frozenset[str] = frozenset()
    mounts: tuple[Mount, ...] = (Mount(),)
    static_folders: tuple[Path, ...] = ()
    unsupported: tuple[FileNotice, ...] = ()
    ignore: tuple[re.Pattern[str], ...] = ()
    environment: str = "production"
    fingerprint: str = ""
    sections: Sections = field(default_factory=Sections)
    _section_fields: dict[tuple[str, Folders], Mapping[str, Any] | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def cascade_fingerprint(self) -> str:
        """A hash that changes with whatever `_index` files may change in the pages below them."""
        rules = (rule for language in self.languages.values() for rule in language.permalinks)
        return self.sections.fingerprint(names=any(":section" in rule.pattern for rule in rules))

    @property
    def info(self) -> SiteInfo:
        """Title and home page, of the default language."""
        language = self.languages[self.default_language]
        return SiteInfo(language.title, language.prefix)

    def inherited_cascades(self, language: str, folders: Folders) -> Iterator[Cascade]:
        """The cascades for a page in `folders`: those of its sections, the nearest first, then the
        configuration's."""
        yield from self.sections.cascades(language, folders)
        yield from self.languages[language].cascades

    def section_fields(self, language: str, folders: Folders) -> Mapping[str, Any] | None:
        """Slug, title and url of the section at `folders`, its own or inherited; None if it is not a
        section."""
        key = language, folders
        if key not in self._section_fields:
            own = self.sections.own_fields(language, folders)
            cascades = self.inherited_cascades(language, folders)
            self._section_fields[key] = (
                None
                if own is None
                else apply_cascades(own, cascades, _hugo_path(*folders), "section", language)
            )
        return self._section_fields[key]

    def mount(self, path: str) -> Mount:
        """The mount that the page with this path is of.

        It is the one that the path's mark names, else the innermost folder that contains the file.
        """
        if len(self.mounts) == 1:
            return self.mounts[0]
        marked = self._marked_mount(path)
        if marked:
            return marked
        containing = [mount for mount in self.mounts if mount.contains(path)]
        return max(
            containing, key=lambda mount: (not mount.is_file, len(mount.source)), default=self.mounts[0]
        )

    def page_path(self, mount: Mount, file: str) -> str:
        """The path of the page that the mount makes of a file: that of the file, with a mark if another mount
        makes a page of it, too."""
        return file if self.mount(file) == mount else file + mount.mark

    def file(self, path: str) -> str:
        """The path of the file, relative to the content folder, of the page with this path."""
        marked = self._marked_mount(path)
        return path.removesuffix(marked.mark) if marked else path

    def writing_order(self, path: str) -> tuple[int, str, str]:
        """The place of the page with this path in the order in which Hugo writes pages: of several at one
        address the last stays on the site."""
        content_path = self.content_path(path)
        return list(self.languages).index(content_path.language), content_path.path, path

    def _marked_mount(self, path: str) -> Mount | None:
        if "#" not in path:
            return None
        marked = (mount for mount in self.mounts if path.endswith(mount.mark))
        return next((mount for mount in marked if mount.contains(path.removesuffix(mount.mark))), None)

    def content_path(self, path: str) -> ContentPath:
        """The place in Hugo's content of the file `path`."""
        mount = self.mount(path)
        names = tuple(filter(_is_name, mount.logical_path(self.file(path)).split("/"))) or ("",)
        name, language = self.split_language(names[-1])
        folders = names[:-1]
        language = language or mount.language or self.default_language
        if name.lower() == "_index" or (name.lower() == "index" and not folders):
            kind = self.list_kind(language, folders)
            return ContentPath(folders, folders[-1] if folders else "", language, kind=kind)
        is_leaf = name.lower() == "index"
        if is_leaf:
            name, folders = folders[-1], folders[:-1]
        return ContentPath(folders, name, language, is_leaf)

    def list_kind(self, language: str, folders: Folders) -> PageKind:
        """The kind of the list page at `folders`."""
        if not folders:
            return "home"
        rules = self.languages.get(language)
        if rules and folders[0].lower() in map(str.lower, rules.taxonomies):
            return "taxonomy" if len(folders) == 1 else "term"
        return "section"

    def markdown_options(self, path: str) -> MarkdownOptions:
        """How the Markdown of the file `path` is rendered."""
        return self.languages[self.content_path(path).language].markdown

    def split_language(self, name: str) -> tuple[str, str]:
        """Split a file name into its stem and the key of its language, dropping the extension.

        `post.en.md` is (post, en), `post.md` is (post, ""). The language may be a disabled one. Hugo finds
        it at any dot, the last one first.
        """
        stem = name.rpartition(".")[0] or name
        segments = stem.split(".")
        for position in range(len(segments) - 1, -1, -1):
            key = segments[position].lower()
            if len(segments) > 1 and (key in self.languages or key in self.disabled_languages):
                return ".".join(segments[:position]) or stem, key
        return stem, ""


def load_site(folder: Path, environment: str = "production", *, drafts: bool = False) -> Site:
    """Load the site whose root or content folder is `folder`, as Hugo builds it in `environment`.

    The configuration of a content folder may be inside it or one level up; without any, Hugo's defaults
    hold. `drafts` publishes drafts whatever it says. Raises SiteError with the name of the file that cannot
    be read.
    """
    site = _load_site(folder, environment)
    if not drafts:
        return site
    languages = {key: replace(rules, build_drafts=True) for key, rules in site.languages.items()}
    return replace(site, languages=languages, fingerprint=f"{site.fingerprint} drafts")


def _load_site(folder: Path, environment: str) -> Site:
    if not folder.is_dir():
        raise SiteError(
            "{folder} is not a folder. Give the site's root or its content folder: --content DIR",
            folder=folder,
        )
    for root in (folder, folder.absolute().parent):
        configuration = read_configuration(root, environment)
        if configuration:
            content = folder
            if root == folder:
                inside = folder / str(configuration.values.get("contentdir", "content"))
                content = inside if inside.is_dir() else folder
            site = _build_site(content, configuration, environment)
            if content == root == folder and site.mounts[0] == Mount():
                _refuse_root_without_content(folder, inside)
            return site
    content = folder / "content" if (folder / "content").is_dir() else folder
    return Site(content, folder, environment=environment)


def _refuse_root_without_content(root: Path, content: Path) -> None:
    """Raise SiteError if `root`, which has no content folder, is a site's root rather than a content folder
    with its configuration inside: layouts and archetypes are no pages."""
    if any((root / name).is_dir() for name in ("archetypes", "layouts", "themes")):
        raise SiteError(
            "{content} is not a folder, and {root} is a site's root. Make the folder, or name the content"
            " folder: contentDir in the site's configuration, or --content DIR",
            content=content,
            root=root,
        )


def _build_site(content: Path, configuration: Configuration, environment: str) -> Site:
    """The site of a configuration, with what its themes and modules add."""
    modules = imported_modules(configuration, environment)
    roots = (configuration.root, *(module.folder for module in modules))
    shortcodes, code_attributes = read_shortcodes(roots), read_code_attributes(roots)
    configuration = merge_module_config(configuration, modules)
    enabled, disabled = _split_languages(configuration)
    default = _default_language(configuration, enabled)
    enabled = enabled or {default: {}}
    return Site(
        content=content,
        root=configuration.root,
        languages={
            key: replace(
                rules,
                markdown=replace(rules.markdown, shortcodes=shortcodes, code_attributes=code_attributes),
            )
            for key, rules in _read_languages(configuration, enabled, default, environment).items()
        },
        default_language=default,
        disabled_languages=disabled,
        mounts=read_mounts(configuration, modules, content, enabled),
        unsupported=tuple(_unsupported(configuration)),
        static_folders=static_folders(configuration, modules, enabled),
        ignore=_ignored_files(configuration),
        environment=environment,
        fingerprint=" ".join(
            filter(None, (environment, configuration.fingerprint, _layouts(shortcodes, code_attributes)))
        ),
    )


def _layouts(shortcodes: Mapping[str, TemplateTexts], code_attributes: frozenset[str]) -> str:
    """A hash that changes with what the site's layouts show of shortcodes and code blocks; "" without any."""
    if not (shortcodes or code_attributes):
        return ""
    rows = sorted(
        (name, texts.shown, sorted(texts.undecided), texts.is_block) for name, texts in shortcodes.items()
    )
    return hashlib.sha256(repr((rows, sorted(code_attributes))).encode()).hexdigest()[:16]


def _split_languages(configuration: Configuration) -> tuple[dict[str, dict[str, Any]], frozenset[str]]:
    """(configuration of each language that is built, in Hugo's order, keys of those that are disabled)."""
    values = configuration.values
    tables = {key: as_table(table) for key, table in as_table(values.get("languages")).items()}
    listed = {name.lower() for name in as_strings(values.get("disablelanguages"))}
    disabled = {key for key, table in tables.items() if as_bool(table.get("disabled")) or key in listed}
    enabled = [key for key in tables if key not in disabled]
    return {key: tables[key] for key in sorted(enabled, key=partial(_language_order, tables))}, frozenset(
        disabled
    )


def _default_language(configuration: Configuration, enabled: Mapping[str, Mapping[str, Any]]) -> str:
    """The language of files that name none: defaultContentLanguage, else English, else the first by weight.

    Raises SiteError if it is not built, which Hugo refuses too.
    """
    configured = str(configuration.values.get("defaultcontentlanguage") or "").lower()
    if not enabled:
        return configured or "en"
    if configured and configured not in enabled:
        raise SiteError(
            "{configuration}: defaultContentLanguage = {configured!r} is not one of the languages that"
            " are built: {enabled}",
            configuration=configuration.name,
            configured=configured,
            enabled=", ".join(enabled),
        )
    return configured or ("en" if "en" in enabled else next(iter(enabled)))


def _language_order(tables: Mapping[str, Mapping[str, Any]], key: str) -> tuple[bool, float, str]:
    weight = tables[key].get("weight")
    number = float(weight) if isinstance(weight, int | float) else 0.0
    return number == 0.0, number, key  # no weight comes last


def _read_languages(
    configuration: Configuration, enabled: Mapping[str, Mapping[str, Any]], default: str, environment: str
) -> dict[str, Language]:
    several_hosts = any("baseurl" in table for table in enabled.values())
    return {
        key: read_language(
            configuration,
            key,
            is_default=key == default,
            several_hosts=several_hosts,
            environment=environment,
        )
        for key in enabled
    }


def _ignored_files(configuration: Configuration) -> tuple[re.Pattern[str], ...]:
    """The patterns of `ignoreFiles`, which Hugo matches against the full path of a file."""
    patterns = as_strings(configuration.values.get("ignorefiles"))
    try:
        return tuple(re.compile(_python_pattern(pattern)) for pattern in patterns)
    except re.error as problem:
        raise SiteError(
            "{configuration}: ignoreFiles contains an invalid regular expression: {problem}",
            configuration=configuration.name,
            problem=problem,
        ) from problem


def _unsupported(configuration: Configuration) -> Iterator[FileNotice]:
    """Parts of the configuration that zhsearch ignores, although they may decide about pages or addresses."""
    for name in missing_modules(configuration):
        reason = Message(
            "is not in themes or _vendor; its content and settings are not read. Run hugo mod vendor"
        )
        yield FileNotice(f"module {name}", reason)
    html = as_table(as_table(configuration.values.get("outputformats")).get("html"))
    if scalar_text(html.get("mediatype")) not in ("", "text/html"):
        reason = Message("is not supported; addresses may differ. Compare them: zhsearch check")
        yield FileNotice("outputFormats.html.mediaType", reason)


def _python_pattern(pattern: str) -> str:
    """A regular expression of Go in Python's spelling, as far as file names need it."""
    return pattern.replace(r"\z", r"\Z").replace(r"\p{Han}", _HAN).replace(r"[[:space:]]", r"\s")
