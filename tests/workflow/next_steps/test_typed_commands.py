"""Commands that carry a script out, as they can be typed where diagnose was."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from analyzer.workflow.next_steps.typed_commands import typed_file, typed_moves
from analyzer.workflow.reading.request import Request

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "command"),
    [
        pytest.param({}, "psql -v ON_ERROR_STOP=1 -f fix.sql", id="libpq's variables name it"),
        pytest.param(
            {"database_url": "postgresql://me:secret@db/app"},
            "psql -d 'user=me dbname=app host=db' -v ON_ERROR_STOP=1 -f fix.sql",
            id="without its password",
        ),
        pytest.param(
            {"exec_prefix": ("docker", "exec", "-i", "my db")},
            "docker exec -i 'my db' psql -v ON_ERROR_STOP=1 < fix.sql",
            id="through a prefix, where the file is not",
        ),
        pytest.param(
            {"rows": "r.txt"},
            "psql -d DATABASE -v ON_ERROR_STOP=1 -f fix.sql",
            id="rows only, by somebody who has the database",
        ),
    ],
)
def test_the_sql_is_run_on_the_database_that_was_asked_about(options, command, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    assert typed_file(Request(now=NOW, **options), "fix.sql") == command


def test_the_script_of_moves_is_told_where_the_files_are_unless_we_are_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert typed_moves(tmp_path, "fix.sh") == "sh fix.sh"
    assert typed_moves(None, "fix.sh") == "sh fix.sh"
    assert typed_moves(Path("/srv/my app"), "fix.sh") == "sh fix.sh '/srv/my app'"
