"""What operations do to tables, held against the tables that the real Django makes of them."""

import json

import pytest

from analyzer.frameworks.django.framework import FRAMEWORK
from analyzer.model.effects import effect as e
from analyzer.operations.demo.scenario import build_database, build_repository, load_scenario
from tests.proofs.django_effects import copied, difference, drawn
from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.scenarios import expected_moves, expected_row_changes
from tests.support.frameworks.django import Project, project
from tests.support.histories.repositories import Repo


@pytest.mark.parametrize("seed", [2, 5, 24])
def test_random_migrations_add_up_to_what_the_tool_makes(seed, tmp_path, database):
    assert difference(drawn(tmp_path / "app", database.url, seed, 12)) == ""


def test_the_migrations_of_the_tools_own_applications_do(tmp_path, database):
    assert difference(copied(tmp_path / "app", database.url)) == ""


HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
PLAIN = (
    HEAD
    + """    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Song",
            fields=[("id", models.BigAutoField(primary_key=True)), ("title", models.TextField())],
        ),
    ]
"""
)


def told(*texts: tuple[str, bytes]) -> tuple[e.Effect, ...]:
    """What the last of some texts does among the others, each with its key."""
    assert FRAMEWORK.packages is not None
    own = FRAMEWORK.packages.called({})
    assert own.keys is not None
    names = []
    for key, text in texts:
        app, _, name = key.partition(".")
        read = own.files.parse_name(f"{name}.py", f"{app}/migrations")
        names.append(own.keys.name(read, text))
    own.keys.settled(names)
    return own.language.parse(texts[-1][1]).effects


def second(operations: str, more: str = "") -> bytes:
    return (
        f"{HEAD}{more}    dependencies = [('shop', '0001_initial')]\n    operations = [\n"
        f"        {operations},\n    ]\n"
    ).encode()


FIRST = ("shop.0001_initial", PLAIN.encode())
SQL = "'CREATE TABLE a (b integer)'"
ADDED = "migrations.AddField('song', 'x', models.IntegerField(null=True))"


@pytest.mark.parametrize(
    ("operations", "expected"),
    [
        pytest.param(ADDED, ["AddColumn shop_song"], id="a column"),
        pytest.param(f"migrations.RunSQL({SQL})", ["CreateTable a"], id="sql"),
        pytest.param(
            f"migrations.RunSQL([{SQL}, ('INSERT INTO a VALUES (%s)', ['x'])])",
            ["CreateTable a", "WriteData a"],
            id="sql in a list, with values",
        ),
        pytest.param(
            f"migrations.RunSQL({SQL}, state_operations=[{ADDED}])", ["CreateTable a"], id="state"
        ),
        pytest.param("migrations.RunSQL(migrations.RunSQL.noop)", [], id="no sql"),
        pytest.param("migrations.RunPython(migrations.RunPython.noop)", [], id="no code"),
        pytest.param("migrations.RunPython(fill)", ["Opaque"], id="code"),
        pytest.param(
            f"migrations.SeparateDatabaseAndState(state_operations=[{ADDED}])", [], id="only state"
        ),
        pytest.param(
            f"migrations.SeparateDatabaseAndState(database_operations=[{ADDED}])",
            ["AddColumn shop_song"],
            id="only the database",
        ),
        pytest.param(
            "migrations.AddField('song', 'x', own.Field())", ["Opaque"], id="a field of its own"
        ),
        pytest.param("migrations.DeleteModel('gone')", ["Opaque"], id="a model that is not there"),
        pytest.param(
            "migrations.CreateModel('X', [('id', models.AutoField(primary_key=True))], "
            "{'managed': False})",
            [],
            id="not managed",
        ),
        pytest.param("migrations.RunSQL(TEXT)", ["Opaque"], id="sql from elsewhere"),
    ],
)
def test_an_operation_does_what_it_says_or_says_that_nobody_knows(operations, expected):
    effects = told(FIRST, ("shop.0002_next", second(operations)))

    said = [f"{type(it).__name__} {table_of(it)}".strip() for it in effects]
    assert said == expected


def table_of(effect: e.Effect) -> str:
    table = getattr(effect, "table", None) or getattr(effect, "name", "")
    return getattr(table, "name", table) or ""


def test_a_text_that_two_apps_share_says_nothing_of_tables():
    texts = FIRST, ("zoo.0001_initial", PLAIN.encode())

    (effect,) = told(*texts)

    assert isinstance(effect, e.Opaque)


