"""What the real Django makes on SQLite is found there, also under names that SQLite keeps not."""

import json

from tests.support.commands.migdoctor import migdoctor
from tests.support.frameworks.django import project

_MODEL = """
        migrations.CreateModel(
            name="Song",
            fields=[
                ("id", models.BigAutoField(primary_key=True)),
                ("code", models.IntegerField(unique=True)),
                ("plays", models.PositiveIntegerField()),
                ("title", models.CharField(max_length=40)),
            ],
            options={"unique_together": {("title", "plays")}},
        ),
"""
_RENAMED = """
        migrations.RenameModel("Song", "Track"),
        migrations.RenameField("Track", "plays", "heard"),
"""


def migration(operations: str, *parents: tuple[str, str]) -> str:
    return (
        "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
        f"    dependencies = {list(parents)!r}\n    operations = [{operations}    ]\n"
    )


def test_nothing_that_is_there_is_said_to_be_missing(tmp_path):
    file = tmp_path / "db.sqlite3"
    made = project(tmp_path / "app", f"sqlite:{file}", "shop")
    made.write("shop", "0001_initial", migration(_MODEL))
    made.write("shop", "0002_renamed", migration(_RENAMED, ("shop", "0001_initial")))
    made.repo.commit()
    assert made.migrate() == ""

    done = migdoctor(
        made.repo.path, "diagnose", "--format", "json", "--database-url", f"sqlite3:{file}"
    )

    assert (done.status, json.loads(done.out)["findings"]) == (0, [])
