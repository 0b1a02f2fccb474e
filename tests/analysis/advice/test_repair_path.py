"""The path: in one order, from any facts, and no step of it leads back."""

import itertools

import pytest

from analyzer.analysis.advice.deploy_step import deployed, named_holds
from analyzer.analysis.advice.file_steps import Draft, brought, merged
from analyzer.analysis.advice.repair_path import PathFacts, way_path, whole_path
from analyzer.analysis.advice.way_facts import AllRows, WayFacts
from analyzer.model.findings.advice import Naming
from analyzer.model.findings.next_steps import SAFE, NextMigrate, NextStep
from analyzer.model.plans.repair_journal import RepairKind
from analyzer.model.plans.repair_path import PathStage, commands_of, rest_after
from analyzer.records import replace

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


def test_a_migrate_that_may_fail_is_told_of_the_environments_it_may_fail_on_with_the_trial():
    migrate = NextMigrate(safe=False, because="it may fail", settle="run it on a copy")
    certain = NextMigrate(safe=False, because="it fails")

    def held(name: str, cause: NextMigrate = migrate):
        trial = f"migdoctor rehearse --environment {name} --migrate-command x"
        return replace(deployed(cause, "up", trial=trial), environment=name)

    told = [it.says for it in named_holds([held("a"), held("b"), held("c", certain), held("d")])]

    assert told == [
        (
            "Do not run up on a, b and d yet: it may fail. To settle it: run it on a copy: "
            "migdoctor rehearse --environment a --migrate-command x. If that shows that it runs, "
            "deploy, and run up there"
        ),
        "Do not run up on c yet: it fails",
    ]


def test_what_the_tool_refuses_is_merged_before_anything_else_is_made():
    merges = merged("two ends", "tool merge", "tool up", ["app"], "git")
    writes = brought({"app/2_b.py": "abc"}, ["column b.c"], "tool make", ["app"], "git")
    facts = WayFacts(RepairKind.RENAME_BACK, paths=("a", "b"), merges=merges, brought=writes)
    refused = NextMigrate(safe=False, because="two ends", certain=True, mends="tool merge")

    path = way_path(replace(facts, migrate=refused))

    stages = [step.stage.value for step in path]
    assert stages == ["rehearse", "apply", "commit", "merge", "bring", "look"]
    assert merges.commands[0].startswith("tool merge && git add -A -- app && git commit ")
    assert path[-1].says == "Diagnose once more: it says whether to deploy"


@pytest.mark.parametrize(
    ("lacks", "unknown", "said"),
    [
        (["column b.c", "index i of b"], [], "this is missing: column b.c; index i of b. Take"),
        ([], ["app/2_b.py"], "whatever 2_b.py adds, which is not read here, may be missing. Take"),
        (["column b.c"], ["app/2_b.py"], "column b.c; whatever 2_b.py adds, which is not read"),
    ],
)
def test_what_a_person_writes_says_what_is_missing_as_far_as_that_is_known(lacks, unknown, said):
    step = brought({"app/2_b.py": "abc"}, lacks, "", ["app"], "git -C /x", unknown=unknown)

    assert said in step.says
    assert step.commands[0] == "git -C /x diff abc -- app/2_b.py"
    assert step.commands[1].startswith("git -C /x add")  # a tool without a command for it


def test_where_nothing_diverged_what_is_to_be_written_comes_before_the_deploy():
    writes = brought({"app/2_b.py": "abc"}, ["column b.c"], "tool make", ["app"], "git")

    found = whole_path(PathFacts(brought=writes, migrate=SAFE))

    assert [step.stage.value for step in found] == ["bring", "deploy", "look"]
    assert "it runs the follow-up" in found[1].says


def test_rows_that_are_read_from_a_file_are_written_anew_before_the_last_look():
    facts = WayFacts(way=RepairKind.REWRITE, asked="", is_live=False, listed="ops/rows.txt")

    assert way_path(facts)[-1].says.startswith(
        "Export ops/rows.txt again, which lists the rows from"
    )


ASKS = replace(DRAFT, rows_tell=True)
DOUBTFUL = NextMigrate(safe=False, because="it may fail", settle="run it on a copy")


@pytest.mark.parametrize(
    ("draft", "migrate", "asks"),
    [
        pytest.param(None, SAFE, False, id="nothing to fear"),
        pytest.param(DRAFT, SAFE, False, id="a follow-up that no row refuses"),
        pytest.param(ASKS, SAFE, True, id="a follow-up that rows may refuse"),
        pytest.param(None, DOUBTFUL, True, id="a migrate that rows may refuse"),
        pytest.param(None, replace(DOUBTFUL, certain=True), False, id="what is known to fail"),
    ],
)
def test_rows_are_asked_where_only_they_tell(draft, migrate, asks):
    assert WayFacts(RepairKind.REWRITE, draft=draft, migrate=migrate).asks_rows is asks


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        pytest.param(None, "", "on a copy; the real database is only read", id="no rows needed"),
        pytest.param(
            AllRows(20_000_000, runs_here=True),
            "TRIAL",
            "with all rows (20 MB), for only they tell whether the follow-up goes through",
            id="few rows",
        ),
        pytest.param(
            AllRows(None, runs_here=True),
            "TRIAL",
            "with all rows, for only they tell",
            id="nobody knows how many",
        ),
        pytest.param(
            AllRows(40_000_000_000, runs_here=True),
            "",
            "only all rows tell: where there is room for them (40 GB), add --with-data and",
            id="many rows",
        ),
        pytest.param(
            AllRows(20_000_000, runs_here=False),
            "",
            "only all rows tell: where the application runs, add --with-data and --migrate-command",
            id="no application here",
        ),
    ],
)
def test_a_rehearsal_takes_all_rows_where_that_is_no_burden(rows, line, says):
    path = way_path(WayFacts(RepairKind.REWRITE, draft=ASKS, rows=rows, trial="TRIAL"))

    (step,) = [it for it in path if it.stage is PathStage.REHEARSE]
    assert step.commands == (line or "migdoctor rehearse --repair rewrite",)
    assert says in step.says
