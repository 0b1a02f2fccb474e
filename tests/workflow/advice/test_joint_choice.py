"""Laws of what is advised for all environments, over environments of every mixture."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.model.core.environments import DatabasePlace
from analyzer.model.findings.across import RecordedName
from analyzer.model.findings.joint_choice import JointWay
from analyzer.model.findings.next_steps import Action
from analyzer.workflow.reading.request import Request
from analyzer.workflow.repair.repairs import FileRepair, advice_check_of, plan_files
from analyzer.workflow.walks import Walks, walk_all
from tests.support.histories.repositories import Repo

PAIRS = {"20250101000000": "20250601000000", "20250102000000": "20250602000000"}
KEPT = "20250103000000"
_SIDES = {  # which of the two versions, old and new, has a row
    RecordedName.OLD: (True, False),
    RecordedName.NEW: (False, True),
    RecordedName.BOTH: (True, True),
    RecordedName.NONE: (False, False),
}
one = st.tuples(*(st.sampled_from([*_SIDES]) for _ in PAIRS))


@pytest.fixture(scope="module")
def app(tmp_path_factory, own_world):
    """An application of which two of three migrations were renamed."""
    repo = Repo.make(tmp_path_factory.mktemp("joint") / "app")
    tables = dict(zip(PAIRS, ("songs", "labels"), strict=True))
    for old, table in tables.items():
        repo.add(f"{old}_create_{table}.rb", f"Create{table.title()}", f"create_table :{table}")
    repo.add(f"{KEPT}_create_users.rb", "CreateUsers", "create_table :users")
    repo.commit()
    for old, table in tables.items():
        repo.move(f"{old}_create_{table}.rb", f"{PAIRS[old]}_create_{table}.rb")
    repo.commit()
    return repo


def walked(app: Repo, mixtures) -> Walks:
    """Diagnose environments that stand to each rename in the ways given."""
    asked = Request(now=datetime.now(UTC), repo=str(app.path), cache=False)
    requests = []
    for name, ways in mixtures:
        rows = [
            row
            for pair, way in zip(PAIRS.items(), ways, strict=True)
            for row, there in zip(pair, _SIDES[way], strict=True)
            if there
        ]
        file = app.path.parent / f"{name}.txt"
        file.write_text("".join(f"{row}\n" for row in [*rows, KEPT]))
        requests.append(asked.at(DatabasePlace(name, rows=str(file)), several=True))
    return walk_all(requests)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(one, min_size=2, max_size=3))
def test_what_is_advised_for_all_is_refuted_by_none(app, ways):
    done = walked(app, [(f"env{place}", it) for place, it in enumerate(ways)])
    joint = done.report.joint

    found = {name for it in done.report.renames for name, _ in it.rows}
    assert found <= {f"env{place}" for place in range(len(ways))}
    new = any(
        it.environments_with(RecordedName.NEW, RecordedName.BOTH) for it in done.report.renames
    )
    assert joint is not None
    if joint.way is not JointWay.FILES:
        return
    assert not new
    plans = [plan_files(walk) for walk in done.walks]
    moved = {
        path: after
        for walk, plan in zip(done.walks, plans, strict=True)
        if isinstance(plan, FileRepair)
        for path, after in advice_check_of(walk).renames(plan.plan, plan.contents).moved
    }
    for walk in done.walks:
        assert advice_check_of(walk).judge(Action(moved=tuple(moved.items()))).faults == ()


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(one, min_size=2, max_size=3))
def test_neither_the_matrix_nor_the_way_depends_on_the_order(app, ways):
    named = [(f"env{place}", it) for place, it in enumerate(ways)]

    outcomes = set()
    for order in permutations(named):
        report = walked(app, order).report
        matrix = tuple((it.rename.old.path, tuple(sorted(it.rows))) for it in report.renames)
        ways_there = report.joint.way if report.joint else None
        mended = frozenset(report.joint.mend) if ways_there is JointWay.ROWS else None
        outcomes.add((matrix, ways_there, mended))

    assert len(outcomes) == 1


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(one, min_size=2, max_size=3))
def test_the_matrix_says_what_the_rows_say(app, ways):
    named = [(f"env{place}", it) for place, it in enumerate(ways)]

    report = walked(app, named).report

    for it in report.renames:
        place = [*PAIRS].index(it.rename.old.version.text)
        assert dict(it.rows) == {name: way[place] for name, way in named}


def test_databases_with_folders_of_their_own_may_share_versions(tmp_path):
    repo = Repo.make(tmp_path / "app")
    old, new, kept = "20250102000000", "20250202000000", "20250101000000"
    folders = {"primary": "db/migrate", "animals": "db/animals_migrate"}
    tables = {"primary": ("users", "keepers"), "animals": ("dogs", "cats")}
    for name, folder in folders.items():
        for version, table in zip((kept, old), tables[name], strict=True):
            klass = f"Create{table.title()}"
            repo.add(f"{version}_create_{table}.rb", klass, f"create_table :{table}", folder=folder)
    repo.commit()
    for name, folder in folders.items():
        table = tables[name][1]
        repo.move(f"{old}_create_{table}.rb", f"{new}_create_{table}.rb", folder=folder)
    repo.commit()
    rows = tmp_path / "rows.txt"
    rows.write_text(f"{kept}\n{old}\n")
    asked = Request(now=datetime.now(UTC), repo=str(repo.path), cache=False)
    places = [
        DatabasePlace(name, rows=str(rows), directories=(folder,))
        for name, folder in folders.items()
    ]

    joint = walk_all([asked.at(place, several=True) for place in places]).report.joint

    assert joint is not None
    assert (joint.way, sorted(joint.mend)) == (JointWay.FILES, ["animals", "primary"])
