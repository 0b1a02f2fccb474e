"""Steps that change the repository, and so every environment: each is carried out on all of them.

A step of one environment is a command; what it does to files is read from its words again, so that
what is judged for the others is the very thing that is printed.
"""

import shlex
from collections.abc import Iterator, Sequence

from analyzer.analysis.advice.tried_in_memory import told_briefly
from analyzer.errors import RepositoryError
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.migration import MigrationFile, MigrationName
from analyzer.model.findings.next_steps import Action, NextStep
from analyzer.sources.git.tree import list_commit
from analyzer.workflow.forecast.fix_check import FixCheck, renamed
from analyzer.workflow.repair.repairs import advice_check_of
from analyzer.workflow.walk import Walk


def harm_on_any(step: NextStep, walks: Sequence[Walk]) -> str | None:
    """What a step would do to some environment; None where it harms none, or changes no file.

    Args: walks: those of all environments.
    """
    if step.command is None or not step.command.startswith("git "):
        return None
    for done in walks:
        if not reaches(done, step.command):
            continue  # another database's folder: its files are none of this one
        check = advice_check_of(done)
        action = action_of(step.command, check)
        if action is None:
            return "it is not known what it would do to the others"
        faults = check.judge(action).faults
        if faults:
            return f"on {done.report.environments[0].table.environment} {told_briefly(faults)}"
    return None


def reaches(done: Walk, command: str) -> bool:
    """Whether a command changes files of an environment's migrations."""
    return any(_is_in(done, word) for word in shlex.split(command))


def _is_in(done: Walk, path: str) -> bool:
    """Whether a path is in a folder of the environment's migrations."""
    folders = done.report.repository.files.directories
    return any(path.startswith(f"{it}/") for it in folders)


def action_of(command: str, check: FixCheck) -> Action | None:
    """What a command does to files; None where that cannot be told."""
    files = {file.path: file for file in check.inference.target.files.files}
    action = Action()
    for words in _commands(command):
        match words:
            case ["git", "mv", source, target] if source in files:
                moved = (source, renamed(check.framework, files[source], target))
                action = _with(action, Action(moved=(moved,)))
            case ["git", "rm", *paths]:
                action = _with(action, Action(removed=tuple(paths)))
            case ["git", "checkout", commit, "--", path]:
                found = _file_at(check, commit, path)
                if found is None:
                    return None
                action = _with(action, Action(restored=(found,)))
            case _:
                return None
    return action


def _commands(command: str) -> Iterator[list[str]]:
    words: list[str] = []
    for word in shlex.split(command):
        if word == "&&":
            yield words
            words = []
        else:
            words.append(word)
    yield words


def _with(one: Action, other: Action) -> Action:
    return Action(
        moved=(*one.moved, *other.moved),
        restored=(*one.restored, *other.restored),
        removed=(*one.removed, *other.removed),
    )


def _file_at(check: FixCheck, commit: str, path: str) -> MigrationFile | None:
    """A file as a commit has it; None where it cannot be read."""
    repository = check.inference.repository
    try:
        resolved = repository.resolve(commit)
        entries = list_commit(repository, resolved, [path.rpartition("/")[0]])
    except RepositoryError:
        return None
    entry = next((it for it in entries if it.path == path), None)
    name = name_at(check.framework.files, path)
    if entry is None or not isinstance(name, MigrationName):
        return None
    return MigrationFile(path, name, entry.blob)
