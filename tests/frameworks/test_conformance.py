"""What every member of the registry must answer, each on examples of its own."""

from posixpath import normpath

import pytest

from analyzer.frameworks.base import Framework
from analyzer.frameworks.path_names import name_at
from analyzer.frameworks.registry import MEMBERS, framework
from analyzer.model.core.migration import FileSet, MigrationFile, MigrationName, WhyIgnored
from analyzer.model.core.table_row import key_columns
from analyzer.records import replace
from tests.frameworks.examples import EXAMPLES, Examples

ANY_TEXT = ("prisma", "supabase", "golang-migrate", "flyway", "drizzle")  # a name is enough there

BY_PARENTS = ("alembic", "django")


@pytest.fixture(params=MEMBERS)
def member(request) -> tuple[Framework, Examples]:
    return framework(request.param), EXAMPLES[request.param]


def named(member: Framework, path: str) -> MigrationName:
    name = name_at(member.files, path)
    assert isinstance(name, MigrationName)
    if member.keys is None or member.keys.journal is None:
        return name
    number = path.rpartition("/")[2].partition("_")[0]  # for the journal that there is not
    return replace(name, version=member.numbering.read(number))


def test_every_member_has_examples_and_its_own_name():
    assert set(EXAMPLES) == set(MEMBERS)
    assert [framework(name).name for name in MEMBERS] == list(MEMBERS)


def test_a_files_name_is_read_and_written_alike(member):
    own, example = member
    name = named(own, example.path)

    basename = own.files.basename(name.version.text, name.slug)
    assert MigrationFile(example.path, name, "blob").basename == basename
    assert named(own, own.files.example).slug == name.slug
    keyed_by_class = own.keys is not None
    assert own.files.class_name(name.slug) == name.class_name or keyed_by_class


def test_a_files_name_is_the_same_by_its_whole_path(member):
    own, example = member
    folder = own.files.home(example.path).folder
    inside = example.path.removeprefix(f"{folder}/")

    assert name_at(own.files, example.path) == own.files.parse_name(inside, folder)
    assert isinstance(name_at(own.files, f"app/{example.path}"), MigrationName)


def test_what_is_no_migration_is_none(member):
    own, _ = member

    for path in ("README.md", "create_songs", ".keep", ""):
        assert isinstance(own.files.parse_name(path), WhyIgnored)


def test_a_path_leads_to_its_application(member):
    own, example = member
    home = own.files.home(f"app/{example.path}")

    assert home is not None
    assert (home.root, home.folder) == ("app", example.folder)
    assert example.folder in own.files.folders("app")
    assert own.files.root(example.folder) == "app"
    assert own.files.folder_beside(normpath(f"app/{example.beside}")) == example.folder
    assert own.files.folder_beside(f"app/{own.files.usual}/x") is None
    assert own.files.home("lib/x") is None
    name = example.path.removeprefix(f"{own.files.home(example.path).folder}/")
    for folder in own.files.folders(""):  # one may end as another does
        home = own.files.home(f"{folder}/{name}")
        assert (home.root, own.files.root(folder)) == ("", "")

    assert own.files.home(example.path).folder == own.files.usual


def test_versions_are_read_compared_and_stored(member):
    own, example = member
    numbers = own.numbering
    versions = [numbers.read(text) for text in example.ordered]

    assert sorted(versions) == versions
    assert all(version.is_valid for version in versions)
    assert [numbers.read(numbers.bare(version)) for version in versions] == versions
    assert [numbers.typed(text) for text in example.ordered] == versions
    assert not numbers.read(example.no_version).is_valid
    assert numbers.typed(example.no_version) is None
    if example.same:
        one, other = map(numbers.read, example.same)
        assert one == other


def test_a_new_version_is_free_and_runs_last(member):
    own, example = member
    numbers = own.numbering
    there = [numbers.read(text) for text in example.stamps]
    taken = {version.key for version in there}
    now = "20250301120000"

    last = numbers.read(numbers.newest_of_all(there, taken, now))
    free = numbers.next_free(there[0], taken)
    issued = numbers.read(next(numbers.issue(there, taken, now)))
    after = numbers.step(there[1], 1)

    assert all(version not in there for version in (last, free, issued))
    assert last > max(there)
    assert issued > max(there)
    assert after is not None
    assert after > there[1]
    assert numbers.step(after, -1) == there[1]


def test_the_table_is_told_from_those_of_other_tools(member):
    own, example = member

    assert own.store.keeper(example.columns) is None
    for column in example.others:
        assert own.store.keeper((*example.columns, column)) is not None
    assert {*key_columns(own.store.version_column)} <= {*example.columns}
    assert own.store.table in own.store.bookkeeping


