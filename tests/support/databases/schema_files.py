"""Schema files in every form that Rails has written."""

from collections.abc import Sequence

_HEAD = "ActiveRecord::Schema"
_TABLES = '  create_table "songs", force: :cascade do |t|\n    t.string "title"\n  end\nend\n'
_SQL = 'CREATE TABLE public.songs (id bigint NOT NULL);\n\nSET search_path TO "$user", public;\n\n'


def _stamped(version: str) -> str:
    return "_".join((version[:4], version[4:6], version[6:8], version[8:]))


def _inserts(versions: Sequence[str]) -> str:
    return "".join(
        f"INSERT INTO schema_migrations (version) VALUES ('{it}');\n\n" for it in versions
    )


def _values(versions: Sequence[str], *, between: str = ",\n") -> str:
    rows = between.join(f"('{version}')" for version in versions)
    return f'INSERT INTO "schema_migrations" (version) VALUES\n{rows};\n\n'


def _by_end(versions: Sequence[str]) -> list[str]:
    return sorted(versions, key=lambda version: version[::-1])


NEWEST = {  # of one version, the highest
    "rails 3": lambda it: f"{_HEAD}.define(:version => {it}) do\n{_TABLES}",
    "rails 4": lambda it: f"{_HEAD}.define(version: {it}) do\n\n{_TABLES}",
    "rails 6": lambda it: f"{_HEAD}.define(version: {_stamped(it)}) do\n{_TABLES}",
    "rails 7": lambda it: f"{_HEAD}[7.0].define(version: {_stamped(it)}) do\n{_TABLES}",
    "rails 8": lambda it: f"{_HEAD}[8.1].define(version: {_stamped(it)}) do\n{_TABLES}",
}
WHOLE = {  # of all versions, ascending
    "one insert each": ("sql", lambda all_: _SQL + _inserts(sorted(all_))),
    "all on one line": (
        "sql",
        lambda all_: (
            _SQL
            + (
                "INSERT INTO schema_migrations (version) VALUES "
                + ", ".join(f"('{it}')" for it in sorted(all_))
                + ";\n\n\n"
            )
        ),
    ),
    "ascending": ("sql", lambda all_: _SQL + _values(sorted(all_))),
    "descending": ("sql", lambda all_: _SQL + _values(sorted(all_, reverse=True))),
    "by the last digit": ("sql", lambda all_: _SQL + _values(_by_end(all_)[::-1])),
    "copy": (
        "sql",
        lambda all_: (
            _SQL
            + (
                "COPY public.schema_migrations (version) FROM stdin;\n"
                + "".join(f"{it}\n" for it in sorted(all_))
                + "\\.\n\n\n"
            )
        ),
    ),
    "after __END__": (
        "rb",
        lambda all_: (
            f"ActiveRecord::Schema[8.2].define do\n{_TABLES}\n"
            "ActiveRecord::Schema.load_schema_migrations(__FILE__)\n__END__\n"
            + "".join(f"{it}\n" for it in _by_end(all_))
        ),
    ),
}
