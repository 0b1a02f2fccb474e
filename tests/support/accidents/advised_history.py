"""Broken histories for the law of advice: the mishaps of all histories, squashes and lost branches.

What a squash leaves out, what lives on another branch, and rows that no file explains come on top
of what `broken_history` knows.
"""

import random
from collections.abc import Callable, Mapping

from analyzer.records import Struct, field
from tests.support.accidents.broken_history import KINDS, Case, Growing, Mishaps, Text


class History(Struct):
    """A broken history; ``side`` are migrations that only another branch holds."""

    case: Case
    side: list[tuple[int, Text]] = field(default_factory=list)

    def __str__(self) -> str:
        return str(self.case)


class MoreMishaps(Mishaps):
    """Mishaps whose obvious cure does harm."""

    def __init__(self, history: History, dice: random.Random, growing: Growing) -> None:
        super().__init__(history.case, dice, growing)
        self.history = history

    def _squash(self, version: int | None, option: str) -> None:
        """One file takes the place of all that made tables, columns and indexes."""
        shaping = ("create_", "add_", "index_")
        gone = [it for it in self.case.broken if it[1].slug.startswith(shaping)]
        rest = [it for it in self.case.broken if it not in gone]
        if len(gone) < 2:
            return
        lines = [line for table in self.case.columns for line in self._table(table, option)]
        place = {None: self._latest(), 0: gone[0][0], 1: gone[-1][0]}[version]
        self.case.broken[:] = sorted(
            [*rest, (place, Text("init_schema", lines))], key=lambda it: it[0]
        )

    def _table(self, table: str, option: str) -> list[str]:
        columns = self.case.columns[table].items()
        head = f"create_table :{table}{option} do |t|"
        return [head, *(f"  t.{kind} :{name}" for name, kind in columns), "end"]

    def squashed_onto_the_last(self) -> None:
        self._squash(1, "")

    def squashed_onto_the_last_by_force(self) -> None:
        self._squash(1, ", force: :cascade")

    def squashed_onto_the_first_by_force(self) -> None:
        self._squash(0, ", force: :cascade")

    def squashed_anew(self) -> None:
        self._squash(None, "")

    def squashed_anew_by_force(self) -> None:
        self._squash(None, ", force: :cascade")

    def dumped_below_all(self) -> None:
        """The schema as the first migration, beside those that make it."""
        lines = [
            line for table in self.case.columns for line in self._table(table, ", force: :cascade")
        ]
        self.case.broken.insert(0, (20240101000000, Text("init_schema", lines)))

    def left_on_a_branch(self) -> None:
        """What ran last came from a branch that was never merged."""
        place = len(self.case.broken) - 1
        if place:
            self.history.side.append(self.case.broken.pop(place))

    def foreign_row(self) -> None:
        version = self._latest()
        self.case.by_hand.append(f"INSERT INTO schema_migrations VALUES ('{version}')")

    def foreign_row_and_its_file(self) -> None:
        """A row that no file explains, and a pending file whose objects are all there."""
        self.foreign_row()
        self.case.by_hand.append(
            "CREATE TABLE IF NOT EXISTS made_elsewhere (id bigserial PRIMARY KEY)"
        )
        text = Text("create_made_elsewhere", ["create_table :made_elsewhere"])
        self.case.broken.append((self._latest(), text))

    def row_doubled(self) -> None:
        version = self.dice.choice(self.case.deployed)[0]
        insert = f"INSERT INTO schema_migrations VALUES ('0{version}') ON CONFLICT DO NOTHING"
        self.case.by_hand.append(insert)

    def new_and_harmless(self) -> None:
        table = self.dice.choice(list(self.case.columns))
        body = [f"add_column :{table}, :fresh_{len(self.case.broken)}, :string"]
        slug = f"add_fresh_{len(self.case.broken)}"
        self.case.broken.append((self._latest(), Text(slug, body)))


_MORE = {name: method for name, method in vars(MoreMishaps).items() if not name.startswith("_")}
MISHAPS: Mapping[str, Callable[[MoreMishaps], None]] = {**_MORE, **KINDS}


def advised_history(number: int, seed: int = 0) -> History:
    """The history of a number: the first ones have each mishap by itself, later ones combine."""
    dice = random.Random(f"law-{seed}-{number}")
    history = History(Case(number))
    case = history.case
    growing = Growing(case, dice)
    growing.create()
    growing.create()
    steps = [growing.create, growing.column, growing.index, growing.data, growing.view]
    for step in dice.choices([*steps, growing.enum], k=dice.randrange(2, 6)):
        if step != growing.create or growing.free:
            step()
    case.broken = list(case.deployed)
    case.filled = [table for table in case.columns if dice.random() < 0.8]
    mishaps = MoreMishaps(history, dice, growing)
    names = list(MISHAPS)
    alone = number < len(names)
    chosen = [names[number]] if alone else dice.choices(names, k=dice.randrange(1, 4))
    for name in [*chosen, *(["new_and_harmless"] if dice.random() < 0.4 else [])]:
        case.mishaps.append(name)
        MISHAPS[name](mishaps)
    return history
