"""What a version table keeps besides the version is read, where the framework says it matters."""

import pytest

from analyzer import limits
from analyzer.errors import RowsError
from analyzer.frameworks.rails.framework import FRAMEWORK as RAILS
from analyzer.records import replace
from analyzer.sources.rows.read_rows_file import read_rows
from tests.support.frameworks.dotted_framework import dotted

COPY = """\
COPY public.changes (id, version, name, batch) FROM stdin;
1\t1.2\tcreate_songs\t1
2\t1.10\t\\N\t1
3\t1.9\ta\\tb\\\\c\t2
\\.
"""
INSERTS = """\
INSERT INTO public.changes (id, version, name, batch) VALUES (1, '1.2', 'create_songs', 1);
INSERT INTO public.changes (id, version, name, batch) VALUES (2, '1.10', NULL, 1),
  (3, '1.9', 'a\tb\\c', 2);
"""
CSV = 'version,name,batch\n1.2,create_songs,1\n1.10,,1\n1.9,"a\tb\\c",2\n'
EXPANDED = """\
-[ RECORD 1 ]---------
name    | create_songs
version | 1.2
-[ RECORD 2 ]---------
name    |
version | 1.10
"""
ALIGNED = """\
 version |     name
---------+--------------
 1.2     | create_songs
 1.10    |
(2 rows)
"""
ALL = [("1.2", "create_songs"), ("1.10", None), ("1.9", "a\tb\\c")]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param(COPY, ALL, id="COPY"),
        pytest.param(INSERTS, ALL, id="INSERT"),
        pytest.param(CSV, ALL, id="CSV"),
        pytest.param(EXPANDED, ALL[:2], id="psql, expanded"),
        pytest.param(ALIGNED, ALL[:2], id="psql"),
    ],
)
@pytest.mark.parametrize("many", [False, True], ids=["few", "very many"])
def test_a_rows_columns_are_read_with_its_version(tmp_path, monkeypatch, text, rows, many):
    (tmp_path / "rows").write_text(text)
    if many:
        monkeypatch.setattr(limits, "MANY_ROWS", 1)

    found = read_rows(str(tmp_path / "rows"), dotted(), None).rows

    assert [(row.version.text, dict(row.columns)) for row in found] == [
        (version, {"name": name}) for version, name in rows
    ]


def test_rails_keeps_nothing_but_versions(tmp_path):
    (tmp_path / "rows").write_text("version,name\n13,x\n")

    (row,) = read_rows(str(tmp_path / "rows"), RAILS, None).rows

    assert (row.whole.text, dict(row.columns)) == ("13", {})


def test_columns_count_towards_what_may_be_held(tmp_path, monkeypatch):
    (tmp_path / "rows").write_text("version,name\n" + "1,x\n" * 9)
    monkeypatch.setattr(limits, "ODD_ROWS", replace(limits.ODD_ROWS, most=150))

    assert len(read_rows(str(tmp_path / "rows"), RAILS, None).rows) == 9
    with pytest.raises(RowsError):
        read_rows(str(tmp_path / "rows"), dotted(), None)
