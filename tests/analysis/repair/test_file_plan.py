"""Renaming back: what gets which name, and what is refused."""

import hashlib

import pytest
from hypothesis import given

from analyzer.analysis.repair.file_plan import plan_rename_back
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.model.core.migration import FileSet, IgnoredFile, WhyIgnored
from analyzer.model.findings.diagnosis import Diagnosis, RowReused
from analyzer.model.findings.rename import Confidence
from analyzer.model.plans.plan import FilePlan, MoveFile, Refusal, ReplaceLine
from tests.support.commands.plans import (
    FOLDER,
    World,
    carried_out,
    file,
    incident,
    moves_by_name,
    rename,
    row,
    shifted,
    worlds,
)


def plan(world, contents=None):
    return plan_rename_back(world.diagnosis, world.files, contents or {}, RAILS)


def content_plan(old_name, new_name, old, new):
    """Plan for one renamed file with these contents."""
    before, after = file(old_name, blob="a" * 40), file(new_name, blob="b" * 40)
    world = World((before.version.text,), (before,), (after,), (rename(before, after),))
    planned = plan(world, {"a" * 40: old, "b" * 40: new})
    assert isinstance(planned, FilePlan)
    return planned


def test_the_incident_gives_the_seven_pairs_of_the_recovery_guide():
    planned = plan(incident())

    assert list(moves_by_name(planned).items()) == [
        (
            "20250823000001_create_sync_status_tracking.rb",
            "20250121000001_create_sync_status_tracking.rb",
        ),
        ("20250823000002_create_system_settings.rb", "20250715180254_create_system_settings.rb"),
        (
            "20250823000003_add_archive_sync_settings.rb",
            "20250719192041_add_archive_sync_settings.rb",
        ),
        ("20250823000004_create_sync_changes.rb", "20250719202752_create_sync_changes.rb"),
        ("20250823000005_create_slave_keys.rb", "20250719202803_create_slave_keys.rb"),
        ("20250823000006_create_jukebox_keys.rb", "20250719202812_create_jukebox_keys.rb"),
        ("20250823000007_create_conflict_logs.rb", "20250719205308_create_conflict_logs.rb"),
    ]
    assert planned.steps == planned.moves


def test_a_version_that_belongs_to_another_file_is_explained():
    note = plan(incident()).notes[0]

    assert "20250121000000 belongs to 20250121000000_enable_pgcrypto.rb" in note
    assert "gets 20250121000001" in note


def test_a_file_keeps_its_folder():
    old, new = file("1_create_a.rb"), file("2_create_a.rb", folder="db/post_migrate/old")

    planned = plan(World(("1",), (old,), (new,), (rename(old, new),)))

    assert planned.moves == (
        MoveFile("db/post_migrate/old/2_create_a.rb", "db/post_migrate/old/1_create_a.rb"),
    )


def test_the_old_slug_and_scope_come_back_with_the_version():
    planned = plan(shifted(("1_create_a.blog.rb", "2_add_a.rb")))

    assert moves_by_name(planned) == {"2_add_a.rb": "1_create_a.blog.rb"}


def test_a_shift_by_a_new_file_is_taken_back_and_the_new_file_goes_to_the_end():
    world = shifted(
        ("011_create_a.rb", "012_create_a.rb"),
        ("012_create_b.rb", "013_create_b.rb"),
        ("013_create_c.rb", "014_create_c.rb"),
        others=["011_create_new.rb"],
    )

    planned = plan(world)

    assert moves_by_name(planned) == {
        "012_create_a.rb": "011_create_a.rb",
        "013_create_b.rb": "012_create_b.rb",
        "014_create_c.rb": "013_create_c.rb",
        "011_create_new.rb": "014_create_new.rb",
    }
    assert any("gives that up and gets 014" in note for note in planned.notes)


def test_swapped_versions_are_swapped_back():
    planned = plan(shifted(("1_create_a.rb", "2_create_a.rb"), ("2_create_b.rb", "1_create_b.rb")))

    assert moves_by_name(planned) == {
        "2_create_a.rb": "1_create_a.rb",
        "1_create_b.rb": "2_create_b.rb",
    }


def test_swapped_names_go_through_a_temporary_one_and_their_contents_are_remembered():
    one, two = file("1_create_a.rb", blob="one"), file("2_create_b.rb", blob="two")
    new_one, new_two = file("2_create_b.rb", blob="one"), file("1_create_a.rb", blob="two")
    first, second = rename(one, new_one), rename(two, new_two)
    rows = RowReused(row("1"), one, new_two, first), RowReused(row("2"), two, new_one, second)
    files = FileSet("working tree", None, (FOLDER,), (new_two, new_one))
    diagnosis = Diagnosis(rows, (), (first, second), (), (), ())

    planned = plan_rename_back(diagnosis, files, {}, RAILS)

    one_path, two_path = one.path, two.path
    assert planned.steps == (
        MoveFile(two_path, two_path + ".migdoctor"),
        MoveFile(one_path, two_path),
        MoveFile(two_path + ".migdoctor", one_path),
    )
    assert planned.before == ((two_path, "one"), (one_path, "two"))
    assert planned.after == ((one_path, "one"), (two_path, "two"))


