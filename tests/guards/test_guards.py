"""Every way out of the program passes its guard: processes, standard streams, files, questions.

Each table lists all places of its kind and what guards them. A new place fails here until somebody
has thought about it: what is secret in it, what is not seen of it, who may read it.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import analyzer
from tests.guards.package_code import kept, tree

PACKAGE = Path(analyzer.__file__).parent
SCRIPTS = ("scripts/", "engines/postgresql/scripts/", "engines/postgresql/notes/")
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "_fixtures" not in path.parts)

# who starts a process -> how its words are kept from others, and its output from the terminal
_PSQL_PIPES = "PsqlCall: secrets in the environment; pipes"
PROCESSES = {
    "operations/user_commands.py:run_command": "SHELL: through the environment; relayed",
    "services/repair/rehearsal/migrate_command.py:_started": "SHELL: by environment; to a file",
    "operations/demo/demonstration.py:Stage.run": "our own commands, each with its own guards",
    "operations/demo/demonstration.py:Stage.is_mended": "our own command; output captured",
    "operations/backup/disk_space.py:_free_through": "df; output captured",
    "engines/postgresql/scratch/scratch_postgres.py:_running": "a server of our own; pipes",
    "operations/repair/script_run.py:run_script": "a script of ours; into a file",
    "engines/shared/client_runs.py:Run._start": _PSQL_PIPES,
    "engines/shared/program_versions.py:_asked": "--version; output captured",
    "sources/files/bounded.py:run_bounded": "whoever calls it; output captured",
    "sources/git/git_command.py:run_git": "git; output captured",
    "sources/git/git_command.py:open_git": "git; pipes",
    "engines/shared/client_pipe.py:ClientPipe.__init__": "its pipes",
    "engines/sqlite/access/client_session.py:ClientSession._start": "its pipes",
    "engines/postgresql/access/psql_session.py:PsqlSession._start": _PSQL_PIPES,
}
# who touches a standard stream otherwise than to ask how wide it is
STREAMS = {
    "cli/terminal/console.py:insist": "for_people",
    "cli/terminal/console.py:deliver": "made_safe; code passes demand_seen",
    "cli/terminal/dialogue.py:TerminalDialogue.tell": "only whether it is a terminal",
    "cli/options/repair/hand_script.py:_file_behind_output": "only which file it is",
    "cli/terminal/next_step.py:only_previewed": "only whether it is a terminal",
    "cli/terminal/console.py:complain": "only whether it is a terminal",
    "cli/terminal/ending.py:refuse": "only whether it is a terminal",
    "cli/terminal/screen.py:shows_progress": "only whether it is a terminal",
    "cli/terminal/spinner.py:Spinner._write": "words and numbers of ours",
    "cli/terminal/question.py:can_ask": "only whether it is a terminal",
    "cli/terminal/question.py:told_in_lines": "only whether it is a terminal",
    "cli/terminal/incident_page.py:demand_place": "only whether it is a terminal",
    "cli/commands/repair/fleet_rewrite.py:_write": "only whether it is a terminal",
    "cli/main.py:_silence_stdout": "closes it",
    "cli/program_version.py:tell": "a number of ours, and the front page",
    "cli/terminal/progress.py:Watcher.__init__": "only whether it is a terminal",
    "cli/terminal/progress_bar.py:start_bar": "rich, whose texts passed visible",
}
# who asks or draws through a library
LIBRARIES = {
    "cli/terminal/question.py:ask": "for_people",
    "cli/terminal/progress_bar.py:start_bar": "texts passed visible; no markup",
}
# who writes a file, and what it is
FILES = {
    "cli/terminal/stream.py:write_file": "-o FILE of the user's, after made_safe",
    "cli/main.py:_silence_stdout": "nowhere",
    "services/repair/follow_up.py:_create": "--follow-up FILE of the user's, after demand_seen",
    "operations/demo/demonstration.py:Stage.run": "what our own command delivers, in a demo",
    "engines/sqlite/recovery/database_files.py:create_database": "mode 600, until it is whole",
    "operations/repair/journal_writing.py:_write_new": "mode 600, in a folder of 700",
    "operations/repair/journal_lines.py:append_line": "mode 600, in a folder of 700",
    "sources/files/private_files.py:open_private": "mode 600",
    "operations/repair/text_changes.py:_write": "a migration of the user's, as it was shown",
    "services/repair/rehearsal/working_copy.py:copy_repository": "a path, in a temporary folder",
    "operations/notes/note_file.py:_replace": "--to FILE of the user's: notes of ours, as JSON",
    "sources/files/below.py:_open": "reads only",
    "sources/files/below.py:read_below": "reads only",
    "sources/history/cache_folder.py:CacheFolder.write": "mode 600, in a folder of 700",
}
# who makes a folder
FOLDERS = {
    "operations/backup/backup_folder.py:unfinished_folder": "0o700",
    "operations/repair/journal_writing.py:_make_folder": "0o700",
    "sources/files/private_files.py:private_folder": "0o700",
    "operations/recovery/recovery_journal.py:new_recovery": "0o700",
    "operations/demo/scenario.py:build_repository": "a demo's",
    "cli/terminal/folder.py:deliver_into": "the user's own, of -o",
    "engines/postgresql/scratch/scratch_postgres.py:_home": "within a temporary folder",
    "engines/sqlite/recovery/scratch.py:scratch_server": "0o700",
    "services/repair/rehearsal/decoy.py:decoy_of": "0o700",
    "services/repair/rehearsal/working_copy.py:copy_repository": "within a temporary folder",
    "services/repair/rehearsal/working_copy.py:_copy": "within a temporary folder",
    "services/repair/rehearsal/working_copy.py:_copy_ignored": "within a temporary folder",
    "sources/history/cache_folder.py:CacheFolder.write": "0o700",
    "cli/terminal/script_folder.py:ScriptFolder.write": "the user's, as any -o",
    "sources/files/below.py:parent_of": "of the repository, for what is written below it",
}
_STARTS = {"run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput"}
_OS_STARTS = ("os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn", "pty.", "asyncio.")
_ASKING = {"echo", "secho", "prompt", "confirm", "echo_via_pager", "Console", "input", "getpass"}
_STANDARD = {"sys.stdout", "sys.stderr", "sys.__stdout__", "sys.__stderr__"}


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Every call of the package, and the place that makes it."""
    return tuple((place, node) for place, node in nodes() if isinstance(node, ast.Call))


