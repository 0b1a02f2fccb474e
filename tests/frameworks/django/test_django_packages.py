"""Django's apps on SQLite: squashed, deleted, moved and labelled anew, with the real tool."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.support.commands.migdoctor import migdoctor
from tests.support.frameworks.django import Project, making, project

NAMES = ("0001_songs", "0002_albums", "0003_artists")
SQUASH = "0001_squashed_0003"


class Case:
    """A project of two apps of which all ran, and its database."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "db.sqlite3"
        self.project: Project = project(folder / "app", f"sqlite:{self.file}", "shop", "zoo")
        before: tuple[tuple[str, str], ...] = ()
        for name in NAMES:
            self.project.write("shop", name, making(name[5:], *before))
            before = (("shop", name),)
        self.project.write("zoo", "0001_animals", making("animals", ("shop", NAMES[1])))
        self.commit()
        assert self.project.migrate() == ""

    def commit(self) -> None:
        self.project.repo.commit()

    def sql(self, text: str) -> list[tuple]:
        with sqlite3.connect(self.file) as connection:
            return connection.execute(text).fetchall()

    def diagnosed(self) -> dict:
        done = migdoctor(
            self.project.repo.path,
            *("diagnose", "--format", "json", "--database-url", f"sqlite3:{self.file}"),
        )
        assert done.status in (0, 1), done.err
        return {**json.loads(done.out), "status": done.status}

    def replaced(self, old: str, new: str) -> None:
        for path in self.project.repo.path.glob("*/migrations/*.py"):
            path.write_text(path.read_text().replace(old, new))


@pytest.fixture
def case(tmp_path) -> Case:
    return Case(tmp_path)


def squash(case: Case, *, without: bool) -> None:
    told = ", ".join(f"('shop', {name!r})" for name in NAMES)
    sql = "".join(
        f'migrations.RunSQL("CREATE TABLE IF NOT EXISTS {name[5:]} (id integer)"), '
        for name in NAMES
    )
    text = making("", more=f"    replaces = [{told}]\n", operations=sql)
    case.project.write("shop", SQUASH, text)
    if without:
        for name in NAMES:
            case.project.repo.remove(f"{name}.py", "shop/migrations")
        case.replaced("('shop', '0002_albums'),\n    ]", f"('shop', {SQUASH!r}),\n    ]")


@pytest.mark.parametrize("without", [False, True], ids=["beside", "instead of"])
def test_a_squash_is_taken_for_done_where_all_of_it_ran(case, without):
    squash(case, without=without)
    case.commit()

    report = case.diagnosed()

    assert (report["status"], report["renames"], report["orphans"]) == (0, [], [])
    assert (report["deleted"], report["pending"]) == ([], [])
    assert case.project.migrate() == ""
    assert (case.diagnosed()["status"], case.sql("SELECT count(*) FROM songs")) == (0, [(1,)])


@pytest.mark.parametrize("stands_for", [1, 2])
def test_what_a_squash_stood_for_is_not_renamed_when_that_was_cleaned_up(case, stands_for):
    """A database whose deploys skipped the squash; for a single one it is another name."""
    gone = NAMES[:stands_for]
    told = f"    replaces = [{', '.join(repr(('shop', it)) for it in gone)}]\n"
    case.project.write("shop", "0001_squashed", making("songs", more=told))
    for name in gone:
        case.project.repo.remove(f"{name}.py", "shop/migrations")
        case.replaced(f"('shop', {name!r})", "('shop', '0001_squashed')")
    text = case.project.repo.path / "shop/migrations/0001_squashed.py"
    text.write_text(making("songs", more=told))
    case.commit()
    case.replaced(told, "")
    case.commit()

    report = case.diagnosed()

    renamed = [(it["old"]["version"], it["new"]["version"]) for it in report["renames"]]
    alone = [("shop.0001_songs", "shop.0001_squashed")]
    assert renamed == (alone if stands_for == 1 else [])


def test_a_squash_of_which_only_a_part_ran_is_told(case):
    squash(case, without=True)
    case.commit()
    case.sql("DELETE FROM django_migrations WHERE name = '0003_artists'")
    case.sql("DROP TABLE artists")

    report = case.diagnosed()

    (left,) = report["environments"][0]["prediction"]["never_runs"]
    assert (left["version"], report["renames"]) == (f"shop.{SQUASH}", [])
    assert "shop.0003_artists" in left["reason"]
    assert case.project.migrate() == ""
    assert case.sql("SELECT count(*) FROM sqlite_master WHERE name = 'artists'") == [(0,)]