def test_a_free_old_version_comes_back_to_a_file_that_never_ran():
    old, new = file("10_create_a.rb"), file("20_create_a.rb")

    planned = plan(World((), (), (new,), (rename(old, new),)))

    assert moves_by_name(planned) == {"20_create_a.rb": "10_create_a.rb"}
    assert "never ran here" in planned.notes[0]


def test_the_next_free_version_is_free_of_rows_too():
    world = World(
        ("10", "11"),
        (file("10_create_b.rb"), file("11_create_gone.rb")),
        (file("10_create_b.rb"), file("20_create_a.rb")),
        (rename(file("10_create_a.rb"), file("20_create_a.rb")),),
    )

    assert moves_by_name(plan(world)) == {"20_create_a.rb": "12_create_a.rb"}


def test_a_file_that_has_the_next_free_version_already_is_left_alone():
    taken = file("10_create_b.rb")
    pair = rename(file("10_create_a.rb"), file("11_create_a.rb"))
    world = World(("10",), (taken,), (taken, file("11_create_a.rb")), (pair,))

    assert plan(world) == FilePlan((), ())


def test_a_file_that_ran_under_its_new_name_keeps_it():
    old, new = file("10_create_a.rb"), file("20_create_a.rb")
    world = World(("20",), (new,), (new,), (rename(old, new),))

    planned = plan(world)

    assert planned.moves == ()
    assert planned.notes == ("20_create_a.rb ran under the name it has now, and keeps it",)


def recorded_twice():
    old, new = file("10_create_a.rb"), file("20_create_a.rb")
    return World(("10", "20"), (old, new), (new,), (rename(old, new),))


def test_alone_a_file_that_is_recorded_twice_only_gets_a_note():
    planned = plan(recorded_twice())

    assert planned.moves == ()
    assert "migdoctor rewrite" in planned.notes[0]


def test_beside_others_a_file_that_is_recorded_twice_is_refused():
    twice, other = recorded_twice(), shifted(("1_create_b.rb", "2_create_b.rb"))
    world = World(
        twice.rows + other.rows,
        twice.then + other.then,
        twice.now + other.now,
        twice.renames + other.renames,
    )

    refusal = plan(world)

    assert isinstance(refusal, Refusal)
    assert "20_create_a.rb (as 10 and 20)" in refusal.why
    assert refusal.settle == ("migdoctor rewrite",)


def test_an_ambiguous_pair_is_refused_with_the_options_that_settle_it():
    old = file("1_create_a.rb")
    pairs = tuple(
        rename(old, file(name), Confidence.AMBIGUOUS) for name in ("2_add_a.rb", "3_add_b.rb")
    )

    refusal = plan(World((), (), (), pairs))

    assert isinstance(refusal, Refusal)
    assert refusal.settle == ("--accept 1=2", "--accept 1=3")


def test_two_files_of_one_version_are_told_apart_by_path():
    new = file("2_add_a.rb")
    pairs = tuple(rename(file(name), new, Confidence.AMBIGUOUS) for name in ("1_a.rb", "1_b.rb"))

    refusal = plan(World((), (), (), pairs))

    assert refusal.settle == (
        "--accept db/migrate/1_a.rb=db/migrate/2_add_a.rb",
        "--accept db/migrate/1_b.rb=db/migrate/2_add_a.rb",
    )


def test_a_class_that_two_files_would_define_is_refused():
    world = shifted(("1_create_a.rb", "2_add_a.rb"), others=["5_create_a.rb"])

    refusal = plan(world)

    assert isinstance(refusal, Refusal)
    assert "CreateA" in refusal.why


def test_an_old_name_that_a_link_took_is_refused():
    world = shifted(("1_create_a.rb", "2_create_a.rb"))
    ignored = (IgnoredFile(f"{FOLDER}/1_create_a.rb", WhyIgnored.SYMLINK),)
    files = FileSet("working tree", None, (FOLDER,), world.now, ignored)

    refusal = plan_rename_back(world.diagnosis, files, {}, RAILS)

    assert isinstance(refusal, Refusal)
    assert "db/migrate/1_create_a.rb" in refusal.why


def test_nothing_renamed_is_an_empty_plan():
    kept = file("1_create_a.rb")

    assert plan(World(("1",), (kept,), (kept,))) == FilePlan((), ())


def test_a_file_that_a_deleted_migration_hides_gets_a_note():
    world = World(("1",), (file("1_create_a.rb"),), (file("1_create_b.rb"),))

    planned = plan(world)

    assert planned.moves == ()
    assert "1_create_b.rb never ran" in planned.notes[0]


