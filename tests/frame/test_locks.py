"""What is installed is locked to the checksum, and the locks name no address."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ["requirements.txt", "requirements-build.txt", "requirements-dev.txt"]


# A package may be locked twice, for a Python that its old version is not made for any more.
PYTHONS = [{"python_version": "3.11", "python_full_version": "3.11.9"},
           {"python_version": "3.13", "python_full_version": "3.13.5"}]  # fmt: skip


def lines(name: str) -> list[Requirement]:
    """Every pin of a lock, with the Pythons that it is for."""
    found = re.findall(r"^([a-z0-9._-]+==[^\\\n]+?) *\\?$", (ROOT / name).read_text(), flags=re.MULTILINE)
    return [Requirement(line) for line in found]


def pins(name: str, python: dict[str, str]) -> dict[str, str]:
    """The one version of each package that a Python gets. A package locked twice for it fails."""
    versions: dict[str, str] = {}
    for line in lines(name):
        if line.marker is None or line.marker.evaluate(python):
            assert line.name not in versions, f"{line.name} is locked twice"
            versions[line.name] = str(line.specifier).removeprefix("==")
    return versions


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_has_checksums_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    blocks = re.split(r"\n(?=[a-z])", text.strip())
    assert len(blocks) == len(lines(name))
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("requirements.txt", PROJECT["project"]["dependencies"]),
        ("requirements-build.txt", PROJECT["dependency-groups"]["build"]),
        (
            "requirements-dev.txt",
            PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"],
        ),
    ],
)
@pytest.mark.parametrize("python", PYTHONS, ids=lambda python: python["python_version"])
def test_the_lock_keeps_what_the_project_asks_for(name: str, asked: list[str], python: dict[str, str]) -> None:
    locked = pins(name, python)
    for line in asked:
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate(python):
            continue
        version = locked[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{line} is locked to {version}"


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    for python in PYTHONS:
        assert pins("requirements.txt", python).items() <= pins("requirements-dev.txt", python).items()


def test_the_front_end_is_locked_without_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert lock["packages"][""]["dependencies"] == json.loads((ROOT / "package.json").read_text())["dependencies"]
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())
    assert all("resolved" not in package for package in packages.values())