@cache
def nodes() -> tuple[tuple[str, ast.AST], ...]:
    with kept():
        return tuple(found for path in MODULES for found in _below(path))


def _below(path: Path) -> Iterator[tuple[str, ast.AST]]:
    name = path.relative_to(PACKAGE).as_posix()

    left: list[tuple[ast.AST, tuple[str, ...]]] = [(tree(path), ())]
    while left:
        node, within = left.pop()
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            within = (*within, node.name)
        yield f"{name}:{'.'.join(within)}", node
        left += [(child, within) for child in ast.iter_child_nodes(node)]


@cache
def called(call: ast.Call) -> str:
    """What is called, as it is written."""
    names, it = [], call.func
    while isinstance(it, ast.Attribute):
        names.append(it.attr)
        it = it.value
    if isinstance(it, ast.Name):  # as most are; to write out a tree takes a hundred times as long
        return ".".join([it.id, *reversed(names)])
    return ast.unparse(call.func)


def starts(call: ast.Call) -> bool:
    name = called(call)
    module, _, last = name.rpartition(".")
    if name.startswith(_OS_STARTS):
        return True
    return (module == "subprocess" and last in _STARTS) or name in ("Popen", "run_bounded")


def keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {one.arg: one.value for one in call.keywords if one.arg}


def writes(call: ast.Call) -> bool:
    """Whether a call opens or makes a file for writing."""
    name = called(call)
    last = name.rpartition(".")[2]
    words = [ast.unparse(one) for one in call.args]
    if last in ("write_text", "write_bytes") or name in ("open", "io.open", "os.mknod"):
        return True
    if name == "os.open":
        return any("WRONLY" in one or "RDWR" in one or "FLAGS" in one.upper() for one in words)
    modes = [
        one
        for one in (*words[:2], *(ast.unparse(v) for v in keywords(call).values()))
        if one.strip("'\"") in MODES
    ]
    return last == "open" and bool(modes)


MODES = {f"{kind}{plus}{form}" for kind in "wax" for plus in ("", "+") for form in ("", "b", "t")}
MODES |= {"r+", "rb+", "r+b", "wb+", "ab+", "xb+"}


def test_every_process_is_known_and_guarded():
    found = {place for place, call in calls() if starts(call)}

    assert found == set(PROCESSES)


@pytest.mark.parametrize("place", PROCESSES)
def test_no_process_gets_our_terminal_or_a_shell_of_ours(place):
    for call in (call for there, call in calls() if there == place and starts(call)):
        demand_guarded(place, call)