# The class line


@pytest.mark.parametrize(
    ("new", "before", "after"),
    [
        pytest.param(
            b"class AddPages < ActiveRecord::Migration[8.0]\nend\n",
            "class AddPages < ActiveRecord::Migration[8.0]",
            "class AddHTMLToPages < ActiveRecord::Migration[8.0]",
            id="as the old content spells it",
        ),
        pytest.param(
            b"# AddPages\r\n  class ::AddPages<ActiveRecord::Migration[8.0]\r\nend",
            "  class ::AddPages<ActiveRecord::Migration[8.0]",
            "  class ::AddHTMLToPages<ActiveRecord::Migration[8.0]",
            id="indented, at the top, CR LF",
        ),
        pytest.param(
            b"\xef\xbb\xbfclass Blog::AddPages < Base # caf\xe9",
            "\ufeffclass Blog::AddPages < Base # caf\udce9",
            "\ufeffclass Blog::AddHTMLToPages < Base # caf\udce9",
            id="byte order mark, module, other encoding, no line end",
        ),
    ],
)
def test_the_old_class_comes_back_with_the_old_name(new, before, after):
    old = b"class AddHTMLToPages < ActiveRecord::Migration[8.0]\nend\n"

    planned = content_plan("1_add_html_to_pages.rb", "2_add_pages.rb", old, new)

    line = 2 if new.startswith(b"#") else 1
    assert planned.steps[-1] == ReplaceLine(
        "db/migrate/1_add_html_to_pages.rb", line, before, after
    )


def test_without_the_old_content_the_class_is_as_the_name_camelizes():
    planned = content_plan("1_create_a.rb", "2_add_a.rb", b"", b"class AddA < M\nend\n")

    assert planned.steps[-1].after == "class CreateA < M"


def test_a_class_that_never_changed_is_left_alone():
    planned = content_plan("1_create_a.rb", "2_add_a.rb", b"", b"class CreateA < M\nend\n")

    assert planned.steps == planned.moves
    assert not any("class" in note for note in planned.notes)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"AddA = Class.new(M)\n", id="defined another way"),
        pytest.param(b"class AddA < M\nend\nclass AddA < M\nend\n", id="defined twice"),
    ],
)
def test_a_class_line_that_is_not_found_gets_a_note(content):
    planned = content_plan("1_create_a.rb", "2_add_a.rb", b"", content)

    assert planned.steps == planned.moves
    assert any("must define CreateA, so change it by hand" in note for note in planned.notes)


def test_other_mentions_of_the_class_get_a_note():
    content = b"class AddA < M\n  class Row < Base; end\n  AddA::Row.all\nend\n"

    planned = content_plan("1_create_a.rb", "2_add_a.rb", b"", content)

    assert any("mentions AddA elsewhere too (line 3)" in note for note in planned.notes)


def test_the_contents_before_and_after_are_told_by_their_git_ids():
    planned = content_plan("1_create_a.rb", "2_add_a.rb", b"", b"class AddA < M\n")

    after = hashlib.sha1(b"blob 18\0class CreateA < M\n").hexdigest()
    assert planned.before == (("db/migrate/2_add_a.rb", "b" * 40),)
    assert planned.after == (("db/migrate/1_create_a.rb", after),)


# Laws


@given(worlds())
def test_afterwards_every_row_of_a_renamed_migration_has_its_file_again(world):
    planned = plan(world)
    tree = {one.path: one.blob.encode() for one in world.now}

    after = carried_out(tree, planned)

    by_number = {int(path.rpartition("/")[2].partition("_")[0]): path for path in after}
    assert len(by_number) == len(after) == len(tree)
    here = {one.blob.encode() for one in world.now}
    for one in world.then:
        if one.blob.encode() in here:
            assert after[by_number[one.version.key]] == one.blob.encode()


@given(worlds())
def test_afterwards_no_file_that_never_ran_hides_behind_the_row_of_one_that_is_here(world):
    after = carried_out({one.path: one.blob.encode() for one in world.now}, plan(world))

    here, ran = {one.blob for one in world.now}, {one.blob for one in world.then}
    held = {one.version.key for one in world.then if one.blob in here}
    for path, blob in after.items():
        if blob.decode() not in ran:
            assert int(path.rpartition("/")[2].partition("_")[0]) not in held


@given(worlds())
def test_the_inverse_takes_the_plan_back(world):
    tree = {one.path: one.blob.encode() for one in world.now}
    planned = plan(world)

    assert carried_out(carried_out(tree, planned), planned.inverse()) == tree


@given(worlds())
def test_the_order_of_the_files_does_not_matter(world):
    backwards = World(world.rows, world.then, world.now[::-1], world.renames[::-1])

    assert set(plan(backwards).moves) == set(plan(world).moves)
