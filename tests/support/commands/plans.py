"""Worlds for the repairs: migrations by base name, rows by text, and the incident itself."""

from collections.abc import Iterable, Mapping, Sequence

from hypothesis import strategies as st

from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import NO_COLUMNS, TableRow
from analyzer.model.core.version_table import AppliedRow, TableName, VersionTable
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileApplied,
    FileBlocked,
    FilePending,
    FileRenamed,
    FileVerdict,
    RowDeleted,
    RowDoubled,
    RowMatched,
    RowOrphaned,
    RowRenamed,
    RowReused,
    RowVerdict,
    SeenFile,
)
from analyzer.model.findings.rename import Confidence, Rename
from analyzer.model.plans.plan import (
    DeleteRow,
    FilePlan,
    InsertRow,
    MoveFile,
    Provenance,
    RowPlan,
    UpdateRow,
)
from analyzer.records import Struct

FOLDER = "db/migrate"
PROVENANCE = Provenance(
    "migdoctor 0.1.0",
    "/srv/app",
    "HEAD",
    "4b6331414b5e07677bbd054def98fd0519f4b06e",
    "production",
    "archive_production public.schema_migrations",
    "32bc13d",
    "2025-08-24T09:00:00Z",
)
INCIDENT = (  # slug, version that ran, version today
    ("create_sync_status_tracking", "20250121000000", "20250823000001"),
    ("create_system_settings", "20250715180254", "20250823000002"),
    ("add_archive_sync_settings", "20250719192041", "20250823000003"),
    ("create_sync_changes", "20250719202752", "20250823000004"),
    ("create_slave_keys", "20250719202803", "20250823000005"),
    ("create_jukebox_keys", "20250719202812", "20250823000006"),
    ("create_conflict_logs", "20250719205308", "20250823000007"),
)


def file(basename: str, folder: str = FOLDER, blob: str | None = None) -> MigrationFile:
    """A migration; its content is told by its base name unless a blob is given."""
    name = RAILS.files.parse_name(basename)
    assert isinstance(name, MigrationName), basename
    return MigrationFile(f"{folder}/{basename}", name, blob or f"blob of {name.slug}")


def row(text: str) -> AppliedRow:
    """A row as stored."""
    return AppliedRow(RAILS.numbering.read(text), NO_COLUMNS, Origin("production", "test"))


def updating(old: str, new: str) -> UpdateRow:
    """A row that holds nothing but its version gets another one."""
    return UpdateRow(TableRow(old), TableRow(new))


def deleting(version: str) -> DeleteRow:
    """Such a row goes."""
    return DeleteRow(TableRow(version))


def inserting(version: str) -> InsertRow:
    """Such a row comes."""
    return InsertRow(TableRow(version))


def rename(
    old: MigrationFile, new: MigrationFile, confidence: Confidence = Confidence.CERTAIN
) -> Rename:
    """A pair without evidence."""
    return Rename(old, new, confidence, 100, ())


def table(rows: Iterable[str], name: TableName | None = None) -> VersionTable:
    """The rows of one environment."""
    return VersionTable(
        "production",
        "postgresql",
        "test",
        name or TableName("schema_migrations", "public"),
        tuple(row(text) for text in rows),
        "archive_production",
    )


class World(Struct, frozen=True):
    """What ran, what is there now, and which of the two are the same migration.

    ``then``: migrations that ran, by the text of their row. ``now``: the files today.
    ``renames``: pairs (old, new), of which the old need not have run.
    """

    rows: tuple[str, ...]
    then: tuple[MigrationFile, ...]
    now: tuple[MigrationFile, ...]
    renames: tuple[Rename, ...] = ()

    @property
    def table(self) -> VersionTable:
        return table(self.rows)

    @property
    def files(self) -> FileSet:
        return FileSet("working tree", None, (FOLDER,), self.now)

    @property
    def diagnosis(self) -> Diagnosis:
        """The verdicts, by a rule of this test's own: what ran is matched by base name."""
        verdicts = tuple(self._row_verdicts())
        return Diagnosis(verdicts, tuple(self._files(verdicts)), self.renames, (), (), ())

    def _row_verdicts(self) -> Iterable[RowVerdict]:
        ran = {one.version.key: one for one in self.then}
        now = {one.version.key: one for one in self.now}
        gone_to = {one.old.path: one for one in self.renames}
        first: dict[object, AppliedRow] = {}
        for text in self.rows:
            one = row(text)
            number = one.version.key
            if number in first:
                yield RowDoubled(one, first[number])
                continue
            first[number] = one
            holder, present = ran.get(number), now.get(number)
            pair = gone_to.get(holder.path) if holder else None
            if holder is None:
                yield RowMatched(one, present) if present else RowOrphaned(one)
            elif present and present.basename == holder.basename:
                yield RowMatched(one, present)
            elif present:
                yield RowReused(one, holder, present, pair)
            elif pair:
                yield RowRenamed(one, pair)
            else:
                yield RowDeleted(one, SeenFile(holder, "c0ffee"))

    def _files(self, rows: Sequence[RowVerdict]) -> Iterable[FileVerdict]:
        matched = {one.file.path: one.row for one in rows if isinstance(one, RowMatched)}
        held = {one.row.version.key: one for one in rows if isinstance(one, RowReused)}
        behind = {
            one.rename.new.path: one.row
            for one in rows
            if isinstance(one, RowRenamed | RowReused) and one.rename
        }
        renamed = {one.new.path: one for one in self.renames}
        for one in self.now:
            pair, own = renamed.get(one.path), matched.get(one.path)
            if pair and (one.path in behind or not own):
                yield FileRenamed(one, pair, behind.get(one.path), own)
            elif own:
                yield FileApplied(one, own)
            elif one.version.key in held:
                holder = held[one.version.key]
                yield FileBlocked(one, holder.row, holder.ran)
            else:
                yield FilePending(one)


