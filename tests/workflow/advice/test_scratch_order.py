"""Keeping new names may cost the order of a migrate from scratch: that is told where it is so."""

import json
from datetime import UTC, datetime

import pytest

from analyzer.model.findings.advice import RecoveryOption
from analyzer.records import Struct
from analyzer.report.advice import advice_json
from analyzer.workflow.advice.advise import advise_alone
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.commands import gates
from tests.support.histories.repositories import Repo

SONGS, TITLE, INDEX = "20250101000000", "20250102000000", "20250103000000"
FILES = {
    SONGS: ("create_songs", "create_table :songs"),
    TITLE: ("add_title", "add_column :songs, :title, :string"),
    INDEX: ("index_songs", "add_index :songs, :title"),
}


class Case(Struct, frozen=True):
    """A rename, and where a migrate from scratch stops since."""

    old: str
    new: str
    stops: str = ""
    needs: str = ""
    extra: tuple[str, str, str] | None = None  # another file from the start


CASES = {
    "the provider moved behind its user": Case(
        TITLE, "20250201000000", "20250103000000_index_songs.rb", "column songs.title"
    ),
    "the user moved before its provider": Case(
        INDEX, "20250101500000", "20250101500000_index_songs.rb", "column songs.title"
    ),
    "the table moved behind everything": Case(
        SONGS, "20250201000000", "20250102000000_add_title.rb", "table songs"
    ),
    "the order is kept": Case(INDEX, "20250201000000"),
    "it was broken before": Case(
        INDEX,
        "20250201000000",
        extra=("20241201000000", "index_early", "add_index :songs, :title, name: :early"),
    ),
}


def camel(name: str) -> str:
    return name.title().replace("_", "")


def renamed(tmp_path, case: Case) -> tuple[Repo, list[str]]:
    """A repository where the file was moved, which is not committed yet; and what ran before."""
    repo = Repo.make(tmp_path / "app")
    extra = {} if case.extra is None else {case.extra[0]: case.extra[1:]}
    files = {**FILES, **extra}
    for version, (name, text) in files.items():
        repo.add(f"{version}_{name}.rb", camel(name), text)
    repo.commit()
    name = FILES[case.old][0]
    repo.move(f"{case.old}_{name}.rb", f"{case.new}_{name}.rb")
    return repo, [*files]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_cost_to_the_order_stands_among_the_risks(tmp_path, own_world, case):
    repo, versions = renamed(tmp_path, case)
    repo.commit()
    rows = tmp_path / "rows.txt"
    rows.write_text("".join(f"{row}\n" for row in versions))
    request = Request(now=datetime.now(UTC), repo=str(repo.path), rows=str(rows), cache=False)

    done = walk(request)
    advice = advise_alone(done, None)

    notes = done.report.environments[0].table.notes
    by_way = {it.way: it for it in advice.advices[0].assessments}
    risks = [it for it in by_way[RecoveryOption.REWRITE].risks if "from scratch" in it]
    written = json.loads(advice_json.render(advice))["environments"][0]
    told = [
        risk
        for it in written["options"]
        for risk in it["risks"]
        if it["command"] == "rewrite" and "from scratch" in risk
    ]
    assert [*notes] == risks == told
    assert len(risks) == bool(case.stops)
    assert advice.advices[0].assessments[0].way is RecoveryOption.RENAME_BACK
    gained = [it for it in by_way[RecoveryOption.RENAME_BACK].because if "from scratch" in it]
    assert len(gained) == bool(case.stops)
    if case.stops:
        assert f"stops at {case.stops}: it needs {case.needs}, which only " in risks[0]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_told_as_long_as_it_is_so_where_the_names_were_recorded(tmp_path, own_world, case):
    repo, versions = renamed(tmp_path, case)
    name = FILES[case.old][0]
    entry = f'[[rename]]\nold = "{case.old}_{name}"\nnew = "{case.new}_{name}"\n'
    repo.write("renames.toml", f'{entry}reason = "they stay"\n', folder="db")
    repo.commit()
    rows = tmp_path / "rows.txt"
    followed = [case.new if row == case.old else row for row in versions]
    rows.write_text("".join(f"{row}\n" for row in followed))
    request = Request(now=datetime.now(UTC), repo=str(repo.path), rows=str(rows), cache=False)

    environment = walk(request).report.environments[0]

    assert environment.diagnosis.renames == ()
    told = [it for it in environment.table.notes if "from scratch" in it]
    assert len(told) == bool(case.stops)


def test_it_is_told_of_several_environments_too(tmp_path, own_world):
    repo = Repo.make(tmp_path / "app")
    for version, (name, text) in FILES.items():
        repo.add(f"{version}_{name}.rb", camel(name), text)
    repo.commit()
    repo.move(f"{TITLE}_add_title.rb", "20250201000000_add_title.rb")
    entry = f'[[rename]]\nold = "{TITLE}_add_title"\nnew = "20250201000000_add_title"\n'
    repo.write("renames.toml", f'{entry}reason = "they stay"\n', folder="db")
    repo.commit()
    (tmp_path / "rows.txt").write_text(f"{SONGS}\n{INDEX}\n20250201000000\n")
    named = [part for it in ("a", "b") for part in ("--environment", f"{it}=../rows.txt")]

    told = gates.run(repo, "diagnose", *named)

    assert told.status == 0
    said = " ".join(told.out.split())
    assert said.count("a and b: with the new names a migrate from scratch") == 1
