"""The matrix of a page: what became of each migration, by environment."""

from enum import StrEnum

from analyzer.records import Struct
from analyzer.report.page.view.level import Level

OTHER_ERROR = "other error"  # what a column is that no cell below it explains
OF_OTHER_ERROR = "none of these renames; the findings say what"


class Cell(StrEnum):
    """Under which version an environment recorded a pair."""

    OLD = "old"
    NEW = "new"
    BOTH = "both"
    NONE = "none"
    SWAP = "swap"  # two migrations exchanged versions, and both ran
    UNKNOWN = "?"


class ViewColumn(Struct, frozen=True):
    """Environments that stand alike: a column of the matrix, a rail of the timeline.

    ``members`` counts the schemas (databases) of a fleet's group, 0 where it is none. ``why`` says
    why it could not be read; ``otherwise`` whether what is broken there is none of these renames.
    """

    names: tuple[str, ...]
    level: Level
    read: bool = True
    members: int = 0
    why: str = ""
    rows: int = 0
    fine: int = 0
    otherwise: bool = False

    @property
    def label(self) -> str:
        """The name above it."""
        return self.names[0]

    @property
    def word(self) -> str:
        """How it stands, in a word."""
        if not self.read:
            return "not read"
        broken = OTHER_ERROR if self.otherwise else "BROKEN"
        return {Level.BROKEN: broken, Level.LOOK: "look"}.get(self.level, "fine")


class Pair(Struct, frozen=True):
    """A renamed migration; ``number`` is the same wherever it is shown, from one."""

    number: int
    name: str
    old_name: str
    old_version: str
    new_version: str
    old_path: str
    new_path: str
    cells: tuple[Cell, ...]
    similarity: int
    confidence: str
    shared: bool = False  # its old version is another file's today

    @property
    def surely(self) -> bool:
        """Whether it is asserted at all."""
        return self.confidence != "ambiguous"


class PairRun(Struct, frozen=True):
    """Pairs shown together: one, or neighbours that were renamed together and stand alike."""

    pairs: tuple[Pair, ...]

    @property
    def first(self) -> Pair:
        """The one that stands for all."""
        return self.pairs[0]

    @property
    def last(self) -> Pair:
        """The last of them."""
        return self.pairs[-1]

    @property
    def numbers(self) -> str:
        """The number, or the first and the last."""
        if self.first is self.last:
            return f"{self.first.number}"
        return f"{self.first.number}-{self.last.number}"


class Matrix(Struct, frozen=True):
    """Which environment recorded which pair, and under which version.

    ``others`` counts the migrations that did not diverge, in the files; ``left_out`` pairs are not
    shown, as there are too many.
    """

    columns: tuple[ViewColumn, ...]
    runs: tuple[PairRun, ...]
    others: int
    left_out: int = 0

    @property
    def other_error(self) -> str:
        """What the key says of a column that is broken by something else; mostly nothing."""
        there = any(column.word == OTHER_ERROR for column in self.columns)
        return f"{OTHER_ERROR}: {OF_OTHER_ERROR}" if there else ""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """All kinds that it shows, in the order of the key."""
        shown = {cell for run in self.runs for cell in run.first.cells}
        return tuple(cell for cell in Cell if cell in shown)
