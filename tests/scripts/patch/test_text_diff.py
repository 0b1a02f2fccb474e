"""Texts before and after a change: a file that only moved is told as one that moved."""

from analyzer.scripts.patch.text_diff import render_text_changes

OLD, NEW, BESIDE = "db/1_a.rb", "db/2_a.rb", "db/schema.rb"


def test_a_file_that_moved_is_told_in_two_lines():
    told = render_text_changes({OLD: b"a\n", NEW: None}, {OLD: None, NEW: b"a\n"}, {NEW: OLD})

    assert told == f"rename from {OLD}\nrename to {NEW}\n"


def test_what_changed_with_the_name_follows_it():
    told = render_text_changes({OLD: b"a\n", NEW: None}, {OLD: None, NEW: b"b\n"}, {NEW: OLD})

    assert told.splitlines() == [
        f"rename from {OLD}",
        f"rename to {NEW}",
        f"--- a/{OLD}",
        f"+++ b/{NEW}",
        "@@ -1 +1 @@",
        "-a",
        "+b",
    ]


def test_a_copy_that_is_kept_and_a_file_that_was_there_are_no_renames():
    before = {OLD: b"a\n", NEW: b"n\n", f"{OLD}.kept": None}
    after = {OLD: None, NEW: b"a\n", f"{OLD}.kept": b"a\n"}

    told = render_text_changes(before, after, {NEW: OLD})

    assert "rename" not in told
    assert f"--- a/{OLD}\n+++ /dev/null" in told
