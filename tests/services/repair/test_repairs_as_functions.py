"""Repairs without a command line: options in, questions answered, a value out, nothing printed."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from analyzer.errors import UsageError
from analyzer.model.core.messages import Notes
from analyzer.model.plans.outcome import Ending
from analyzer.model.plans.repair_journal import RepairState
from analyzer.model.plans.repair_result import DeclinedRepair, RepairResult
from analyzer.records import replace
from analyzer.report.messages import render_message
from analyzer.services.dialogue import Unattended
from analyzer.services.repair.files import rename_back
from analyzer.services.repair.options import RenameBackOptions, RewriteOptions, UndoOptions
from analyzer.services.repair.rows import rewrite
from analyzer.services.repair.undo import undo
from analyzer.services.repair.undo.which_repair import find_repair
from analyzer.workflow.reading.request import Request
from tests.services.repair.rows.test_combined_repair import combined_place_in
from tests.services.repair.rows.test_rewrite_apply import place_in
from tests.support.commands.repair_runs import Place
from tests.support.databases.servers import Database

APPLY = {
    "rename-back": lambda request, dialogue: rename_back.apply(
        request, RenameBackOptions(), dialogue
    ),
    "rewrite": lambda request, dialogue: rewrite.apply(request, RewriteOptions(), dialogue),
    "rewrite, combined": lambda request, dialogue: rewrite.apply(
        request, RewriteOptions(combined=True), dialogue
    ),
}


@pytest.fixture
def place(tmp_path, database, monkeypatch) -> Place:
    place = place_in(tmp_path, database)
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(place.state))
    return place


def request_of(place: Place) -> Request:
    return Request(
        now=datetime.now(UTC), repo=str(place.repository), database_url=place.database.url
    )


def undo_options(place: Place, **more) -> UndoOptions:
    return UndoOptions(str(place.repository), place.database.url, **more)


@pytest.mark.parametrize("apply", APPLY.values(), ids=APPLY)
def test_a_no_changes_nothing(apply, place, capfd):
    before = place.files(), place.rows()
    dialogue = Unattended(answer=False)

    ended = apply(request_of(place), dialogue)

    assert isinstance(ended, DeclinedRepair)
    assert ended.status == 1
    assert len(dialogue.questions) == 1
    assert (place.files(), place.rows()) == before
    assert place.states() == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("apply", APPLY.values(), ids=APPLY)
def test_a_repair_ends_in_a_value_and_is_taken_back(apply, place, capfd):
    before = place.files(), place.rows()
    dialogue = Unattended(answer=True)

    done = apply(request_of(place), dialogue)
    changed = place.files(), place.rows()
    back = undo.take_back(find_repair(None, undo_options(place)), undo_options(place), dialogue)

    assert isinstance(done, RepairResult)
    assert (done.status, done.outcome.ending, done.repair.state) == (
        0,
        Ending.DONE,
        RepairState.DONE,
    )
    assert done.checks
    assert changed != before
    assert (back.status, back.repair.state) == (0, RepairState.UNDONE)
    assert back.closing.startswith("Undone: the ")
    assert (place.files(), place.rows()) == before
    assert len(dialogue.questions) == 2
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("apply", APPLY.values(), ids=APPLY)
def test_all_that_is_told_can_be_put_into_words(apply, place):
    dialogue = Unattended(answer=True)
    apply(request_of(place), dialogue)
    undo.take_back(find_repair(None, undo_options(place)), undo_options(place), dialogue)

    told = [render_message(message, 80) for message in dialogue.messages]

    assert all(
        text or message == Notes(()) for text, message in zip(told, dialogue.messages, strict=True)
    )
    assert any("Way back: migdoctor undo" in text for text in told)


class Answer(Unattended):
    """Says yes, after something happened."""

    def __init__(self, first: Callable[[], object]) -> None:
        super().__init__(answer=True)
        self._first = first

    def ask(self, question: str) -> bool:
        """Let it happen, then agree."""
        self._first()
        return super().ask(question)


def held(database: Database, stack: ExitStack) -> None:
    """Hold the lock of the version table until the stack is closed."""
    connection = stack.enter_context(database.connect())
    connection.autocommit = False
    connection.execute("LOCK TABLE schema_migrations IN SHARE MODE")


def test_if_the_rows_stop_the_files_go_back(tmp_path, database, monkeypatch):
    """Somebody holds the table's lock when it is the rows' turn."""
    both = combined_place_in(tmp_path, database)
    monkeypatch.setenv("MIGDOCTOR_STATE_DIR", str(both.state))
    request = replace(request_of(both), deployed=both.environment["DEPLOYED"])
    before = both.files(), both.rows()
    with ExitStack() as stack:
        dialogue = Answer(lambda: held(both.database, stack))
        options = RewriteOptions(combined=True, lock_timeout="300ms")

        ended = rewrite.apply(request, options, dialogue)

    assert isinstance(ended, RepairResult)
    assert (ended.status, ended.outcome.ending) == (1, Ending.STOPPED)
    assert "The rows were not changed, so the files go back." in dialogue.messages
    assert (both.files(), both.rows()) == before
    assert both.states()[-1] == "failed"


@pytest.mark.parametrize("text", ["", "0", "5 days", "1s'; DROP TABLE songs; --"])
@pytest.mark.parametrize("options", [RewriteOptions, UndoOptions])
def test_no_options_hold_a_time_that_is_none(options, text):
    with pytest.raises(UsageError):
        options(lock_timeout=text)
