"""The core works for a framework whose versions are no integers, and whose rows have names."""

import re
from collections import Counter
from pathlib import Path
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

import analyzer
from analyzer.analysis.diagnosis.diagnose import DiagnosisEvidence, diagnose
from analyzer.analysis.renames.pairing import Pairing, pair_files
from analyzer.analysis.renames.rename_hints import RenameHints
from analyzer.analysis.repair.file_plan import plan_rename_back
from analyzer.analysis.repair.row_plan import plan_rewrite, rows_after
from analyzer.frameworks.base import Framework
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName
from analyzer.model.core.origin import Origin
from analyzer.model.core.table_row import Columns, TableRow
from analyzer.model.core.version_table import AppliedRow, TableName, VersionTable
from analyzer.model.effects.content_features import ContentFeatures
from analyzer.model.findings.diagnosis import (
    Diagnosis,
    FileApplied,
    FilePending,
    FileRenamed,
    RowMatched,
    RowOrphaned,
    RowRenamed,
    SeenFile,
)
from analyzer.model.findings.rename import Decision
from analyzer.model.plans.plan import FilePlan, RowPlan, UpdateRow
from tests.support.frameworks.dotted_framework import dotted

DOTTED: Framework = dotted()
THEN = ("1.2__create_songs.sql", "1.9__create_albums.sql", "1.10__add_title.sql")
TODAY = ("1.2__create_songs.sql", "1.11__create_albums.sql", "2.0__add_title.sql", "2.1__new.sql")
ROWS = (("1.2", "create_songs"), ("1.9", "create_albums"), ("1.10", "add_title"))


def file(basename: str, blob: str | None = None) -> MigrationFile:
    name = DOTTED.files.parse_name(basename)
    assert isinstance(name, MigrationName)
    return MigrationFile(f"migrations/{basename}", name, blob or f"blob of {name.slug}")


def table(*rows: tuple[str, str]) -> VersionTable:
    """The rows of a database, each with its name."""
    applied = tuple(
        AppliedRow(
            DOTTED.numbering.read(version), Columns(("name",), [name]), Origin("default", "changes")
        )
        for version, name in rows
    )
    return VersionTable("default", "rows", "a list", TableName("changes"), applied)


def pairing(then: list[MigrationFile], today: list[MigrationFile], *said: Decision) -> Pairing:
    """The rename map, by what the files hold."""

    def about(blob: str) -> ContentFeatures:
        words = Counter({blob.rpartition(" ")[2]: 1})
        return ContentFeatures(blob, words, *[frozenset[str]()] * 3, blob.encode())

    leads = RenameHints({}, (), (), about, lambda blob: {blob})
    return pair_files(then, today, leads, said, numbering=DOTTED.numbering)


def diagnosed(
    rows=ROWS, then=THEN, today=TODAY, blobs=MappingProxyType({})
) -> tuple[Diagnosis, VersionTable, FileSet]:
    """A database that ran one set of files, and the other set today."""
    ran, now = [file(one) for one in then], [file(one, blobs.get(one)) for one in today]
    files = FileSet("HEAD", None, ("migrations",), tuple(now))
    seen = tuple(SeenFile(one, "c0ffee") for one in ran)
    evidence = DiagnosisEvidence(seen, pairing(ran, now), lambda _one, _other: False, None)
    found = diagnose(
        table(*rows),
        files,
        evidence,
        lambda _old, _new: False,
        framework=DOTTED,
        tomorrow="20250101000000",
    )
    return found, table(*rows), files


def test_versions_are_ordered_as_the_framework_says():
    versions = [DOTTED.numbering.read(text) for text in ("1.10", "2", "1.2", "1.9")]

    assert [str(version) for version in sorted(versions)] == ["1.2", "1.9", "1.10", "2"]
    assert DOTTED.numbering.read("1.02") == DOTTED.numbering.read("1.2")


def test_the_rename_map_pairs_by_content():
    found = pairing([file(one) for one in THEN], [file(one) for one in TODAY])

    assert {str(it.old.version): str(it.new.version) for it in found.renames} == {
        "1.9": "1.11",
        "1.10": "2.0",
    }