def test_a_file_gets_the_row_that_reads_as_its_version(member):
    own, example = member
    file = MigrationFile(example.path, named(own, example.path), "blob")

    row = own.store.row_of(file)

    assert own.numbering.read(row.version) == file.version


def test_a_text_is_read_for_what_it_does(member):
    own, example = member
    language = own.language

    assert language.is_migration(example.making)
    assert not language.is_migration(b"") or own.name in ANY_TEXT
    substance = language.read_substance(example.making)
    assert "table:songs" in substance.creates
    assert language.same_code(example.making, example.commented)
    assert not language.same_code(example.making, example.other)
    assert {"songs"} <= language.speaks_of(example.making)
    assert "songs" in language.read_words(example.making)
    assert "songs" in (language.may_create(example.making) or {"songs"})


@pytest.mark.parametrize("which", ["making", "broken", "empty"])
def test_any_text_can_be_read(member, which):
    own, example = member
    content = b"" if which == "empty" else getattr(example, which)
    language = own.language

    parsed = language.parse(content)
    language.read_substance(content)
    language.read_subject(content)
    language.may_create(content)
    language.statements_at(content, 1)
    list(own.files.defining_lines(content))

    assert parsed.effects or parsed.problems or which == "empty"


def test_commands_are_told_and_typed(member):
    own, _ = member

    assert own.commands.title
    for has_all in (True, False):
        typed = own.commands.typed(own.commands.migrate, lambda _name, it=has_all: it)
        assert typed.endswith(own.commands.migrate)
    assert own.commands.startable(lambda _name: True)


def test_a_schema_file_is_found_and_read_back(member):
    own, example = member
    port = own.schema_file
    if port is None:
        pytest.skip("it keeps none")
    version = own.numbering.read("20250101000000")

    assert f"app/{example.beside}" in port.beside(example.folder)
    assert example.beside in port.usual
    assert port.written(port.written_like("20250101000000", version)) == version
    assert port.versions(example.beside, "blob", b"") is None
    assert port.parse(example.beside, b"").effects == ()


def files_of(own: Framework, example: Examples) -> FileSet:
    """A file for each version of the example, all with its slug."""
    slug = named(own, example.path).slug
    folder = own.files.home(example.path).folder
    files = []
    for text in reversed(example.ordered):
        path = f"{folder}/{own.files.basename(text, slug + text)}"
        files.append(MigrationFile(path, named(own, path), text))
    return FileSet("HEAD", None, (folder,), tuple(files))


def test_the_next_run_starts_what_has_no_row_in_the_frameworks_order(member):
    own, example = member
    files = files_of(own, example)
    first, *rest = sorted(files.files, key=lambda file: file.version)

    run = own.preconditions.next_run(files, [own.store.row_of(first)], {it.path for it in rest})

    assert [file.version.text for file in run.starts] == list(example.ordered[1:])
    assert run.never_runs == ()
    assert run.refuses is None


def test_a_file_that_never_ran_and_whose_version_has_a_row_is_never_run_or_refused(member):
    own, example = member
    files = files_of(own, example)
    rows = [own.store.row_of(file) for file in files.files]
    unran = files.files[0]

    run = own.preconditions.next_run(files, rows, {unran.path})

    assert run.starts == ()
    assert run.refuses or [(it.file, bool(it.reason)) for it in run.never_runs] == [(unran, True)]


def test_an_empty_database_runs_all_and_leaves_nothing_out(member):
    own, example = member
    files = files_of(own, example)

    run = own.preconditions.next_run(files, (), {file.path for file in files.files})

    assert [file.version.text for file in run.starts] == list(example.ordered)
    assert (run.never_runs, run.refuses) == ((), None)


def test_a_late_file_runs_or_is_passed_over_or_refused_as_the_gate_says(member):
    own, example = member
    if own.name in BY_PARENTS:
        pytest.skip("what comes before it tells whether it is late")
    files = files_of(own, example)
    first, late, *rest = sorted(files.files, key=lambda file: file.version)
    ran = [own.store.row_of(file) for file in (first, *rest)]
    if own.store.heads:
        ran = ran[-1:]

    run = own.preconditions.next_run(files, ran, {late.path})

    skips, refuses = own.preconditions.skips_late, own.preconditions.refuses_late
    assert (bool(run.never_runs), run.refuses is not None) == (skips, refuses)
    assert refuses or [it.path for it in run.starts] == ([] if skips else [late.path])
