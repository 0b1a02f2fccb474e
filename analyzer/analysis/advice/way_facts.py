"""What the path by one repair depends on."""

from analyzer.analysis.advice.deploy_step import A_COPY
from analyzer.analysis.advice.file_steps import Draft, Uncommitted
from analyzer.model.findings.next_steps import NextMigrate
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStep
from analyzer.records import Struct


class WayFacts(Struct, frozen=True):
    """What the path by one repair depends on.

    ``way`` is the repair, and ``asked`` the options that name its files, rows and database;
    ``again`` those of the diagnosis afterwards, and ``database`` of commands that know the
    database only. ``by_hand`` are the commands that carry it out where --apply does not, and
    ``with_rows`` those that then bring files in line. ``paths`` change in the repository;
    git does not know ``added`` yet then, and ``git`` is how it is called from here.
    """

    way: RepairKind
    asked: str = ""
    again: str = ""
    database: str = ""
    by_hand: tuple[str, ...] = ()
    with_rows: tuple[str, ...] = ()
    written: str = ""  # the options that write the script of whoever asked for it
    paths: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    unsaved: Uncommitted | None = None  # what is to be committed first
    draft: Draft | None = None
    merges: PathStep | None = None  # what the tool refuses, mended by its own command
    brought: PathStep | None = None  # in its place, where no draft can be written
    git: str = "git"
    can_rehearse: bool = True
    can_back_up: bool = True
    is_live: bool = True  # a database, and no list of its rows
    migrate: NextMigrate | None = None
    command: str = "migrate"
    trial: str = ""  # what runs the same on a copy; empty where none can be made
    listed: str = ""  # the file of rows that will be those of before
    waiting: "Waiting | None" = None
    combined: bool = False  # files change with the rows
    lost: PathStep | None = None  # the look at rows that may be gone, before all else
    rows: "AllRows | None" = None

    @property
    def frees(self) -> bool:
        """Whether files move besides the rows."""
        return self.combined and bool(self.added)

    @property
    def asks_rows(self) -> bool:
        """Whether only rows tell if the next migrate, or the follow-up, goes through."""
        open_ = self.migrate is not None and not self.migrate.safe and not self.migrate.certain
        may_fail = open_ and self.migrate is not None and A_COPY in self.migrate.settle
        return may_fail or (self.draft is not None and self.draft.rows_tell)


class AllRows(Struct, frozen=True):
    """What a copy with all rows takes: ``size`` in bytes, None where it is not known.

    ``runs_here``: the application has what the migrate command starts from.
    """

    size: int | None
    runs_here: bool


class Waiting(Struct, frozen=True):
    """Environments that the same deploy reaches: ``asked`` names all of them, the next one first.

    Rows of an environment are read only where it was named, so that it is not known how they are.
    """

    names: tuple[str, ...]
    asked: str
