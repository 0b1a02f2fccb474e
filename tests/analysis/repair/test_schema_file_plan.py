"""Schema files under the versions of after a repair: the lines that name them, and nothing else."""

import pytest

from analyzer.analysis.repair.schema_file_plan import bring_in_line
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.frameworks.rails.schema_file.schema_versions import read_schema_versions
from analyzer.model.core.blob import blob_id
from analyzer.model.plans.plan import FilePlan
from tests.support.databases.schema_files import NEWEST, WHOLE

KEPT = ("20250101000000", "20250301000000", "20250401000000")
OLD, NEW = "20250201000000", "20250823000004"
read = RAILS.schema_file.written
FORTH = {read(OLD): read(NEW)}
BACK = {read(NEW): read(OLD)}


def repaired(path: str, content: str, translation, stood_for=()) -> tuple[str, FilePlan]:
    """The text after the plan, by doing what its steps say; the plan checks its own outcome."""
    source = content.encode()
    file = read_schema_versions(path, blob_id(source), source, read)
    assert file is not None
    plan = bring_in_line([file], translation, stood_for, RAILS.schema_file)
    lines = content.split("\n")
    for step in plan.steps:
        old = lines[step.line - 1]
        assert old.removesuffix("\r") == step.before
        lines[step.line - 1] = step.after + old[len(step.before) :]
    text = "\n".join(lines)
    if plan.steps:
        assert plan.after == ((path, blob_id(text.encode())),)
    return text, plan


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("form", WHOLE)
def test_each_form_of_a_list_is_what_rails_would_write_after_the_repair(form, line_end):
    extension, write = WHOLE[form]
    path = f"db/{'schema' if extension == 'rb' else 'structure'}.{extension}"
    before = write([*KEPT, OLD]).replace("\n", line_end)
    after = write([*KEPT, NEW]).replace("\n", line_end)

    assert repaired(path, before, FORTH)[0] == after
    assert repaired(path, after, BACK)[0] == before


@pytest.mark.parametrize("form", WHOLE)
def test_a_version_that_is_listed_under_both_names_is_listed_once(form):
    extension, write = WHOLE[form]
    path = f"db/schema.{extension}"

    after, _ = repaired(path, write([*KEPT, OLD, NEW]), FORTH)

    wanted = write([*KEPT, NEW])
    assert [line for line in after.split("\n") if line] == [
        line for line in wanted.split("\n") if line
    ]
    versions = read_schema_versions(path, "", after.encode(), read).versions
    assert sorted(versions) == sorted(map(read, [*KEPT, NEW]))


@pytest.mark.parametrize("form", NEWEST)
def test_the_newest_version_keeps_the_form_it_has(form):
    write = NEWEST[form]

    assert repaired("db/schema.rb", write(OLD), FORTH)[0] == write(NEW)
    assert repaired("db/schema.rb", write(NEW), BACK, [read(NEW)])[0] == write(OLD)


@pytest.mark.parametrize(
    ("named", "translation", "stood_for", "expected"),
    [
        pytest.param(NEW, BACK, [*KEPT, NEW], KEPT[-1], id="the newest of what is left"),
        pytest.param(KEPT[-1], BACK, [*KEPT, NEW], KEPT[-1], id="not for what is newer than it"),
        pytest.param(KEPT[-1], FORTH, [*KEPT, OLD], NEW, id="for what was renamed beyond it"),
        pytest.param(KEPT[0], FORTH, [*KEPT, OLD], KEPT[0], id="not for what it did not have yet"),
        pytest.param(NEW, FORTH, [*KEPT, OLD], NEW, id="right already"),
        pytest.param(OLD, BACK, [*KEPT, NEW], OLD, id="never changed with the files"),
        pytest.param("20260101000000", BACK, KEPT, "20260101000000", id="a row without a file"),
        pytest.param(
            NEW, {read(NEW): read("7")}, [NEW], "7", id="a short number has no underscores"
        ),
    ],
)
def test_the_version_is_the_newest_of_what_the_file_stands_for(
    named, translation, stood_for, expected
):
    write = NEWEST["rails 7"] if len(expected) == 14 else NEWEST["rails 4"]

    after, _ = repaired(
        "db/schema.rb", NEWEST["rails 7"](named), translation, [read(text) for text in stood_for]
    )

    assert read_schema_versions("db/schema.rb", "", after.encode(), read).versions == (
        read(expected),
    )
    assert (
        after.splitlines()[0].split("version: ")[1]
        == write(expected).splitlines()[0].split("version: ")[1]
    )


def test_a_file_that_names_no_renamed_version_is_left_alone():
    for extension, write in WHOLE.values():
        _, plan = repaired(f"db/schema.{extension}", write(KEPT), FORTH)
        assert plan == FilePlan((), ())


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"__END__\n1\n", b"ActiveRecord::Schema.define do\nend\n"]
)
def test_what_names_no_version_is_no_schema_file(content):
    assert read_schema_versions("db/schema.rb", "", content, read) is None
    assert read_schema_versions("db/structure.sql", "", content, read) is None


def test_a_list_without_a_last_line_feed_keeps_it_so():
    _, write = WHOLE["after __END__"]

    after, _ = repaired("db/schema.rb", write([*KEPT, OLD]).rstrip("\n"), FORTH)

    assert after == write([*KEPT, NEW]).rstrip("\n")
