"""The small brother of tests/proofs/oracle_order.py, on a history that is made for it."""

from random import Random

from tests.proofs.oracle_order import TARGET, found, moves, source
from tests.support.frameworks.migrations import FOLDER, ruby

TABLES = 24


def history(seed):
    """A history that is right: tables, then columns, indexes and references in random order."""
    random = Random(seed)
    bodies = []
    tables = []
    for number in range(TABLES):
        table = f"table{number}s"
        keys = random.sample(tables, min(len(tables), random.randint(0, 2)))
        lines = [f"  t.references :{other[:-1]}, foreign_key: true" for other in keys]
        bodies.append((f"create_{table}", [f"create_table :{table} do |t|", *lines, "end"]))
        bodies.append((f"add_to_{table}", [f"add_column :{table}, :extra{number}, :string"]))
        bodies.append((f"index_{table}", [f"add_index :{table}, :extra{number}"]))
        tables.append(table)
    return [
        source(
            f"2024{number:010}", f"{FOLDER}/2024{number:010}_{slug}.rb", ruby(slug, *body).encode()
        )
        for number, (slug, body) in enumerate(bodies, start=1)
    ]


def test_a_history_that_is_right_has_no_violation_and_moves_are_found():
    from analyzer.analysis.order.dependencies import build_graph

    sources = history(seed=1)
    candidates = list(moves(sources))
    chosen = Random(2).sample(candidates, 40)
    caught = [move for move in chosen if found(sources, move)]

    assert build_graph([each.migration for each in sources]).violations == ()
    assert {move.needs.partition(":")[0] for move in chosen} == {"table", "column"}
    assert len(caught) >= TARGET * len(chosen)
