"""Whoever asked for a script is told how to run that very one, and what belongs to it."""

import pytest

from tests.services.repair.rows.test_combined_repair import TAGS, TAGS_AFTER, combined_place_in
from tests.support.commands.migdoctor import migdoctor
from tests.support.commands.obeyed_paths import obey, printed_path
from tests.support.commands.terminals import at_terminal, shim
from tests.support.databases.live import Live
from tests.support.databases.schema_files import WHOLE

OLD, NEW = "20250101000000", "20250601000000"
TABLES = "CREATE TABLE IF NOT EXISTS songs (id bigserial PRIMARY KEY)"
EDITED = ("create_table :songs do |t|", "  t.integer :rating", "end")
DRAFT = "follow_up.rb"
WAYS = {
    "migdoctor rewrite -o fix.sql": 'psql -d "$DATABASE_URL" -v ON_ERROR_STOP=1 -f fix.sql',
    "migdoctor rewrite > fix.sql": 'psql -d "$DATABASE_URL" -v ON_ERROR_STOP=1 -f fix.sql',
    "migdoctor rename-back -o fix.sh": "sh fix.sh",
    "migdoctor rename-back --git > fix.sh": "sh fix.sh",
    "migdoctor rename-back --format patch -o fix.patch": "git apply fix.patch",
}


@pytest.fixture
def live(tmp_path, database):
    it = Live.make(tmp_path, database, TABLES)
    it.ran(OLD, "create_songs", "create_table :songs")
    extension, write = WHOLE["descending"]
    it.repo.write(f"structure.{extension}", write([OLD]), "db")
    it.repo.commit("what ran")
    it.repo.move(f"{OLD}_create_songs.rb", f"{NEW}_create_songs.rb")
    it.repo.commit("renamed")
    return it


@pytest.fixture
def variables(tmp_path, database):
    return {
        "PATH": f"{database.server.bin}:{shim(tmp_path / 'bin')}",
        "DATABASE_URL": database.url,
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("line", WAYS)
def test_the_script_is_run_and_all_is_well(live, variables, line, edited):
    if edited:
        live.file(NEW, "create_songs", *EDITED)
        live.repo.commit("edited")
    # the run on a development database would need a Rails application
    skip = ("migdoctor rehearse", "migdoctor backup", "env -u DATABASE_URL rake ")

    typed = obey(live.repo.path, line, list, skip=skip, **variables)

    lines = [it for it, _ in typed]
    story = "\n".join(f"$ {it}\n{seen.screen}" for it, seen in typed)
    assert WAYS[line] in lines, story
    assert not [it for it in lines if "--apply" in it], story
    assert [it for it, seen in typed[:-1] if seen.status] == [], story
    drafts = [number for number, it in enumerate(lines) if f"--follow-up {DRAFT}" in it]
    assert bool(drafts) is edited, story
    assert not edited or drafts[0] < lines.index(WAYS[line]), story
    assert typed[-1][0].startswith("migdoctor diagnose"), story
    assert typed[-1][1].status == 0, story
    assert not live.repo.git("status", "--porcelain", "-uno"), story


def test_the_program_that_reads_a_pipe_is_told_of_apply(live, variables):
    told = migdoctor(live.repo.path, "rewrite", **variables)

    assert "migdoctor rewrite --apply" in told.err


def test_both_halves_of_a_combined_repair_are_written_before_the_rows_change(
    tmp_path, database, variables
):
    place = combined_place_in(tmp_path, database)
    first = f"migdoctor rewrite --deployed {place.environment['DEPLOYED']} --combined -o fix.sql"
    skip = ("migdoctor rehearse", "migdoctor backup")

    told = at_terminal(place.repository, first, **variables)
    lines = [it for step in printed_path(told.screen) for it in step.lines]
    ran = {
        it: at_terminal(place.repository, it, **variables)
        for it in lines
        if not it.startswith((*skip, "migdoctor diagnose"))
    }

    story = "\n".join(f"$ {it}\n{seen.screen}" for it, seen in ran.items())
    back, made, changed, moved, *_ = ran
    assert back.startswith("migdoctor rewrite --combined --undo -o fix.undo.sql"), story
    assert made.startswith("migdoctor rewrite --combined --format sh -o fix.sh"), story
    assert changed == 'psql -d "$DATABASE_URL" -v ON_ERROR_STOP=1 -f fix.sql', story
    assert moved == "sh fix.sh", story
    assert "     sh fix.sh\n" in ran[changed].screen, story
    assert "Do not run" not in told.screen, story  # what stops it now is mended by then
    assert not any(it.startswith("git mv ") for it in lines), story
    after = migdoctor(place.repository, "diagnose", **variables)
    assert after.out.startswith("Nothing diverged"), story
    assert not any(seen.status for seen in ran.values()), story
    assert place.rows() == ["20250101000000", "20250105000000"], story
    assert (TAGS_AFTER in place.files(), TAGS in place.files()) == (True, False)