def demand_guarded(place: str, call: ast.Call) -> None:
    given = keywords(call)

    assert "shell" not in given
    if called(call) == "run_bounded":  # which captures all that is said
        assert "environment" in given
        return
    assert "env" in given or place.endswith("disk_space.py:_free_through")
    assert given.keys() & {"stdin", "input"} or "capture_output" in given
    if not place.startswith("operations/demo/demonstration.py"):
        assert "capture_output" in given or {"stdout", "stderr"} <= given.keys()
    first = ast.unparse(call.args[0])
    assert not isinstance(call.args[0], ast.Constant | ast.JoinedStr)
    if PROCESSES[place].startswith("SHELL"):
        assert first == "SHELL"
        assert "command_environment" in ast.unparse(given["env"])
    if PROCESSES[place].startswith("PsqlCall"):
        assert "environment()" in ast.unparse(given["env"])


def test_nothing_prints_but_the_console():
    found = [place for place, call in calls() if called(call) in ("print", "pprint", "pp")]

    assert not found


def test_every_touch_of_a_standard_stream_is_known():
    asked = {
        id(argument) for _, call in calls() if called(call) == "screen" for argument in call.args
    }
    found = {
        place
        for place, node in nodes()
        if isinstance(node, ast.Attribute)
        and ast.unparse(node) in _STANDARD
        and id(node) not in asked
    }

    assert found == set(STREAMS)


def test_every_question_and_drawing_is_known():
    found = {place for place, call in calls() if called(call).rpartition(".")[2] in _ASKING}

    assert found == set(LIBRARIES)


def test_logging_and_warnings_are_not_used():
    names = {"logging", "warnings"}
    imports = [
        (place, node) for place, node in nodes() if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    found = [
        place
        for place, node in imports
        if names & {getattr(node, "module", None), *(one.name for one in node.names)}
    ]

    assert not found


def test_every_file_that_is_written_is_known():
    found = {place for place, call in calls() if writes(call)}

    assert found == set(FILES)


def test_streams_and_files_are_written_by_the_console_alone():
    users = {place for place, call in calls() if called(call) in ("write_stream", "write_file")}

    assert users == {"cli/terminal/console.py:insist", "cli/terminal/console.py:deliver"}


def test_every_folder_that_is_made_is_known():
    made = [
        (place, call)
        for place, call in calls()
        if called(call).rpartition(".")[2] in ("mkdir", "makedirs")
    ]

    assert {place for place, _ in made} == set(FOLDERS)
    for place, call in made:
        if FOLDERS[place] == "0o700":
            assert ast.unparse(keywords(call)["mode"]) == "448"


def test_every_artefact_says_what_it_is():
    """Data and code must not go out as text for people, which is redacted and escaped."""
    plain = {
        place
        for place, call in calls()
        if called(call) == "deliver" and len(call.args) < 3 and "kind" not in keywords(call)
    }

    assert plain == {
        "cli/commands/recovery/backup.py:_take",  # a folder's name
        "cli/commands/check.py:command",  # --explain
        "cli/terminal/checklist.py:show",  # text
        "cli/terminal/recovery_ending.py:_tell",  # the runbook's names
        "cli/dispatch.py:_run",  # help
        "cli/program_version.py:tell",
        "cli/commands/recovery/restore.py:command",  # a database's name
        "cli/commands/repair/rewrite_all.py:write_all",  # the paths of the scripts
    }


def test_scripts_write_sql_in_one_place_only():
    """Composed SQL is written where unseen characters become escapes."""
    found = {
        place
        for place, call in calls()
        if place.startswith(SCRIPTS) and called(call).endswith("as_string")
    }

    assert found == {
        "engines/postgresql/notes/note_script.py:_append",  # likewise
        "engines/postgresql/scripts/sql_audit.py:demand_own",  # in a literal, then written so
        "engines/postgresql/scripts/sql_frame.py:_finding",  # likewise
        "engines/postgresql/scripts/sql_words.py:_words",
    }


def test_scripts_quote_words_of_the_shell_in_one_place_only():
    found = {
        place.partition(":")[0]
        for place, call in calls()
        if place.startswith(SCRIPTS) and called(call) in ("shlex.quote", "shlex.join")
    }

    assert found == {"scripts/shell/shell_words.py"}


def test_json_is_written_in_ascii():
    found = [
        place
        for place, call in calls()
        if called(call) == "json.dumps"
        and place.split("/")[0] not in ("model", "analysis", "parsing")
        and not place.startswith(
            "frameworks/rails/language/"
        )  # a value's text, never printed as JSON
        and ast.unparse(keywords(call).get("ensure_ascii", ast.Constant(value=True))) != "True"
    ]

    assert found == ["frameworks/rails/writer/ruby_words.py:ruby_text"]
