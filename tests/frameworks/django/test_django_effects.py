"""What operations do to tables, held against the tables that the real Django makes of them."""

import json

import pytest

from analyzer.frameworks.django.framework import FRAMEWORK
from analyzer.model.effects import effect as e
from tests.proofs.django_effects import copied, difference, drawn
from tests.support.commands.migdoctor import migdoctor
from tests.support.frameworks.django import project


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