def test_an_app_that_is_gone_is_deleted_and_not_outside(case):
    case.project.repo.remove("0001_animals.py", "zoo/migrations")
    case.commit()

    report = case.diagnosed()

    assert [it["version"] for it in report["deleted"]] == ["zoo.0001_animals"]
    assert report["orphans"] == []


def moved(case: Case) -> None:
    root = case.project.repo.path
    (root / "shop").rename(root / "store")


def labelled(case: Case) -> None:
    text = "class Shop(AppConfig):\n    name = 'shop'\n    label = 'store'\n"
    case.project.repo.write("apps.py", f"from django.apps import AppConfig\n\n\n{text}", "shop")


@pytest.mark.parametrize("change", [moved, labelled])
def test_an_app_of_another_label_is_paired_and_only_its_rows_can_be_mended(case, change):
    change(case)
    case.replaced("('shop', ", "('store', ")
    case.commit()
    asked = ("--database-url", f"sqlite3:{case.file}")

    report = case.diagnosed()

    pairs = [(it["old"]["version"], it["new"]["version"]) for it in report["renames"]]
    assert pairs == [(f"shop.{name}", f"store.{name}") for name in NAMES]
    assert report["environments"][0]["prediction"]["refuses"] is not None
    back = migdoctor(case.project.repo.path, "rename-back", *asked)
    assert back.status == 1
    assert "shop is called store now" in back.err
    rewrite = migdoctor(case.project.repo.path, "rewrite", "--apply", "--yes", *asked)
    assert rewrite.status == 0, rewrite.err
    assert case.sql("SELECT DISTINCT app FROM django_migrations WHERE id > 2") == [
        ("store",),
        ("zoo",),
    ]
    with_label = case.project.apps if change is labelled else ("store", "zoo")
    assert Project(case.project.repo, case.project.url, with_label).migrate() == ""
    assert case.sql("SELECT count(*) FROM songs") == [(1,)]


def added(case: Case) -> None:
    case.project.write("aaa", "0001_first", making("firsts", ("zoo", "0001_animals")))


def added_to_a_labelled_app(case: Case) -> None:
    labelled(case)
    case.replaced("('shop', ", "('store', ")
    case.project.write("shop", "0004_new", making("news", ("store", "0003_artists")))


def renamed(case: Case) -> None:
    case.project.move("shop", "0003_artists", "0003_singers")


def edited(case: Case) -> None:
    case.project.write("shop", "0003_artists", making("singers", ("shop", "0002_albums")))


def two_ends(case: Case) -> None:
    case.project.write("zoo", "0002_a", making("a", ("zoo", "0001_animals")))
    case.project.write("zoo", "0002_b", making("b", ("zoo", "0001_animals")))


def test_two_ends_are_merged_behind_the_repair_which_they_do_not_stop(case):
    """The tool's own command cannot run before: it refuses the renamed rows first."""
    two_ends(case)
    case.project.move("shop", "0002_albums", "0002_records")
    case.replaced("'0002_albums'", "'0002_records'")
    case.commit()
    place = ("--database-url", f"sqlite3:{case.file}")
    tried = migdoctor(case.project.repo.path, "rehearse", "--repair", "rename-back", *place)
    assert "works on a copy, but the next migrate after it would not" in " ".join(tried.out.split())

    done = migdoctor(case.project.repo.path, "rename-back", "--apply", "--git", "--yes", *place)

    *_, steps = done.err.partition("What to do next")
    assert [it for it in ("git commit", "--merge", "diagnose") if it not in steps] == []
    assert steps.index("git commit") < steps.index("python manage.py makemigrations --merge")
    assert "NOT YET" in done.err
    assert "\\n" not in done.err
    case.commit()
    after = migdoctor(case.project.repo.path, "diagnose", *place)
    (line,) = [it.strip() for it in after.out.splitlines() if it.strip().startswith("python ")]
    assert line.startswith("python manage.py makemigrations --merge && git add -A -- ")
    assert " && git commit -m 'Merge the ends of the migrations' -- " in line
    assert (
        f"\n     {line}\n" in after.out
    )  # it asks, and would take a line behind it for its answer


def depends_on_nothing(case: Case) -> None:
    case.project.write("zoo", "0002_a", making("a", ("shop", "0009_nowhere")))


