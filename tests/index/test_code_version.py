"""The code's version: another one for any change of a module or a word list."""

from pathlib import Path

import pytest

from zhsearch.index.code_version import code_version


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("first_package", "second_package"):
        (tmp_path / name / "inner").mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "inner" / "module.py").write_text("X = 1\n")
        (tmp_path / name / "inner" / "words.txt").write_text("的\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def version() -> str:
    return code_version.__wrapped__("first_package", "second_package")


@pytest.mark.parametrize("package", ["first_package", "second_package"])
@pytest.mark.parametrize("name", ["__init__.py", "inner/module.py", "inner/words.txt", "inner/new.py"])
def test_a_change_of_any_file_of_a_package_is_another_version(
    packages: Path, package: str, name: str
) -> None:
    before = version()
    assert version() == before
    with (packages / package / name).open("a", encoding="utf-8") as file:
        file.write("# more\n")
    assert version() != before


def test_what_is_neither_code_nor_words_changes_nothing(packages: Path) -> None:
    before = version()
    (packages / "first_package" / "inner" / "module.pyc").write_bytes(b"x")
    (packages / "first_package" / "README.md").write_text("x")
    assert version() == before
