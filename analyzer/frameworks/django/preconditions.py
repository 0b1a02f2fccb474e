"""What ``migrate`` refuses, in its own words, and what it passes over.

Source: django 5.2, core/management/commands/migrate.py and db/migrations/loader.py.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.django.graph import Graph
from analyzer.frameworks.ports.preconditions import Conflict
from analyzer.frameworks.set_of_rows import RUNS_AGAIN
from analyzer.frameworks.usual_preconditions import UsualRefusals
from analyzer.model.core.migration import FileSet, MigrationFile
from analyzer.model.core.table_row import TableRow

if TYPE_CHECKING:
    from analyzer.model.effects.effect import Parsed
    from analyzer.model.findings.prediction import Failure, LeftOut, NextRun

_CONFLICT = (
    "Conflicting migrations detected; multiple leaf nodes in the migration graph: ({}).\n"
    "To fix them run 'python manage.py makemigrations --merge'"
)
_MERGE = "python manage.py makemigrations --merge"
_EARLY = "Migration {} is applied before its dependency {} on database 'default'."
_PARTIAL = (
    "Migration {origin} depends on nonexistent node ('{app}', '{name}'). Django tried to replace "
    "migration {app}.{name} with any of [{tries}] but wasn't able to because some of the replaced "
    "migrations are already applied."
)
_ROW_THERE = "its row {} is there already, so it is treated as done"
_IN_PART = "only some of what it stands for ran, and the rest has no file: {}"


class DjangoRefusals(UsualRefusals):
    """The port ``Preconditions`` of Django."""

    illegal_names = "a module in a folder of migrations has a class Migration"
    unreadable = "run python manage.py migrate --plan on a copy of this database"
    while_shared = "keeps one row for both"

    def __init__(self) -> None:
        super().__init__(
            "Django",
            "",
            "`migrate APP NAME` cannot name it, and `migrate APP --prune` would forget that it ran",
        )
        self.renamed = RUNS_AGAIN

    def shared(self, said: str) -> str:
        """What it does while files share a label and a name, as those of two packages may."""
        return f"keeps one row for all of them while {said}"

    def conflicts(self, files: Sequence[MigrationFile]) -> Iterator[Conflict]:
        """None: apps of one label are not installed together."""
        del files
        return iter(())

    def next_run(
        self, files: FileSet, rows: Sequence[TableRow], unran: Collection[str]
    ) -> "NextRun":
        """What has no row, by dependency; none where the graph or the rows make no sense."""
        from analyzer.model.findings.prediction import NextRun

        applied = {row.version for row in rows}
        graph = Graph((file.name for file in files.files), applied)
        graph.replace()
        told = any(file.name.parents is not None for file in files.files)
        refuses = _refusal(graph, applied) if told else None
        by_key: dict[str, MigrationFile] = {}
        for file in files.files:
            by_key.setdefault(file.version.text, file)
        sound = not graph.missing and not graph.cycle()
        order = graph.plan() if sound else iter(sorted(graph.files))
        starts = [by_key[it] for it in order if it not in graph.applied and it in by_key]
        left = _left_out(graph, files.files, unran)
        return NextRun(tuple(starts), tuple(left), refuses)

    def stop(
        self, file: MigrationFile, parsed: "Parsed", before: Sequence[MigrationFile]
    ) -> tuple[str, str, int] | None:
        """Nothing that can be told from the text stops the tool at one migration."""
        del file, parsed, before
        return None


def _left_out(
    graph: Graph, files: Sequence[MigrationFile], unran: Collection[str]
) -> Iterator["LeftOut"]:
    from analyzer.model.findings.prediction import LeftOut

    for file in files:
        lost = [it for it in file.name.replaces if it not in graph.applied | graph.files.keys()]
        if lost and file.version.text not in graph.parents:
            yield LeftOut(file, _IN_PART.format(", ".join(lost)))
        if file.path in unran and file.version.text in graph.applied and not file.name.replaces:
            yield LeftOut(file, _ROW_THERE.format(file.version.text))


def _refusal(graph: Graph, applied: Collection[str]) -> "Failure | None":
    """Why it does not start."""
    from analyzer.model.findings.prediction import Failure

    if graph.missing:
        return Failure(None, _missing(graph), "NodeNotFoundError")
    if cycle := graph.cycle():
        return Failure(None, ", ".join(cycle), "CircularDependencyError")
    for key in sorted(applied & graph.parents.keys()):
        for parent in sorted(graph.parents[key] - {*applied}):
            if not _is_recorded_soon(graph, parent, applied):
                return Failure(None, _EARLY.format(key, parent), "InconsistentMigrationHistory")
    if conflicts := graph.conflicts():
        told = "; ".join(f"{', '.join(names)} in {app}" for app, names in conflicts.items())
        return Failure(None, _CONFLICT.format(told), "CommandError", mends=_MERGE)
    return None


def _is_recorded_soon(graph: Graph, key: str, applied: Collection[str]) -> bool:
    """Whether a squash stands for nothing but what has rows."""
    return key in graph.squashes and all(it in applied for it in graph.squashes[key])


def _missing(graph: Graph) -> str:
    key, said = min(graph.missing.items())
    tries = [it for it, replaced in graph.squashes.items() if key in replaced]
    if tries and not any(it in graph.parents for it in tries):
        origin, (app, _, name) = said.split(" ")[1], key.partition(".")
        return _PARTIAL.format(origin=origin, app=app, name=name, tries=", ".join(tries))
    return said
