"""Which way of recovery suits a case, judged by the case alone."""

import pytest

from analyzer.analysis.advice.option_cost import minutes_for
from analyzer.analysis.advice.option_rating import advise
from analyzer.analysis.advice.repair_path import way_path
from analyzer.analysis.advice.way_facts import WayFacts
from analyzer.model.findings.advice import (
    Fitness,
    Rate,
    RecoveryOption,
    RepairSize,
    Situation,
    Volume,
)
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import commands_of
from analyzer.records import replace

RENAMED = Situation(
    environment="production",
    place="table schema_migrations of database app",
    versions=frozenset({1, 2}),
    renames=((2, 5),),
    reused=0,
    gone=0,
    open=0,
    edited=0,
    stops=None,
    losses=(),
    files=RepairSize(1),
    rows=RepairSize(1),
)
LARGE = Volume(size=2_000_000_000_000, rows=None, tables=40)
SLOW = Rate(40e6, 90e6)


def best(*situations: Situation, window: float | None = None) -> RecoveryOption | None:
    first = advise(situations, window)[0]
    return first.choice.way if first.choice else None


def fitness(situation: Situation, way: RecoveryOption, window: float | None = None) -> Fitness:
    (found,) = [one for one in advise([situation], window)[0].assessments if one.way is way]
    return found.fitness


def said(situation: Situation, *others: Situation) -> str:
    advice = advise([situation, *others])[0]
    return "\n".join(
        text for one in advice.assessments for text in (*one.because, *one.risks, *one.cannot_fix)
    )


def test_files_get_their_old_names_where_nobody_ran_the_new_ones():
    assert best(RENAMED) is RecoveryOption.RENAME_BACK


def test_rows_are_rewritten_where_another_environment_ran_the_new_names():
    staging = replace(RENAMED, environment="staging", versions=frozenset({1, 5}), renames=())

    assert best(RENAMED, staging) is RecoveryOption.REWRITE
    assert "staging ran the new names already" in said(RENAMED, staging)


def test_an_environment_with_both_names_forbids_nothing():
    both = replace(RENAMED, environment="staging", versions=frozenset({1, 2, 5}))

    assert best(RENAMED, both) is RecoveryOption.RENAME_BACK


def test_rows_are_rewritten_where_files_cannot_be_renamed():
    refused = replace(RENAMED, files=RepairSize(0, "two files would share a name"))

    assert best(refused) is RecoveryOption.REWRITE
    assert "two files would share a name" in said(refused)
    assert fitness(refused, RecoveryOption.RENAME_BACK) is Fitness.NOT_HERE


def test_all_is_rebuilt_where_neither_can_be_mended():
    stuck = replace(RENAMED, files=RepairSize(0, "no"), rows=RepairSize(0, "no"))

    assert best(stuck) is RecoveryOption.FULL


def test_table_by_table_is_for_what_is_too_much_for_one_window():
    stuck = replace(
        RENAMED, files=RepairSize(0, "no"), rows=RepairSize(0, "no"), volume=LARGE, rate=SLOW
    )

    assert best(stuck) is RecoveryOption.TABLES
    assert best(replace(stuck, volume=replace(LARGE, size=10**9)), window=90) is RecoveryOption.FULL
    assert (
        best(replace(stuck, volume=replace(LARGE, size=10**9)), window=1) is RecoveryOption.TABLES
    )


def test_nothing_is_advised_before_what_is_ambiguous_is_settled():
    (advice,) = advise([replace(RENAMED, open=1)])

    assert advice.choice is None
    assert advice.assessments == ()
    assert any("--accept" in line for line in advice.settle)


def test_nothing_is_advised_where_nothing_diverged():
    (advice,) = advise([replace(RENAMED, renames=())])

    assert (advice.assessments, advice.settle) == ((), ())


def test_edits_are_named_as_what_a_mending_in_place_leaves():
    assert "keeps a draft" in said(replace(RENAMED, edited=2))
    assert "keeps a draft" not in said(RENAMED)


def test_a_lost_file_is_not_promised_back_from_git():
    assert "has no file: its row does no harm" in said(replace(RENAMED, gone=1))
    assert "have no file: their rows do no harm" in said(replace(RENAMED, gone=2))


def test_rows_without_effect_are_named_as_what_a_mending_in_place_leaves():
    empty = replace(RENAMED, renames=(), unattested=("row 7 says done, table x is missing",))

    assert "table x is missing" in said(empty)


def test_what_was_not_measured_says_so():
    minutes = minutes_for(RecoveryOption.FULL, RENAMED)

    assert (minutes.low, minutes.high) == (30, 60)
    assert "nothing was measured" in minutes.basis


@pytest.mark.parametrize(
    "way", [RecoveryOption.REWRITE, RecoveryOption.FULL, RecoveryOption.TABLES]
)
def test_more_data_takes_longer(way):
    small = replace(RENAMED, volume=Volume(10**9, None, 10), rate=SLOW)
    large = replace(small, volume=Volume(10**11, None, 10))

    assert minutes_for(way, large).low > minutes_for(way, small).low
    assert minutes_for(way, large).high > minutes_for(way, small).high
    assert minutes_for(way, small).low < minutes_for(way, small).high


def test_the_database_is_not_dumped_to_rename_files():
    large = replace(RENAMED, volume=LARGE, rate=SLOW)

    assert minutes_for(RecoveryOption.RENAME_BACK, large).high <= 30


def commands(situation: Situation, way: RecoveryOption) -> tuple[str, ...]:
    (found,) = [one for one in advise([situation])[0].assessments if one.way is way]
    return found.commands


def test_the_commands_of_a_repair_are_those_of_its_path():
    path = way_path(WayFacts(RepairKind.RENAME_BACK, asked="--rows x", again="--rows x"))
    way = replace(RENAMED, files=replace(RENAMED.files, path=path))

    advised = commands(way, RecoveryOption.RENAME_BACK)

    assert advised == tuple(line for _, line in commands_of(path))
    assert "rehears" not in said(RENAMED)


def test_a_rehearsal_is_only_explained_where_a_file_named_the_rows():
    listed = replace(RENAMED, rows_file="my rows.txt")

    assert "rehearse --repair rename-back --dump FILE" in said(listed)


def test_with_a_file_of_rows_a_rebuild_names_the_database():
    listed = replace(RENAMED, rows_file="-")

    assert all("--database-url URL" in command for command in commands(listed, RecoveryOption.FULL))
