"""What no text tells of Django: it is said so, and nothing that is said is false."""

import json

import pytest

from analyzer.model.effects import effect as e
from tests.frameworks.django.test_django_effects import ADDED, FIRST, second, told
from tests.support.commands.migdoctor import migdoctor
from tests.support.frameworks.django import making, project

GONE = b"""from django.db import migrations, models


class DeleteModelIfExists(migrations.DeleteModel):
    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        pass


class Migration(migrations.Migration):
    dependencies = [('shop', '0001_initial')]
    operations = [DeleteModelIfExists(name='Song')]
"""
UNDER = "\n    if connection.vendor == 'postgresql':\n        "


def test_a_class_of_the_module_changes_the_models_and_nobody_knows_what_else():
    anew = "migrations.CreateModel('Song', [('id', models.AutoField(primary_key=True))])"
    both = (FIRST, ("shop.0002_gone", GONE))

    (effect,) = told(*both)
    text = second(anew).replace(b"0001_initial", b"0002_gone")
    (again,) = told(*both, ("shop.0003_anew", text))

    assert isinstance(effect, e.Opaque)
    assert "shop_song" in effect.text
    assert isinstance(again, e.CreateTable)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            second("").replace(
                b"operations = [\n        ,\n    ]", f"{UNDER}operations = [{ADDED}]".encode()
            ),
            id="listed under a condition",
        ),
        pytest.param(
            second("").replace(b"        ,\n    ]", f"]\n    operations.append({ADDED})".encode()),
            id="appended",
        ),
        pytest.param(
            second("").replace(b"        ,\n    ]", f"]\n    operations += [{ADDED}]".encode()),
            id="added",
        ),
        pytest.param(
            second("").replace(b"[\n        ,\n    ]", f"[{ADDED}] if X else []".encode()),
            id="one or the other",
        ),
        pytest.param(
            second("").replace(
                b"        ,\n    ]", f"]\n\n\nMigration.operations.append({ADDED})".encode()
            ),
            id="from outside",
        ),
    ],
)
def test_operations_that_hang_on_a_run_are_told_with_their_tables(text):
    effects = told(FIRST, ("shop.0002_next", text))

    assert [type(it) for it in effects] == [e.Opaque]
    assert "shop_song" in effects[0].text


@pytest.mark.parametrize(
    "target",
    [
        "'shop.Song'",
        "swapper.get_model_name('shop', 'Song')",
        "getattr(settings, 'SONG_MODEL', 'shop.Song')",
    ],
)
def test_a_model_that_a_setting_may_exchange_is_the_usual_one(target):
    field = f"models.ForeignKey({target}, models.CASCADE)"
    text = second(f"migrations.AddField('song', 'of', {field})")
    head = b"import swapper\nfrom django.conf import settings\n"

    (added, key, *_) = told(FIRST, ("shop.0002_next", head + text))

    assert isinstance(added, e.AddColumn)
    assert isinstance(key, e.AddForeignKey)
    assert key.key.to_table == "shop_song"


FIELDS = "[('id', models.AutoField(primary_key=True)), ('n', models.TextField())]"
APART = "migrations.SeparateDatabaseAndState(state_operations=[{}]),"


def test_a_table_that_moves_to_an_app_before_it_in_the_alphabet_is_followed(tmp_path):
    file = tmp_path / "db.sqlite3"
    made = project(tmp_path / "app", f"sqlite:{file}", "aaa", "bbb")
    first, taken = ("bbb", "0001_i"), ("aaa", "0001_i")
    put = APART.format(f"migrations.CreateModel('X', {FIELDS}, options={{'db_table': 'bbb_x'}})")
    made.write("bbb", "0001_i", making("", operations=f"migrations.CreateModel('X', {FIELDS}),"))
    made.write("aaa", "0001_i", making("", first, operations=put))
    gone = APART.format("migrations.DeleteModel('X')")
    made.write("bbb", "0002_i", making("", first, taken, operations=gone))
    last = "migrations.AlterModelTable('X', None),"
    made.write("aaa", "0002_i", making("", taken, ("bbb", "0002_i"), operations=last))
    made.repo.commit()
    assert made.migrate() == ""

    done = migdoctor(made.repo.path, "diagnose", "--database-url", f"sqlite3:{file}")

    assert done.status == 0, done.out


def test_a_table_of_the_tools_own_apps_is_there_before_it_is_needed(tmp_path, database):
    """The next migrate runs those apps' migrations as well."""
    made = project(tmp_path / "app", database.url, "shop")
    key = "models.ForeignKey('auth.User', models.CASCADE)"
    fields = f"[('id', models.AutoField(primary_key=True)), ('u', {key})]"
    operations = f"migrations.CreateModel('X', {fields}),"
    made.write("shop", "0001_i", making("", ("auth", "0001_initial"), operations=operations))
    made.repo.commit()

    done = migdoctor(made.repo.path, "diagnose", "--format", "json", "--database-url", database.url)

    assert done.status == 0, done.out
    foretold = json.loads(done.out)["environments"][0]["prediction"]
    assert (foretold["fails_at"], foretold["would_run"]) == (None, ["shop.0001_i"])


def test_a_key_that_waits_for_the_end_is_made_once_though_its_table_is_renamed():
    operations = (
        "migrations.AddField('song', 'all', models.ManyToManyField('shop.Song')), "
        "migrations.RenameModel('Song', 'Tune'), migrations.RenameField('Tune', 'all', 'every')"
    )

    effects = told(FIRST, ("shop.0002_next", second(operations)))

    keys = [it for it in effects if isinstance(it, e.AddForeignKey)]
    assert [it.table for it in keys] == ["shop_tune_every"] * 2


UNIQUE = "models.UniqueConstraint(fields=('a', 'b'), name='kept')"
ON_SQLITE = """migrations.CreateModel('Thing', [
            ('id', models.BigAutoField(primary_key=True)),
            ('a', models.SlugField(unique=True)),
            ('b', models.UUIDField()),
            ('c', models.DurationField(null=True)),
            ('d', models.GenericIPAddressField(null=True)),
            ('e', models.DecimalField(max_digits=8, decimal_places=2, null=True)),
            ('f', models.JSONField(null=True)),
            ('a_name_that_is_longer_than_the_usual_database_keeps_any_of_them', models.TextField()),
        ], options={'constraints': [UNIQUE]}),
        migrations.AlterField('Thing', 'c', models.DurationField(unique=True, null=True)),
        migrations.AddField('Thing', 'long_one', models.ForeignKey(
            'Thing', models.CASCADE, null=True, db_column='x' * 62)),"""


def test_what_the_tool_makes_on_its_usual_engine_is_what_is_read(tmp_path):
    file = tmp_path / "db.sqlite3"
    made = project(tmp_path / "app", f"sqlite:{file}", "shop")
    text = ON_SQLITE.replace("UNIQUE", UNIQUE).replace("'x' * 62", repr("x" * 62))
    made.write("shop", "0001_i", making("", operations=text))
    made.repo.commit()
    assert made.migrate() == ""
    place = ("--database-url", f"sqlite3:{file}")

    judged = migdoctor(made.repo.path, "diagnose", *place)
    compared = migdoctor(made.repo.path, "schema", "--diff", "database", *place)

    assert judged.status == 0, judged.out
    assert "Missing in" not in compared.out
    assert "Different" not in compared.out
