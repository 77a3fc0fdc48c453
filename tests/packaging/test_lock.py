"""What `make run` installs: exact versions with hashes, from no index in particular, under licences that fit."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.helpers.sites import ROOT

LOCK = (ROOT / ".ci/requirements.txt").read_text(encoding="utf-8")
BUILD = (ROOT / ".ci/build.txt").read_text(encoding="utf-8")
PINS = {canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.M)}
TOLD_IN_A_FILE = {"pyromark"}  # MIT, as the LICENSE in its wheel says
FREE = re.compile(r"MIT|BSD|Apache|PSF|MPL")


def test_every_dependency_is_pinned_to_a_version_that_fits() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in project["dependencies"] + project["optional-dependencies"]["fast"]:
        wanted = Requirement(text)
        assert PINS[canonicalize_name(wanted.name)] in wanted.specifier, text


@pytest.mark.parametrize("lock", [LOCK, BUILD], ids=["what runs", "what builds it"])
def test_every_pin_has_hashes_and_none_an_address(lock: str) -> None:
    blocks = re.split(r"^(?=\S+==)", lock, flags=re.M)[1:]
    assert len(blocks) == len(re.findall(r"^\S+==", lock, re.M)) > 0
    assert all("--hash=sha256:" in block for block in blocks)
    assert not re.search(r"https?://|--index-url|--extra-index-url|--trusted-host|--find-links", lock)


def test_what_builds_a_package_is_pinned_too() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", BUILD, re.M))
    for requirement in map(Requirement, wanted):
        assert pins[requirement.name] in requirement.specifier
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "pip install --no-build-isolation --require-hashes" in makefile


def test_the_licence_of_each_is_listed_and_free() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (ROOT / ".ci/licences.md").read_text(encoding="utf-8").splitlines()[2:]
    ]
    assert {canonicalize_name(name): version for name, version, _ in rows} == PINS
    assert {name for name, _, licence in rows if not FREE.search(licence)} <= TOLD_IN_A_FILE
