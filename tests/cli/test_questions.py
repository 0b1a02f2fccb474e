"""Questions and sentences end where the screen does, whatever names they hold."""

import sys

import click
import pytest

from analyzer.cli.terminal import question
from analyzer.cli.terminal.dialogue import TerminalDialogue
from tests.services.repair.rows.test_rewrite_apply import place_in
from tests.support.commands.terminals import at_terminal

WIDTH = 80
LONG = "the_shop_of_a_company_with_a_long_name"
SERVER = "db-primary-0.eu-central-1.internal:5432"
COMMIT = "git commit -m 'Give the migration files their old names back' -- db/migrate/2025"
ASKED = (
    "Go on?",
    f"Change public.schema_migrations in database {LONG} at {SERVER}?",
    f"Take repair 20261128T150000-abcd back in public.schema_migrations in database {LONG}?",
    f"Is 20250101000000_{LONG}.rb the migration that ran as 20250201000000?",
    "Run `sudo systemctl stop shop-web shop-worker shop-cron shop-mailer.service` now?",
    f"Change 12 tenants of tenant_* in database {LONG} at {SERVER}, one after the other?",
    "Rename 1 migration file back in /home/deploy/apps/shop, and change 1 row in database shop?",
)
TOLD = (
    f"note: repair 20261128T150000-abcd was cut off: its rows are those of before, in {LONG}",
    f"Stopped here; nothing was changed. To go on, in this folder: migdoctor fix; see {LONG}",
)
KEPT = (
    f"  {COMMIT} and_what_is_indented_is_a_command",
    f"Script:   /home/somebody/.local/state/migdoctor/repairs/20261128T150000-abcd/{LONG}.sql",
)


@pytest.fixture(autouse=True)
def terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    monkeypatch.setattr(question, "can_ask", lambda: True)
    monkeypatch.setattr(question, "is_terminal", lambda _stream: True)


@pytest.mark.parametrize("asked", ASKED)
def test_a_question_leaves_room_for_its_answer(asked, monkeypatch):
    shown = []
    monkeypatch.setattr(
        click, "prompt", lambda text, **more: shown.append(text + more["prompt_suffix"]) or "y"
    )

    assert question.ask(asked)

    (text,) = shown
    assert max(map(len, text.split("\n"))) < WIDTH
    assert " ".join(text.split()) == f"{asked} [y/N]"


@pytest.mark.parametrize("told", TOLD)
def test_a_sentence_is_broken(told, capsys):
    TerminalDialogue().tell(told)

    shown = capsys.readouterr().err
    assert max(map(len, shown.split("\n"))) <= WIDTH
    assert " ".join(shown.split()) == told


@pytest.mark.parametrize("told", KEPT)
def test_a_command_and_a_path_are_not(told, capsys):
    TerminalDialogue().tell(told)

    assert capsys.readouterr().err == f"{told}\n"


def test_at_a_terminal_each_question_of_a_repair_fits(tmp_path, database):
    place = place_in(tmp_path, database, f'public."{LONG}_2"')
    line = f"{sys.executable} -m analyzer {{}} --database-url '{database.url}'"
    table = f" --version-table '{LONG}_2'"
    state = {"MIGDOCTOR_STATE_DIR": str(place.state)}

    for command in ("rewrite --apply", "rename-back --apply"):
        seen = at_terminal(
            place.repository, line.format(command) + table, lambda _number, _text: "n", **state
        )
        (asked,) = seen.questions
        shown = seen.screen.partition("[y/N]")[0].split("\n")
        first = next(place for place, it in enumerate(shown) if asked.startswith(it.strip()[:20]))
        assert seen.status == 1, seen.screen
        assert max(map(len, shown[first:])) <= WIDTH
