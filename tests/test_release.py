"""What is released: versions agree, and what is needed is pinned with hashes."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.version import Version

from tests.docs.pages import ROOT
from tests.proofs import release

LOCK = (ROOT / "requirements.lock").read_text("utf-8")
PINNED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)+.*)$", re.MULTILINE
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


_HINT = "python tests/proofs/release.py lock writes requirements.lock anew"


def pinned() -> dict[str, list[str]]:
    versions: dict[str, list[str]] = {}
    for found in PINNED.finditer(LOCK):
        versions.setdefault(found["name"], []).append(found["version"])
    return versions


def test_what_is_needed_is_pinned_within_its_bounds():
    wanted = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    for text in wanted:
        needed = Requirement(text)
        versions = pinned().get(needed.name.lower(), [])
        assert versions, f"{text}: {_HINT}"
        assert all(needed.specifier.contains(Version(it)) for it in versions), _HINT


def test_every_pin_has_its_hashes_and_nothing_else_is_named():
    pins = [*PINNED.finditer(LOCK)]

    assert all("--hash=sha256:" in it["rest"] for it in pins)
    assert len(pins) == len(re.findall(r"^[^# ]", LOCK, re.MULTILINE))
    assert "://" not in LOCK


def test_the_action_installs_by_the_lock_and_pins_the_actions_that_it_uses():
    text = re.sub(r"\\\n\s+", "", (ROOT / "action.yml").read_text("utf-8"))

    assert re.findall(r'pip" install (.*)', text) == [
        '--quiet --require-hashes -r "$MIGDOCTOR_SOURCE/requirements.lock"',
        '--quiet --no-deps --no-build-isolation "$MIGDOCTOR_SOURCE"',
    ]
    assert re.findall(r"uses: \S+?@(\S+)", text)
    assert all(re.fullmatch(r"[0-9a-f]{40}", it) for it in re.findall(r"uses: \S+?@(\S+)", text))


def test_every_place_that_names_the_version_names_this_one():
    assert [*release.said_versions()] == []
