"""Backup, restore, verify and recover without a command line; nothing is printed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.model.core.messages import RecoverySteps, RecoveryUnfinished
from analyzer.model.recovery.recovery_result import (
    DeclinedRecovery,
    RecoveryRunEnded,
    RunbookWritten,
)
from analyzer.report.messages import render_message
from analyzer.services.database import DatabaseOptions
from analyzer.services.dialogue import Unattended
from analyzer.services.recovery import recover
from analyzer.services.recovery.backup import BackupOptions, take_backup
from analyzer.services.recovery.options import (
    FullRecoveryOptions,
    RecoveryOptions,
    UserCommands,
)
from analyzer.services.recovery.restore import RestoreOptions, restore_backup
from analyzer.services.recovery.verify import VerifyOptions, verify
from tests.services.recovery.test_recovery_commands import ROWS, SCHEMA
from tests.support.databases.servers import Database, fresh_database


def kept_beside(database: Database) -> list[str]:
    """The databases whose names begin with its own."""
    found = database.run("SELECT datname FROM pg_database")
    return [name for (name,) in found if name.startswith(f"{database.name}_")]


@pytest.fixture
def songs(database) -> Iterator[Database]:
    """A database with some songs; what recoveries keep beside it is dropped in the end."""
    database.run(SCHEMA + ROWS)
    yield database
    with database.server.connect() as connection:
        for name in kept_beside(database):
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_a_backup_is_restored_and_compared(songs, postgres18, tmp_path, capfd):
    source, dialogue = DatabaseOptions(songs.url), Unattended(answer=True)

    taken = take_backup(BackupOptions(source, folder=tmp_path / "b"), dialogue)
    with fresh_database(postgres18) as empty:
        options = RestoreOptions(str(taken.folder), DatabaseOptions(empty.url))
        restored = restore_backup(options, dialogue)
        same = verify(VerifyOptions(str(taken.folder), DatabaseOptions(empty.url)), dialogue)
        empty.run("DELETE FROM songs WHERE id = 1")
        other = verify(VerifyOptions(str(taken.folder), DatabaseOptions(empty.url)), dialogue)

    assert (restored.database, restored.compared.failed) == (empty.name, ())
    assert not same.failed
    assert other.failed
    assert dialogue.questions == ["Go on?"]
    assert capfd.readouterr() == ("", "")


def test_a_restore_refuses_before_it_asks(songs, postgres18, tmp_path):
    dialogue = Unattended(answer=True)
    taken = take_backup(BackupOptions(DatabaseOptions(songs.url), folder=tmp_path / "b"), dialogue)
    onto_itself = RestoreOptions(str(taken.folder), DatabaseOptions(songs.url))
    onto_a_name = RestoreOptions(str(taken.folder), DatabaseOptions(songs.url), songs.name)

    for options in (onto_itself, onto_a_name):
        with pytest.raises(AnalyzerError):
            restore_backup(options, dialogue)
    (taken.folder / taken.manifest.files[0].path).write_bytes(b"x")
    with pytest.raises(AnalyzerError), fresh_database(postgres18) as empty:
        restore_backup(RestoreOptions(str(taken.folder), DatabaseOptions(empty.url)), dialogue)

    assert not dialogue.questions


def full(database: Database, folder: Path, migrate: str, **more) -> FullRecoveryOptions:
    commands = UserCommands(migrate=migrate)
    return FullRecoveryOptions(
        RecoveryOptions(DatabaseOptions(database.url), commands, folder=folder, **more)
    )


def test_a_recovery_that_nobody_wants_changes_nothing(songs, tmp_path, capfd):
    dialogue = Unattended(answer=False)

    ended = recover.recover_all(full(songs, tmp_path / "r", "true"), dialogue)

    assert isinstance(ended, DeclinedRecovery)
    assert not (tmp_path / "r").exists()
    assert not kept_beside(songs)
    assert any(isinstance(message, RecoverySteps) for message in dialogue.messages)
    assert all(render_message(message, 80) for message in dialogue.messages)
    assert capfd.readouterr() == ("", "")


def test_a_runbook_is_written_and_nothing_asked(songs, tmp_path):
    dialogue = Unattended(answer=False)

    ended = recover.recover_all(
        full(songs, tmp_path / "r", "true", runbook=tmp_path / "book"), dialogue
    )

    assert isinstance(ended, RunbookWritten)
    assert [path.name for path in ended.files] == ["runbook.sh", "runbook.md"]
    assert not dialogue.questions


def test_a_recovery_that_fails_says_how_to_go_on_and_is_taken_back(songs, tmp_path, capfd):
    dialogue = Unattended(answer=True)
    folder = tmp_path / "r"

    with pytest.raises(AnalyzerError):
        recover.recover_all(full(songs, folder, "exit 7"), dialogue)
    back = recover.take_back(RecoveryOptions(DatabaseOptions(songs.url), folder=folder), dialogue)

    assert RecoveryUnfinished(folder) in dialogue.messages
    assert back.status == 0
    assert songs.run("SELECT count(*) FROM songs") == [(50,)]
    assert capfd.readouterr() == ("", "")


def test_a_finished_recovery_is_a_value(songs, tmp_path, capfd):
    (tmp_path / "schema.sql").write_text(SCHEMA)
    dialogue = Unattended(answer=True)
    psql = songs.server.bin / "psql"
    migrate = f'{psql} -qX -v ON_ERROR_STOP=1 "$DATABASE_URL" -f {tmp_path / "schema.sql"}'

    ended = recover.recover_all(full(songs, tmp_path / "r", migrate), dialogue)

    assert isinstance(ended, RecoveryRunEnded)
    assert (ended.status, ended.finished, ended.misfits) == (0, True, ())
    assert ended.compared is not None
    assert songs.run("SELECT count(*) FROM songs") == [(50,)]
    assert capfd.readouterr() == ("", "")