def incident() -> World:
    """The recovery guide's case: seven files renamed, six of them had run."""
    kept = [
        file("20250701000000_create_songs.rb"),
        file("20250121000000_enable_pgcrypto.rb"),
    ]
    old = [file(f"{ran}_{slug}.rb", blob=f"old {slug}") for slug, ran, _ in INCIDENT]
    new = [file(f"{today}_{slug}.rb", blob=f"new {slug}") for slug, _, today in INCIDENT]
    ran = [one for one in old if "sync_status" not in one.path]
    return World(
        tuple(one.version.text for one in (*kept, *ran)),
        (*kept, *ran),
        tuple(sorted([*kept, *new], key=lambda one: one.version)),
        tuple(rename(*pair) for pair in zip(old, new, strict=True)),
    )


def shifted(*names: tuple[str, str], others: Sequence[str] = ()) -> World:
    """Files that ran under the first name and carry the second now, beside files that never ran."""
    old = tuple(file(one) for one, _ in names)
    new = tuple(file(two) for _, two in names)
    pairs = tuple(rename(*pair) for pair in zip(old, new, strict=True))
    rows = tuple(one.version.text for one in old)
    return World(rows, old, (*new, *map(file, others)), pairs)


def moves_by_name(plan: object) -> Mapping[str, str]:
    """Base names of a plan's moves, source to target."""
    assert isinstance(plan, FilePlan), plan
    return {move.source.rpartition("/")[2]: move.target.rpartition("/")[2] for move in plan.moves}


def carried_out(tree: Mapping[str, bytes], plan: FilePlan) -> dict[str, bytes]:
    """The tree (path to content) after a plan's steps, each of which must find a free target."""
    tree = dict(tree)
    for step in plan.steps:
        if isinstance(step, MoveFile):
            assert step.target not in tree, f"{step.target} is taken"
            tree[step.target] = tree.pop(step.source)
        else:
            lines = tree[step.path].split(b"\n")
            before, after = step.before.encode(), step.after.encode()
            assert lines[step.line - 1].removesuffix(b"\r") == before
            lines[step.line - 1] = lines[step.line - 1].replace(before, after)
            tree[step.path] = b"\n".join(lines)
    return tree


def rewritten(rows: Iterable[str], plan: RowPlan) -> list[str]:
    """The rows after a plan's steps, each of which must find its row, and free its new text."""
    rows = list(rows)
    for step in plan.steps:
        if isinstance(step, UpdateRow):
            rows.remove(step.before.version)
            assert step.after.version not in rows, f"{step.after} is taken"
            rows.append(step.after.version)
        elif isinstance(step, DeleteRow):
            rows.remove(step.row.version)
        else:
            rows.append(step.row.version)
    return sorted(rows)


@st.composite
def worlds(draw: st.DrawFn, *, hidden: bool = True) -> World:
    """Migrations that ran or did not, were renamed, shifted, swapped, deleted, and new ones.

    Versions are few, so that they meet; some are zero-padded, in the names or in the rows.
    """
    count = draw(st.integers(1, 7))
    numbers = st.lists(st.integers(1, 12), min_size=count, max_size=count, unique=True)
    olds, news = draw(numbers), draw(numbers)
    rows, then, now, pairs = [], [], [], []
    for index, (was, number) in enumerate(zip(olds, news, strict=True)):
        slug = f"create_{chr(ord('a') + index)}"
        is_new, stays = draw(st.booleans()), draw(st.booleans())
        ran = draw(st.booleans()) and not is_new
        old = file(f"{was:03}_{slug}.rb")
        new = file(f"{number:03}_{slug}.rb")
        if ran:
            rows.append(draw(st.sampled_from([f"{was:03}", str(was)])))
            then.append(old)
        if stays or is_new or not hidden:
            now.append(new)
            if not is_new and was != number:
                pairs.append(rename(old, new))
    return World(tuple(rows), tuple(then), tuple(now), tuple(pairs))