def no_class(case: Case) -> None:
    case.project.write("zoo", "0002_words", "WORDS = ()\n")


def test_the_gate_judges_each_change_by_dependencies(tmp_path_factory):
    case = Case(tmp_path_factory.mktemp("gate"))
    base = case.project.repo.git("rev-parse", "HEAD").strip()
    expected = {
        added: set(),
        added_to_a_labelled_app: set(),
        renamed: {"MD301"},
        edited: {"MD305"},
        two_ends: {"MD321"},
        depends_on_nothing: {"MD321"},
        no_class: {"MD310"},
    }
    told = {}
    for change in expected:
        change(case)
        case.commit()
        asked = ("check", "--base", base, "--ref", "HEAD", "--format", "json")
        done = migdoctor(case.project.repo.path, *asked)
        assert done.status in (0, 1), done.err
        found = json.loads(done.out)["findings"]
        told[change] = {it["code"] for it in found if it["severity"] == "error"}
        case.project.repo.git("reset", "-q", "--hard", base)
        case.project.repo.git("clean", "-qfdx")

    assert told == expected


def test_a_rename_is_not_recorded_under_a_name_that_many_apps_have(case):
    base = case.project.repo.git("rev-parse", "HEAD").strip()
    renamed(case)
    case.commit()

    done = migdoctor(case.project.repo.path, "check", "--base", base, "--write-renames")

    assert "a record does not say which package" in done.out + done.err
    assert not [*case.project.repo.path.rglob("renames.toml")]


def test_neither_prune_nor_fake_is_advised(case):
    renamed(case)
    case.commit()

    done = migdoctor(case.project.repo.path, "advise", "--database-url", f"sqlite3:{case.file}")

    assert not re.search(r"--fake\b|--prune\b", done.out)


def test_both_parts_of_the_key_are_rewritten_on_mariadb_and_put_back(tmp_path, mysql_database):
    repo = project(tmp_path / "app", mysql_database.url, "shop").repo
    made = Project(repo, mysql_database.url, ("shop",))
    made.write("shop", "0001_songs", making("songs"))
    made.write("shop", "0002_albums", making("albums", ("shop", "0001_songs")))
    repo.commit()
    made.move("shop", "0002_albums", "0002_records")
    repo.commit()
    mysql_database.run(
        "CREATE TABLE django_migrations (id bigint PRIMARY KEY AUTO_INCREMENT, app varchar(255) "
        "NOT NULL, name varchar(255) NOT NULL, applied datetime(6) NOT NULL)"
    )
    mysql_database.run("CREATE TABLE albums (id integer)")
    mysql_database.run("CREATE TABLE songs (id integer)")
    mysql_database.run(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('shop', '0001_songs', now()), "
        "('shop', '0002_albums', now()), ('auth', '0001_initial', now())"
    )
    asked = ("--database-url", mysql_database.url)
    state = {"XDG_STATE_HOME": str(tmp_path / "state")}

    def rows() -> list:
        return mysql_database.run("SELECT app, name FROM django_migrations ORDER BY id")

    before = rows()
    done = migdoctor(repo.path, "rewrite", "--apply", "--yes", *asked, **state)
    assert done.status == 0, done.out + done.err
    assert list(map(tuple, rows()))[1] == ("shop", "0002_records")
    assert migdoctor(repo.path, "undo", "--yes", *asked, **state).status == 0
    assert rows() == before


def test_a_rename_on_purpose_passes_by_what_the_finding_says(tmp_path_factory):
    """A record would not tell which package a name is of, so it is not offered."""
    case = Case(tmp_path_factory.mktemp("purpose"))
    base = case.project.repo.git("rev-parse", "HEAD").strip()
    renamed(case)
    case.commit()
    asked = ("check", "--base", base, "--format", "json")

    (found,) = [
        it
        for it in json.loads(migdoctor(case.project.repo.path, *asked).out)["findings"]
        if it["code"] == "MD301"
    ]
    comment = found["fix"].partition("a comment in the file: ")[2]
    path = case.project.repo.path / found["path"]
    path.write_text(
        f"{comment.replace('REASON', 'every database was rewritten')}\n{path.read_text()}"
    )
    case.commit()
    after = json.loads(migdoctor(case.project.repo.path, *asked).out)

    assert "--write-renames" not in found["fix"]
    assert comment.startswith("# migdoctor:allow MD301 REASON")
    assert [it["code"] for it in after["findings"] if it["severity"] == "error"] == []
