"""The lock file of `make run`: exact versions with hashes, no package index, free licences."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.helpers.sites import ROOT

LOCK = (ROOT / ".ci/requirements.txt").read_text(encoding="utf-8")
BUILD = (ROOT / ".ci/build.txt").read_text(encoding="utf-8")
PINS = {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M)}
LICENCE_IN_WHEEL = {"pyromark"}  # MIT, according to the LICENSE in its wheel
FREE = re.compile(r"MIT|BSD|Apache|PSF|MPL")


def test_every_dependency_is_pinned_to_a_version_in_its_range() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in project["dependencies"] + project["optional-dependencies"]["fast"]:
        requirement = Requirement(text)
        assert PINS[canonicalize_name(requirement.name)] in requirement.specifier, text


@pytest.mark.parametrize("lock", [LOCK, BUILD], ids=["run", "build"])
def test_every_pin_has_hashes_and_no_url(lock: str) -> None:
    blocks = re.split(r"^(?=\S+==)", lock, flags=re.M)[1:]
    assert len(blocks) == len(re.findall(r"^\S+==", lock, re.M)) > 0
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|--index-url|--extra-index-url|--trusted-host|--find-links", lock)


def test_build_requirements_are_pinned_too() -> None:
    requires = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"][
        "requires"
    ]
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", BUILD, re.M))
    for requirement in map(Requirement, requires):
        assert pins[requirement.name] in requirement.specifier
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "pip install --no-build-isolation --require-hashes" in makefile


def test_the_licence_of_every_dependency_is_listed_and_free() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / ".ci/licences.md").read_text(encoding="utf-8").splitlines()[2:]
    ]
    assert {canonicalize_name(name): version for name, version, _ in rows} == PINS
    assert {name for name, _, licence in rows if not FREE.search(licence)} <= LICENCE_IN_WHEEL