def test_an_answer_is_understood_as_the_framework_reads_it():
    """1.010 is 1.10 here: by number, not by letter."""
    said = Decision("1.010", "2.1", accept=True)

    found = pairing([file(THEN[2])], [file(TODAY[2]), file(TODAY[3])], said)

    assert [(str(it.old.version), str(it.new.version)) for it in found.renames] == [("1.10", "2.1")]


def test_every_row_and_file_gets_its_verdict():
    found, _, _ = diagnosed()

    assert [(type(it), str(it.row.version)) for it in found.rows] == [
        (RowMatched, "1.2"),
        (RowRenamed, "1.9"),
        (RowRenamed, "1.10"),
    ]
    assert {it.file.basename: type(it) for it in found.files} == {
        TODAY[0]: FileApplied,
        TODAY[1]: FileRenamed,
        TODAY[2]: FileRenamed,
        TODAY[3]: FilePending,
    }


def test_what_is_no_version_is_no_migrations_row():
    found, _, _ = diagnosed(rows=(*ROWS, ("latest", "what?")))

    assert [str(it.row.version) for it in found.rows if isinstance(it, RowOrphaned)] == ["latest"]


def test_the_next_run_takes_what_has_no_row_in_version_order():
    _, rows, files = diagnosed()

    run = DOTTED.preconditions.next_run(files, [row.whole for row in rows.rows], ())

    assert [one.basename for one in run.starts] == list(TODAY[1:])


def test_rows_are_rewritten_with_their_names_and_back():
    diagnosis, rows, files = diagnosed(
        today=(THEN[0], "1.10__create_records.sql", "1.11__add_title.sql"),
        blobs={"1.10__create_records.sql": "blob of create_albums"},
    )

    plan = plan_rewrite(diagnosis, rows, files, DOTTED)

    assert isinstance(plan, RowPlan)
    assert plan.steps == (
        UpdateRow(named("1.10", "add_title"), named("1.11", "add_title")),
        UpdateRow(named("1.9", "create_albums"), named("1.10", "create_records")),
    )
    assert plan.after == (
        '["1.10", "create_records"]',
        '["1.11", "add_title"]',
        '["1.2", "create_songs"]',
    )
    assert tuple(rows_after(plan.after, plan.inverse().steps)) == plan.before
    assert plan.inverse().inverse().steps == plan.steps


def named(version: str, name: str) -> TableRow:
    return TableRow(version, Columns(("name",), [name]))


def test_files_go_back_to_the_names_under_which_they_ran():
    diagnosis, _, files = diagnosed()

    plan = plan_rename_back(diagnosis, files, {}, DOTTED)

    assert isinstance(plan, FilePlan)
    moved = {move.source.rpartition("/")[2]: move.target.rpartition("/")[2] for move in plan.moves}
    assert moved == {TODAY[1]: THEN[1], TODAY[2]: THEN[2]}


def test_who_must_make_room_gets_the_next_version_that_is_free():
    diagnosis, _, files = diagnosed(
        today=(
            "1.2__create_songs.sql",
            "1.9__new.sql",
            "1.11__create_albums.sql",
            "1.10__add_title.sql",
        )
    )

    plan = plan_rename_back(diagnosis, files, {}, DOTTED)

    assert isinstance(plan, FilePlan)
    moved = {move.source.rpartition("/")[2]: move.target.rpartition("/")[2] for move in plan.moves}
    assert moved == {
        "1.11__create_albums.sql": "1.9__create_albums.sql",
        "1.9__new.sql": "1.11__new.sql",
    }


@given(st.lists(st.lists(st.integers(0, 30), min_size=1, max_size=3), min_size=2, max_size=8))
def test_the_order_is_that_of_the_parts(parts):
    versions = [DOTTED.numbering.read(".".join(map(str, one))) for one in parts]

    assert [version.key for version in sorted(versions)] == sorted(map(tuple, parts))


def test_the_core_counts_with_no_version():
    """No module of the core reads a version's key as a number, or names Rails' numbering."""
    package = Path(analyzer.__file__).parent
    core = [*(package / "analysis").rglob("*.py"), *(package / "model").rglob("*.py")]
    counted = re.compile(r"version\.number|\bint\((?:\w+\.)*version|\.key [-+] ")

    assert [path.name for path in core if counted.search(path.read_text("utf-8"))] == []
