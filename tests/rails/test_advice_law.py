"""The law of advice with the real Rails: what is recommended is done, and nobody is hurt."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.accidents.advised_history import MISHAPS, History, advised_history
from tests.support.commands.obeyed_paths import printed_path
from tests.support.commands.typed_advice import RESTORES, Copy, Ended, copied
from tests.support.databases.servers import Database, Server, fresh_database
from tests.support.frameworks.many_migrates import Rails, rails_process
from tests.support.histories.repositories import FOLDER, Repo

pytestmark = pytest.mark.rails
COUNT = int(os.environ.get("MIGDOCTOR_ADVICE", "14"))
SEED = int(os.environ.get("MIGDOCTOR_SEED", "0"))
FROM = int(os.environ.get("MIGDOCTOR_FROM", "0"))
FIGURES: Counter[str] = Counter()
PLANNED = 5  # of so many histories one is asked for advice too: it measures the disk for seconds
MOST_SILENT = 0.25  # of the histories with something wrong: silence is not the way to pass
_HARM = {"error", "warning"}
_MENDED = {"rename-back": ("MD101",), "rewrite": ("MD101", "MD113", "MD119")}
_KEPT = " ON CONFLICT DO NOTHING"  # a version that ran meanwhile
# What is withheld, and why: a repair, the next migrate, or all until a question is answered.
_WITHHELD = re.compile(
    r"\d\. (No repair is safe yet: .+|Do not run it as it is: .+|Do not run .+ yet: .+"
    r"|Settle what is ambiguous .+)"
)
_NAMES = re.compile(r"\d{3,}(_\w+(\.rb)?)?|\"[^\"]*\"|\b\w+\.\w+\b|\b[a-z]+(_[a-z0-9]+)+\b|\d+")
# That a repair is not all there is to do: the rest is another recommendation.
_STOPS = re.compile(r"FAILED    migrations: (the next migrate would |still diverged: MD11[014])")


@pytest.fixture(scope="module")
def rails() -> Iterator[Rails]:
    with rails_process() as process:
        yield process


@pytest.fixture(scope="module")
def production(postgres15: Server) -> Iterator[Database]:
    """One database for all histories: to empty it is quicker than to make another."""
    with fresh_database(postgres15) as database:
        yield database


@pytest.mark.parametrize("number", range(FROM, FROM + COUNT))
def test_whoever_does_what_is_recommended_is_not_hurt(number, rails, production, tmp_path):
    history = advised_history(number, SEED)
    production.run("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    repo = deploy(history, rails, production, tmp_path)
    here = Copy(repo, production, tmp_path)
    told = here.diagnosed()
    text = here.type("migdoctor diagnose").out
    planned = here.planned() if number % PLANNED == 0 else []
    story = f"{history}\n{text}\n{planned}\n{listed(repo)}"
    if told["status"] == 0:
        FIGURES["migrates recommended as things are"] += 1
        with copied(repo, production) as copy:
            migrate(copy, told, rails, story)
    FIGURES.update(withheld(text))
    advised = list(recommended(text, told, planned))
    if any(it["severity"] in _HARM for it in told["findings"]):
        FIGURES["histories with something wrong"] += 1
        FIGURES["nothing recommended"] += not advised
    for lines, about in advised:
        with copied(repo, production) as copy:
            FIGURES[f"recommendations: {about[0]}"] += 1
            carried_out(copy, lines, about, told, rails, story)


def test_most_of_what_is_wrong_gets_a_recommendation():
    """Runs after the others, over what they counted."""
    for name, number in sorted(FIGURES.items()):
        print(f"{number:6} {name}")
    wrong = FIGURES["histories with something wrong"]
    assert FIGURES["nothing recommended"] <= max(wrong * MOST_SILENT, 4), FIGURES


def test_every_mishap_is_among_the_histories():
    number = len(MISHAPS)
    seen = {name for it in range(number) for name in advised_history(it).case.mishaps}
    assert seen == {*MISHAPS}


# What is recommended


def recommended(
    text: str, told: dict[str, Any], planned: list[str]
) -> Iterator[tuple[list[str], tuple[str, ...]]]:
    """Each recommendation as the lines to type, with what it is about."""
    lines, about = followed(text)
    if lines:
        yield lines, about
    for finding in told["findings"]:
        for line in RESTORES.findall(finding["fix"]):
            yield [line], ("restore", line)
    if planned:
        yield planned, ("plan",)


def withheld(text: str) -> list[str]:
    """What the next steps advise against, and why, with every name taken out."""
    steps = re.sub(r"\n +", " ", text.partition("What to do next")[2])
    return [f"withheld: {_NAMES.sub('N', found[1])[:110]}" for found in _WITHHELD.finditer(steps)]


def followed(text: str) -> tuple[list[str], tuple[str, ...]]:
    """The path of the report as lines to type, and what it is about; no answer is chosen."""
    steps = printed_path(text)
    if any(step.says.startswith("Settle") for step in steps):
        return [], ()
    lines = [line for step in steps for line in step.lines]
    lines = [line for line in lines if not line.startswith("migdoctor advise")]
    ways = [way for way in _MENDED if any(f"migdoctor {way} --apply" in it for it in lines)]
    about = ways[:1] or ["command"]
    single = [it for it in lines if it.startswith(("git mv", "git rm", "psql "))]
    return lines, (*about, *(code for way in ways for code in _MENDED[way]), *single)


# What comes of it


def carried_out(
    copy: Copy,
    lines: list[str],
    about: tuple[str, ...],
    told: dict[str, Any],
    rails: Rails,
    story: str,
) -> None:
    """Type it, look again, and migrate if that is recommended then."""
    before = copy.rows_of()
    done = copy.follow(lines)
    story = f"RECOMMENDED {lines}\n{shown(done)}\n{story}"
    assert all(it.status == 0 or "diagnose" in it.line or _STOPS.search(it.err) for it in done), (
        story
    )
    assert copy.rows_of() == before, story
    again = copy.diagnosed()
    story = f"{story}\nAFTERWARDS {again['findings']} {again['environments']}"
    left = {
        (it["code"], it["path"], it["version"])
        for it in again["findings"]
        if it["severity"] in _HARM
    }
    named = {
        (it["code"], it["path"], it["version"])
        for it in told["findings"]
        if it["code"] in about or any(line in it["fix"] for line in about[1:])
    }
    assert not left & named, story
    fresh = {it[0] for it in left} - {it["code"] for it in told["findings"]}
    assert not fresh & {"MD101", "MD104", "MD110", "MD111", "MD119", "MD131"}, story
    if again["status"] == 0:
        FIGURES["migrates recommended after a repair"] += 1
        migrate(copy, again, rails, story)
    else:
        FIGURES["then do not migrate yet"] += 1
        FIGURES[f"  as still told: {', '.join(sorted({code for code, *_ in left}))}"] += 1


def migrate(copy: Copy, told: dict[str, Any], rails: Rails, story: str) -> None:
    """`diagnose && db:migrate` was typed: nothing fails but what may, nothing unannounced goes."""
    (environment,) = told["environments"]
    prediction = environment["prediction"]
    open_ = any(it["outcome"] == "unknown" for it in prediction["migrations"])
    announced = {it["table"] for it in prediction["destroys"]}
    before = copy.rows_of()
    happened = rails.migrate(copy.repo.path / FOLDER, copy.database.url)
    after = copy.rows_of()
    story = f"MIGRATED {happened}\n{before} -> {after}\n{story}"
    if happened.error is not None:
        assert open_, story
        return
    gone = {table for table, rows in before.items() if after.get(table, 0) < rows}
    renamed = {it for it in gone if it not in after and open_renames(prediction, it)}
    assert gone - renamed <= announced or open_, story
    last = copy.diagnosed()
    assert not {it["code"] for it in last["findings"]} & {"MD101", "MD119", "MD130", "MD131"}, story


def open_renames(prediction: dict[str, Any], table: str) -> bool:
    """Whether a table only got another name."""
    return any(f"rename table {table} to " in it["because"] for it in prediction["migrations"])


# The stage


def deploy(history: History, rails: Rails, database: Database, folder: Path) -> Repo:
    """A database that ran what was deployed, and a repository with what went wrong since."""
    case = history.case
    repo = Repo.make(folder / "app")
    aside = {version for version, _ in history.side}
    for version, text in case.deployed:
        if version not in aside:
            repo.write(f"{version}_{text.slug}.rb", text.render())
    repo.commit("deployed")
    if aside:
        repo.git("switch", "-qc", "side")
        for version, text in history.side:
            repo.write(f"{version}_{text.slug}.rb", text.render())
        repo.commit("on a branch")
    rails.migrate(repo.path / FOLDER, database.url)
    if aside:
        repo.git("switch", "-q", "main")
    for table in case.filled:
        database.run(f"INSERT INTO {table} (title) VALUES ('one'), ('two')")
    for statement in case.by_hand:
        taken = "" if "ON CONFLICT" in statement or "INSERT" not in statement else _KEPT
        database.run(statement + taken)
    for path in (repo.path / FOLDER).iterdir():
        path.unlink()
    for name, text in case.files("broken"):
        repo.write(name, text)
    repo.commit("broken")
    database.run("ANALYZE")
    return repo


def shown(done: list[Ended]) -> str:
    return "\n".join(f"$ {it.line} -> {it.status}\n{it.out[-1500:]}{it.err[-1500:]}" for it in done)


def listed(repo: Repo) -> str:
    files = sorted((repo.path / FOLDER).iterdir())
    return "\n".join(f"--- {path.name}\n{path.read_text()}" for path in files)
