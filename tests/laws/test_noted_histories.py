"""Once `record` ran before each accident, no diagnosis leaves anything open.

The same few examples each time; for more, and others each time:
MIGDOCTOR_LAW_EXAMPLES=2000 python -m pytest tests/laws/test_noted_histories.py
"""

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings, strategies

from analyzer.model.findings.diagnosis import RowAmbiguous, RowDeleted, RowMatched
from analyzer.model.findings.rename import Confidence, EvidenceKind
from analyzer.records import Struct
from analyzer.services.recording.options import RecordOptions
from analyzer.services.recording.record import record
from analyzer.workflow.reading.request import Request
from analyzer.workflow.walk import walk
from tests.support.histories.repositories import Repo, migration

_ASKED = os.environ.get("MIGDOCTOR_LAW_EXAMPLES")
law = settings(
    deadline=None,
    derandomize=_ASKED is None,
    max_examples=int(_ASKED or 25),
    suppress_health_check=[HealthCheck.too_slow],
)
_NOW = datetime(2040, 1, 1, tzinfo=UTC)
_THINGS = ("songs", "artists", "albums", "labels", "genres", "venues", "tours", "prices", "fans")
_WORK = (
    ("create_{0}", "create_table :{0} do |t|", "  t.string :title{1}", "  t.timestamps", "end"),
    ("add_rank{1}_to_{0}", "add_column :{0}, :rank{1}, :integer"),
    ("index_{0}_{1}", "add_index :{0}, :title{1}"),
    ("drop_rank{1}_from_{0}", "remove_column :{0}, :rank{1}, :integer"),
)


class Planted(Struct):
    """A migration, whatever it is called by now."""

    identity: int
    number: int
    slug: str
    body: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.number}_{self.slug}.rb"

    @property
    def text(self) -> str:
        return migration("".join(part.capitalize() for part in self.slug.split("_")), *self.body)


class World:
    """A repository, the rows of its database and a file of notes."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.repo, self.random = Repo.make(folder / "app"), random
        self.rows, self.notes = folder / "rows", folder / "notes.jsonl"
        self.files: list[Planted] = []
        self.ran: dict[int, int] = {}  # version to identity
        self.made = 0
        self.clock = 20250101000000

    def next_number(self) -> int:
        self.clock += self.random.choice((1, 100, 1000000))
        return self.clock

    def add(self) -> None:
        work = self.random.choice(_WORK)
        # never the name of an earlier one: a new text under a known path is an edit
        thing = _THINGS[self.made % len(_THINGS)] + "_too" * (self.made // len(_THINGS))
        parts = [part.format(thing, self.made) for part in work]
        self.files.append(Planted(self.made, self.next_number(), parts[0], tuple(parts[1:])))
        self.made += 1

    def commit(self) -> None:
        for old in (self.repo.path / "db/migrate").glob("*.rb"):
            old.unlink()
        for file in self.files:
            self.repo.write(file.name, file.text)
        self.repo.commit()

    def deploy(self) -> None:
        """Commit, migrate, and note it."""
        self.commit()
        self.ran.update({it.number: it.identity for it in self.files if it.number not in self.ran})
        self.rows.write_text("".join(f"{number}\n" for number in sorted(self.ran)))
        record(self.request, RecordOptions(to=str(self.notes)), {})

    @property
    def request(self) -> Request:
        return Request(now=_NOW, repo=str(self.repo.path), rows=str(self.rows), cache=False)


def renumber(world: World) -> None:
    world.random.choice(world.files).number = world.next_number()


def renumber_and_edit(world: World) -> None:
    file = world.random.choice(world.files)
    file.number = world.next_number()
    edit_one(file, world)


def edit(world: World) -> None:
    edit_one(world.random.choice(world.files), world)


def edit_one(file: Planted, world: World) -> None:
    added = f"add_column :extras, :more{world.next_number()}, :string"
    file.body = (*file.body, added)


def swap(world: World) -> None:
    one, other = world.random.sample(world.files, 2)
    one.number, other.number = other.number, one.number


def reuse(world: World) -> None:
    """A migration goes, and a new one takes its number."""
    at = world.random.randrange(len(world.files))
    gone = world.files.pop(at)
    world.add()
    world.files[-1].number = gone.number


def push_on(world: World) -> None:
    """One takes another's number, which goes on to a new one."""
    one, other = world.random.sample(world.files, 2)
    one.number, other.number = other.number, world.next_number()


ACCIDENTS = (renumber, renumber_and_edit, edit, swap, reuse, push_on)


@law
@given(
    seed=strategies.integers(0, 2**32),
    accidents=strategies.lists(strategies.sampled_from(ACCIDENTS), min_size=1, max_size=4),
)
def test_nothing_is_left_open_once_all_was_noted(seed, accidents):
    with tempfile.TemporaryDirectory(prefix="migdoctor-law-") as folder:
        world = World(Path(folder), Random(seed))
        world.rows.write_text(" version \n---------\n(0 rows)\n")
        world.add()
        world.commit()
        record(world.request, RecordOptions(to=str(world.notes)), {})
        for _ in range(world.random.randint(1, 3)):
            for _ in range(world.random.randint(1, 3)):
                world.add()
            world.deploy()
        for accident in accidents:
            accident(world)
            world.commit()

        done = walk(Request(**{**vars_of(world.request), "notes": str(world.notes)}))

        diagnosis = done.report.environments[0].diagnosis
        today = {it.name: it.identity for it in world.files}
        assert [it for it in diagnosis.rows if isinstance(it, RowAmbiguous)] == []
        for verdict in diagnosis.rows:
            identity = world.ran[int(verdict.row.version.text)]
            rename = getattr(verdict, "rename", None)
            if isinstance(verdict, RowMatched):
                assert today[verdict.file.basename] == identity
            elif rename is None or isinstance(verdict, RowDeleted):
                assert identity not in today.values()
            else:
                assert today[rename.new.basename] == identity
                assert rename.confidence is Confidence.CERTAIN
                assert EvidenceKind.NOTE in {it.kind for it in rename.evidence}


def vars_of(request: Request) -> dict:
    return {name: getattr(request, name) for name in request.__struct_fields__}