def test_a_migration_outside_a_transaction_says_so():
    own = FRAMEWORK.packages.called({})
    text = second(ADDED, "    atomic = False\n")
    name = own.keys.name(own.files.parse_name("0002_x.py", "shop/migrations"), text)
    own.keys.settled([name])

    assert own.language.parse(text).ddl_transaction is False


def test_an_app_with_another_label_has_other_tables_so_that_its_text_says_nothing():
    own = FRAMEWORK.packages.called({})
    for app in ("store", "shop"):  # today's tree, and one of the past
        told_name = own.files.parse_name("0001_initial.py", f"{app}/migrations")
        own.keys.settled([own.keys.name(told_name, PLAIN.encode())])

    (effect,) = own.language.parse(PLAIN.encode()).effects

    assert isinstance(effect, e.Opaque)


SCENARIO = "django-renamed"


def test_the_scenario_is_what_the_tool_makes_and_is_judged_as_it_says(tmp_path, database):
    scenario = load_scenario(SCENARIO)
    place = build_repository(scenario, tmp_path / "app")
    build_database(scenario, database.url)
    where = ("--database-url", database.url)

    same = migdoctor(place, "schema", "--diff", "database", *where)
    report = json.loads(migdoctor(place, "diagnose", "--format", "json", *where).out)

    assert (same.status, "4 applied versions" in same.out) == (0, True), same.out
    (rename,) = report["renames"]
    kept = expected_row_changes(scenario)
    assert [(rename["old"]["version"], rename["new"]["version"])] == kept
    assert [(rename["new"]["path"], rename["old"]["path"])] == expected_moves(scenario)


def test_the_tool_itself_makes_the_tables_of_the_scenario(tmp_path, database):
    place = build_repository(load_scenario(SCENARIO), tmp_path / "app")
    made = Project(Repo(place), database.url, ("shop", "charts"))
    assert [made.migrate("shop"), made.migrate("charts")] == ["", ""]

    done = migdoctor(place, "schema", "--diff", "database", "--database-url", database.url)

    assert done.status == 0, done.out


CREATES = """
        migrations.CreateModel(
            name="Song",
            fields=[("id", models.BigAutoField(primary_key=True)), ("title", models.TextField())],
        )"""
WRITES = "migrations.RunSQL('INSERT INTO log VALUES (1)')"


@pytest.mark.parametrize(
    ("operations", "said"),
    [
        pytest.param(CREATES, 'relation "shop_song" already exists', id="fails"),
        pytest.param(WRITES, None, id="silently twice"),
    ],
)
def test_a_renamed_migration_is_foretold_to_run_again(operations, said, tmp_path, database):
    made = project(tmp_path / "app", database.url, "shop")
    made.write("shop", "0001_initial", f"{HEAD}    operations = [\n        {operations},\n    ]\n")
    made.repo.commit()
    database.run("CREATE TABLE log (a integer)")
    assert made.migrate("shop") == ""
    made.move("shop", "0001_initial", "0001_song")
    made.repo.commit()

    place = ("--database-url", made.url)
    done = migdoctor(made.repo.path, "diagnose", "--format", "json", *place)

    (environment,) = json.loads(done.out)["environments"]
    foretold = environment["prediction"]
    assert foretold["runs_again"] == ["shop.0001_song"]
    fails = foretold["fails_at"]
    assert (fails is None) == (said is None), fails
    if said is None:
        assert made.migrate("shop") == ""
        assert database.run("SELECT count(*) FROM log") == [(2,)]
    else:
        assert said in fails["reason"]
        from django.db.utils import ProgrammingError

        with pytest.raises(ProgrammingError, match=said.replace('"', ".")):
            made.migrate("shop")


ALBUM = """
        migrations.CreateModel(
            name="Album",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("song", models.ForeignKey("shop.Song", on_delete=models.CASCADE)),
            ],
        )"""


def squashed(made) -> None:
    """Two migrations that a third stands for, one of another app, and one that runs before it."""
    song, album = CREATES, ALBUM
    after = "    dependencies = [('shop', '0001_initial')]\n"
    stands = "    replaces = [('shop', '0001_initial'), ('shop', '0002_album')]\n"
    for app, name, more, operations in (
        ("shop", "0001_initial", "", song),
        ("shop", "0002_album", after, album),
        ("shop", "0001_squashed", stands, f"{song},{album}"),
        ("zoo", "0001_first", "    run_before = [('shop', '0001_squashed')]\n", WRITES),
    ):
        text = f"{HEAD}{more}    operations = [{operations},\n    ]\n"
        made.write(app, name, text)
    made.repo.commit()


