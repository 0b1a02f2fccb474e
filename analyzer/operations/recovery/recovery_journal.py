"""A recovery's folder: its plan, and a journal of what was begun and what was done.

Every line of the journal is on the disk before the work goes on, so that after whatever
interruption the next command knows how far it came. A line that was cut off counts for nothing:
what it would have told is found out from the databases themselves.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer import limits
from analyzer.engines.registry import usual_engine
from analyzer.errors import UsageError
from analyzer.model.recovery.recovery import Counted, FullPlan, Plan, TablesPlan, without_secrets
from analyzer.model.recovery.recovery_steps import StepKind
from analyzer.operations.recovery.trusted_plans import remember
from analyzer.operations.repair.journal_lines import append_line
from analyzer.sources.files.bounded import parse_json, read_file
from analyzer.sources.files.document import from_document, to_document
from analyzer.sources.files.private_files import keep_from_git, open_private, write_private

SUFFIX = ".recovery"
PLAN = "plan.json"
_JOURNAL = "journal.jsonl"
_KINDS: Mapping[str, type[Plan]] = {"full": FullPlan, "tables": TablesPlan}
_FORMAT = 1
_ID = re.compile(r"\d{10}[0-9a-f]{4}")


class Journal:
    """The records of one recovery, oldest first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / _JOURNAL
        self.records = list(_read(self._path))

    def note(self, event: str, **facts: object) -> None:
        """Write a line, and wait until the disk holds it."""
        record = {"event": event, "at": datetime.now(UTC).isoformat(), **facts}
        append_line(self._path, record)
        self.records.append(record)

    def done(self, step: StepKind) -> bool:
        """Whether a step was ended."""
        return any(one["event"] == "end" and one["step"] == step for one in self.records)

    def fact(self, name: str) -> Any:  # noqa: ANN401  JSON of any shape
        """Tell what was last noted under a name; None where nothing was."""
        for record in reversed(self.records):
            if name in record:
                return record[name]
        return None

    def facts(self, name: str) -> list[Any]:
        """Tell all that was noted under a name, oldest first, each once."""
        return list(dict.fromkeys(record[name] for record in self.records if name in record))

    def note_loaded(self, tables: Mapping[str, Counted]) -> None:
        """Write down, by label, what was loaded and verified."""
        written = {label: (counted.rows, counted.checksum) for label, counted in tables.items()}
        self.note("loaded", tables=written)

    def loaded(self) -> dict[str, Counted]:
        """Tell rows and checksum of each table that was loaded and verified, by its label."""
        return {
            label: Counted(*counted)
            for record in self.records
            if record["event"] == "loaded"
            for label, counted in record["tables"].items()
        }

    @property
    def taken_back(self) -> bool:
        """Whether the recovery was taken back."""
        return any(record["event"] == "taken-back" for record in self.records)

    @property
    def dropped(self) -> bool:
        """Whether what was kept is dropped."""
        return any(record["event"] == "dropped" for record in self.records)

    @property
    def finished(self) -> bool:
        """Whether the last step was done."""
        return any(record["event"] == "finished" for record in self.records)


def new_recovery(folder: Path, plan: Plan) -> Journal:
    """Make the folder of a recovery.

    Raises:
        UsageError: the folder is there already, or cannot be made.
    """
    kind = "full" if isinstance(plan, FullPlan) else "tables"
    try:
        folder.mkdir(parents=True, mode=0o700)
        keep_from_git(folder)
        text = to_document(without_secrets(plan), format=_FORMAT, kind=kind)
        beside = folder / f"{PLAN}.unfinished"
        write_private(beside, text)
        beside.rename(folder / PLAN)
        remember(folder / PLAN)
    except OSError as error:
        raise UsageError(
            f"cannot make the recovery's folder {folder}",
            why=os.strerror(error.errno or 0),
            fix="name another one: --folder PATH",
        ) from error
    journal = Journal(folder)
    journal.note("planned")
    return journal


def open_recovery(folder: Path) -> tuple[Plan, Journal]:
    """Read a recovery's plan and journal.

    Raises:
        UsageError: it is no such folder, or its plan cannot be read.
    """
    try:
        found = parse_json(read_file(folder / PLAN, limits.DOCUMENT_BYTES, UsageError))
        if found["format"] > _FORMAT:
            raise ValueError(f"a newer migdoctor wrote it, in format {found['format']}")  # noqa: TRY301  told below
        plan = from_document(_KINDS[found["kind"]], found)
        _demand_own_names(plan)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"{folder} is not a recovery folder",
            why=f"its {PLAN} cannot be read ({error})",
            fix="name the folder that migdoctor recover printed when it began",
        ) from None
    return plan, Journal(folder)


def _demand_own_names(plan: Plan) -> None:
    """A plan is data: the databases that it lets us drop are only those that planning names.

    Raises:
        ValueError: it names another.
    """
    named = (
        {"before": plan.aside, "making": plan.making}
        if isinstance(plan, FullPlan)
        else {"source": plan.side}
    )
    for purpose, name in named.items():
        if not _ID.fullmatch(plan.id) or name != usual_engine().databases.recovery_name(
            plan.database, purpose, plan.id
        ):
            raise ValueError(f"no recovery would call a database {name}")


def find_recovery(place: Path) -> Path:
    """Find the one unfinished recovery of a folder.

    Raises:
        UsageError: there is none, or more than one.
    """
    folders = sorted(path.parent for path in place.glob(f"*/{PLAN}"))
    journals = {folder: Journal(folder) for folder in folders}
    opened = [
        folder
        for folder, journal in journals.items()
        if not journal.finished and not journal.taken_back
    ]
    candidates = opened or folders[-1:]
    if len(candidates) == 1:
        return candidates[0]
    raise UsageError(
        "more than one recovery is unfinished here" if candidates else "no recovery is here",
        why=", ".join(map(str, candidates)) or f"no folder in {place.absolute()} holds a {PLAN}",
        fix="name its folder as the argument",
    )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second run from working on the same recovery.

    Raises:
        UsageError: one is at it.
    """
    with open_private(folder / "lock", append=True) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UsageError(
                f"another migdoctor is working on {folder}",
                why="it holds the folder's lock",
                fix="wait until it has ended",
            ) from None
        yield


def _read(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    for line in read_file(path, limits.JOURNAL_BYTES, UsageError).splitlines():
        try:
            record = parse_json(line)
        except ValueError:
            continue  # cut off in the middle
        if isinstance(record, dict) and "event" in record:
            yield record
