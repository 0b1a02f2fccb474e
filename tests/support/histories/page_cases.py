"""Incidents for the page: what happened in a repository, and the rows of its environments."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path

from analyzer.cli.commands import diagnose
from analyzer.cli.options.fleets import build_fleet_requests
from analyzer.model.findings.page_source import PageSource
from analyzer.operations.demo.scenario import (
    build_repository,
    load_scenario,
    versions_at,
    versions_at_deployed,
)
from analyzer.records import Struct, replace
from analyzer.report.page import html
from analyzer.report.page.build_page import build_page
from analyzer.report.page.view.incident_page import IncidentPage, NextLine
from analyzer.services.dialogue import Unattended
from analyzer.services.incident_page import gather_page
from tests.support.histories.repositories import Repo

NOW = datetime(2025, 8, 24, 16, 2, 11, tzinfo=UTC)
NOWHERE = "postgresql://archive:hush-hush@127.0.0.1:1/none"
HOSTILE = "<b>x</b>\"'&`|*_[a](http://evil.example)\u202e\u200b\x07${1}::set-env"
"""Letters that HTML, Markdown, a terminal, a log or a shell would take for more than text."""


class PageCase(Struct, frozen=True):
    """A repository, and where the rows of each environment are."""

    repo: Path
    places: Mapping[str, str]

    @property
    def asked(self) -> list[str]:
        """The options of the command that is about all of it."""
        pairs = (f"{name}={place}" for name, place in self.places.items())
        return ["--repo", str(self.repo), *(word for it in pairs for word in ("--environment", it))]

    def source(self) -> PageSource:
        """All that its page is made of."""
        options = diagnose.command.make_context("diagnose", self.asked).params
        for name in ("fail_on", "format_", "output"):
            options.pop(name)
        requests = build_fleet_requests(**options)
        return gather_page([replace(it, now=NOW) for it in requests], Unattended(answer=False))

    def page(self) -> IncidentPage:
        """Its page."""
        return build_page(self.source())

    def html(self) -> str:
        """Its page as HTML."""
        return html.render(self.page(), str)


def incident(folder: Path, *, unread: bool = True) -> PageCase:
    """The worked example: production, staging, a colleague, and one that cannot be read."""
    scenario = load_scenario("archive-incident")
    repo = build_repository(scenario, folder / "archive", until=scenario.target)
    old, new = versions_at_deployed(scenario), versions_at(scenario, str(scenario.target))
    rows = {
        "production": old,
        "staging": new,
        "dana": (*old, *(f"2025082300000{digit}" for digit in "123")),
    }
    places = _rows(folder, rows)
    return PageCase(repo, places | ({"kiosk": NOWHERE} if unread else {}))


def _rows(folder: Path, rows: Mapping[str, Sequence[str]]) -> dict[str, str]:
    places = {}
    for number, (name, versions) in enumerate(rows.items()):
        file = folder / f"rows-{number}.txt"
        file.write_text("".join(f"{version}\n" for version in versions))
        places[name] = str(file)
    return places


def clean(folder: Path) -> PageCase:
    """One environment in which nothing diverged."""
    repo = Repo.make(folder / "shop")
    for number in range(1, 4):
        repo.add(f"2025010{number}000000_create_t{number}.rb", f"CreateT{number}")
    repo.commit()
    return PageCase(repo.path, _rows(folder, {"production": [f"2025010{n}000000" for n in "123"]}))


def refusing(folder: Path) -> PageCase:
    """A framework that stops where a row has no file: nothing would run again."""
    repo = Repo.make(folder / "shop")
    names = [f"2025010{number}000000_create_t{number}.js" for number in range(1, 5)]
    for number, name in enumerate(names):
        text = f"exports.up = (knex) => knex.raw(`CREATE TABLE t{number} (id int)`);\n"
        repo.write(name, text, "migrations")
    repo.commit()
    repo.move(names[1], "20250201000000_create_t2.js", "migrations")
    repo.commit("renumbered")
    rows = "".join(f"{number},{name},1\n" for number, name in enumerate(names[:3]))
    (folder / "rows.csv").write_text(f"id,name,batch\n{rows}")
    return PageCase(repo.path, {"production": str(folder / "rows.csv")})


def large(folder: Path) -> PageCase:
    """400 migrations, 60 of them renamed in three commits, and twelve environments."""
    repo = Repo.make(folder / "ledger")
    start = datetime(2020, 1, 1, tzinfo=UTC)
    old = [f"{start + timedelta(days=4 * number):%Y%m%d%H%M%S}" for number in range(400)]
    for number, version in enumerate(old):
        repo.add(f"{version}_create_t{number}.rb", f"CreateT{number}")
    repo.commit("all of it")
    renamed = [*range(100, 130), *range(250, 270), *range(320, 340, 2)]
    new = dict(enumerate(old))
    for place, number in enumerate(renamed):
        new[number] = f"202506{place // 24 + 1:02}{place % 24:02}0000"
        repo.move(f"{old[number]}_create_t{number}.rb", f"{new[number]}_create_t{number}.rb")
        if number in {129, 269, 338}:
            repo.commit(f"renumbered up to {number}")
    kinds = {
        "old": old,
        "new": [*new.values()],
        "half": [*(new[n] if n < 200 else old[n] for n in range(400))],
        "both": [*old, *(new[n] for n in renamed[:12])],
        "few": old[:300],
    }
    names = ["old", "old", "old", "new", "half", "old", "half", "new", "new", "both", "few", "old"]
    rows = {f"{kind}-{number}": kinds[kind] for number, kind in enumerate(names)}
    return PageCase(repo.path, {**_rows(folder, rows), "standby": NOWHERE})


def hostile(folder: Path) -> PageCase:
    """Names, subjects, authors, rows and environments of somebody who means harm."""
    repo = Repo.make(folder / "app <i>&'\u202e")
    text = 'create_table :a, comment: "</script><script>alert(1)</script>```\u202e"'
    repo.add("20250101000000_create_a.rb", "CreateA", text)
    repo.add("20250102000000_create_b.rb", "CreateB")
    repo.commit()
    edited = text.replace("</script><script>", "</style><img src=x onerror=alert(2)>")
    repo.remove("20250101000000_create_a.rb")
    repo.add("20250601000000_create_a.rb", "CreateA", edited)
    name, subject = "(x)\"'&`|*_\u202e\u200b@team", HOSTILE.replace("\x07", "")
    repo.git("add", "-A")
    repo.git("commit", "--quiet", "-m", subject, env={"GIT_AUTHOR_NAME": name})
    rows = {"prod@x": ["20250101000000", "20250102000000", "20250103000000"]}
    return PageCase(repo.path, _rows(folder, rows))


def forged(page: IncidentPage) -> IncidentPage:
    """A page in which every text that may be a stranger's is one that means harm."""
    found = _forged(page)
    assert isinstance(found, IncidentPage)
    return replace(found, when=page.when)


def _forged(value: object) -> object:
    match value:
        case Enum():
            return value
        case str():
            return f"MARK{HOSTILE}" if value else value
        case Struct():
            kept = {"kind"} if isinstance(value, NextLine) else set()
            changes = {
                name: _forged(getattr(value, name))
                for name in value.__struct_fields__
                if name not in kept
            }
            return replace(value, **changes)
        case tuple():
            return tuple(map(_forged, value))
        case _:
            return value