def test_the_graph_has_what_the_texts_tell(tmp_path):
    made = project(tmp_path / "app", "sqlite::memory:", "shop", "zoo")
    squashed(made)

    done = migdoctor(made.repo.path, "graph", "--format", "json")

    told = json.loads(done.out)
    assert (done.status, told["violations"], told["cycles"]) == (0, [], [])
    edges = {
        (it["before"], it["after"], it["tie"], it["line"])
        for it in told["edges"]
        if it["because"].startswith("migration:")
    }
    assert edges == {
        ("shop.0001_initial", "shop.0002_album", "needs", 5),
        ("shop.0001_initial", "shop.0001_squashed", "replaces", 5),
        ("shop.0002_album", "shop.0001_squashed", "replaces", 5),
        ("zoo.0001_first", "shop.0001_squashed", "needs", 1),
    }


def test_a_squash_and_what_it_stands_for_make_a_table_once(tmp_path):
    made = project(tmp_path / "app", "sqlite::memory:", "shop", "zoo")
    squashed(made)

    done = migdoctor(made.repo.path, "schema", "--format", "json")

    told = json.loads(done.out)
    assert [*told["tables"]] == ["shop_album", "shop_song"]
    (key,) = told["tables"]["shop_album"]["foreign_keys"]
    assert key["to_table"] == "shop_song"
    assert "conflicts" not in told or told["conflicts"] == []


def renamed(made) -> None:
    made.move("shop", "0002_album", "0002_record")


def edited(made) -> None:
    made.repo.write("0001_initial.py", f"{HEAD}    operations = [{WRITES}]\n", "shop/migrations")


def two_ends(made) -> None:
    after = "    dependencies = [('shop', '0001_initial')]\n"
    made.write("shop", "0002_label", f"{HEAD}{after}    operations = [{WRITES}]\n")


@pytest.mark.parametrize(
    ("change", "code"),
    [(renamed, "MD301"), (edited, "MD305"), (two_ends, "MD321")],
    ids=["renamed", "edited after the merge", "two ends"],
)
def test_the_gate_sees_the_tools_own_traps(change, code, tmp_path):
    made = project(tmp_path / "app", "sqlite::memory:", "shop")
    made.write("shop", "0001_initial", f"{HEAD}    operations = [{CREATES}]\n")
    after = "    dependencies = [('shop', '0001_initial')]\n"
    made.write("shop", "0002_album", f"{HEAD}{after}    operations = [{ALBUM}]\n")
    made.repo.commit()
    base = made.repo.git("rev-parse", "HEAD").strip()
    change(made)
    made.repo.commit()

    done = migdoctor(made.repo.path, "check", "--base", base, "--format", "json")

    assert done.status == 1, done.out + done.err
    assert code in [it["code"] for it in json.loads(done.out)["findings"]]


PEOPLE = f"""{HEAD}    operations = [
        migrations.CreateModel(
            name="Person",
            fields=[
                ("key", models.UUIDField(primary_key=True)),
                ("password", models.CharField(max_length=128)),
                ("last_login", models.DateTimeField(null=True)),
            ],
            options={{"db_table": "persons"}},
        ),
    ]
"""
OWNED = f"""from django.conf import settings
{HEAD}    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Note",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("owner", models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)),
            ],
        ),
    ]
"""


@pytest.mark.parametrize(
    ("others", "table", "column"),
    [
        pytest.param((("people.0001_initial", PEOPLE.encode()),), "persons", "uuid", id="its own"),
        pytest.param((), "auth_user", "integer", id="the tool's"),
    ],
)
def test_a_key_leads_to_the_model_that_stands_for_the_tools_user(others, table, column):
    create, *_, key = told(*others, ("a.0001_initial", OWNED.encode()))

    assert isinstance(create, e.CreateTable)
    assert isinstance(key, e.AddIndex | e.AddForeignKey)
    (foreign,) = [
        it
        for it in told(*others, ("a.0001_initial", OWNED.encode()))
        if isinstance(it, e.AddForeignKey)
    ]
    owner = create.table.column("owner_id")
    assert owner is not None
    assert (foreign.key.to_table, owner.type) == (table, column)
