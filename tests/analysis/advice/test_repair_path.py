"""The path: in one order, from any facts, and no step of it leads back."""

import itertools

import pytest

from analyzer.analysis.advice.repair_path import Draft, PathFacts, WayFacts, way_path, whole_path
from analyzer.model.findings.advice import Naming
from analyzer.model.findings.next_steps import SAFE, NextMigrate, NextStep
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, commands_of, rest_after

DRAFT = Draft("follow_up.rb", "db/migrate/9_catch_up.rb")
ROW = NextStep("its row is missing", 'psql -c "INSERT ..."')
FILE = NextStep("it shares a version", "git mv db/migrate/3_a.rb db/migrate/4_a.rb")
WAYS = [
    way_path(
        WayFacts(
            way=way,
            asked="--environment production",
            again="--environment production",
            database="--environment production",
            by_hand=by_hand,
            paths=paths,
            draft=draft,
            can_rehearse=can_rehearse,
            is_live=is_live,
            migrate=migrate,
        )
    )
    for way, by_hand, paths, draft, (can_rehearse, is_live), migrate in itertools.product(
        RepairKind,
        [(), ("migdoctor rewrite -o fix.sql", "psql -f fix.sql")],
        [(), ("db/migrate/1_a.rb", "db/migrate/2_a.rb")],
        [None, DRAFT],
        [(True, True), (False, True), (False, False)],
        [None, SAFE, NextMigrate(safe=False, because="it may fail")],
    )
]
PATHS = [
    whole_path(PathFacts(naming=Naming("--environment production"), ways=ways, steps=steps))
    for way in WAYS
    for ways in [(way,), (way, WAYS[0]), ()]
    for steps in [(), (ROW,), (FILE,), (ROW, FILE)]
]


def test_no_path_contains_a_circle():
    """Whatever is printed lies further on: no stage comes again, and no line is typed twice."""
    order = list(PathStage)
    for path in PATHS:
        places = [order.index(step.stage) for step in path]
        lines = [line for _, line in commands_of(path)]
        assert places == sorted(places), path
        assert len(lines) == len({*lines}), path


def test_what_a_command_prints_never_names_the_command_itself_again():
    for path in PATHS:
        for step, line in commands_of(path):
            rest = rest_after(path, step.stage)
            assert line not in [it for _, it in commands_of(rest)], (line, rest)
            assert all(it in path[path.index(step) :] for it in rest)


def test_every_path_of_a_repair_ends_with_a_diagnosis_of_the_same_environment():
    for path in PATHS:
        if path:
            assert path[-1].commands == ("migdoctor diagnose --environment production",)


@pytest.mark.parametrize(
    ("facts", "stages"),
    [
        pytest.param(PathFacts(), [], id="nothing happened"),
        pytest.param(PathFacts(is_open=True, ways=(WAYS[0],)), ["stop", "settle"], id="ambiguous"),
        pytest.param(PathFacts(certain="it fails"), ["stop", "hold"], id="a migrate that fails"),
        pytest.param(PathFacts(withheld="unsafe"), ["stop", "hold"], id="no repair is safe"),
        pytest.param(PathFacts(steps=(ROW,)), ["stop", "single", "look"], id="a row alone"),
    ],
)
def test_the_path_is_no_longer_than_what_happened(facts, stages):
    assert [step.stage.value for step in whole_path(facts)] == stages


def test_the_whole_path_has_the_order_that_carries_through():
    ways = (
        way_path(
            WayFacts(
                RepairKind.REWRITE, paths=("db/schema.rb",), draft=DRAFT, migrate=SAFE, again="-q"
            )
        ),
    )
    found = [step.stage.value for step in whole_path(PathFacts(ways=ways, steps=(ROW, FILE)))]

    assert found == [
        *("stop", "advise", "single", "draft", "backup", "rehearse", "apply", "commit"),
        *("others", "others", "follow-up", "deploy", "look"),
    ]
