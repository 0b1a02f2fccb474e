"""The settings under which all SQL of ours runs: the one place that pins them.

Any role that may create in a schema of the search path can plant an operator, a function or a type
that fits a query better than PostgreSQL's own; it then runs with the rights of whoever looks, in a
read-only transaction too. So names are looked up in ``pg_catalog`` alone, and every connection,
printed script, backup, recovery and check begins with what stands here. Until the path is pinned,
a statement may name functions and types only with their schema, and use no operator at all.

The user's own path is kept as text: it says which version table is meant, how names are printed,
and where the triggers of a table find what they call.
"""

PATH = "pg_catalog, pg_temp"  # pg_temp is named, and last, as it would otherwise come first
KEPT_PATH, KEPT_SCHEMAS = "migdoctor.path", "migdoctor.schemas"

PIN = f"SET search_path = {PATH}"
PIN_HERE = f"SET LOCAL search_path = {PATH}"
"""For the transaction at hand; so are all that follow."""

USER_PATH_HERE = "SET LOCAL search_path TO DEFAULT"
"""In a session of ours: what rows need that go into a table (defaults, checks) is found as ever."""

_KEEP_PATH = (
    f"pg_catalog.set_config('{KEPT_PATH}', pg_catalog.current_setting('search_path'), true)"
)
_KEEP_SCHEMAS = (
    f"pg_catalog.set_config('{KEPT_SCHEMAS}', pg_catalog.current_schemas(true)::pg_catalog.text, "
    "true)"
)
USE_KEPT_PATH = (
    f"pg_catalog.set_config('search_path', pg_catalog.current_setting('{KEPT_PATH}'), true)"
)
USE_PINNED_PATH = f"pg_catalog.set_config('search_path', '{PATH}', true)"

_NO_TRANSACTION_LIMIT = (  # PostgreSQL 17 brought it; where it is unknown, nothing is set
    "pg_catalog.set_config(name, '0', true) FROM pg_catalog.pg_settings "
    "WHERE name = 'transaction_timeout'"
)

# So that a row's text is the same wherever and whenever it is read. What comes before the pin are
# plain values; it cannot be told wrong by what others planted.
_BEFORE = ("client_encoding = 'UTF8'", "standard_conforming_strings = on")
_AFTER = (
    "constraint_exclusion = off",  # it would call functions of a table's checks
    "quote_all_identifiers = off",  # or names would not be as others write them
    "DateStyle = 'ISO, YMD'",
    "IntervalStyle = 'postgres'",
    "TimeZone = 'UTC'",
    "extra_float_digits = 3",
    "bytea_output = 'hex'",
    "lc_monetary = 'C'",
    "lc_numeric = 'C'",
    "xmloption = 'content'",
    "row_security = off",  # an error instead of some of the rows
    "default_transaction_read_only = off",  # people freeze a database so; we say READ ONLY
    "statement_timeout = 0",
    "idle_in_transaction_session_timeout = 0",
)
# Not every server knows these; compiling takes longer than it saves.
_WHERE_KNOWN = (
    "SELECT pg_catalog.set_config(name, CASE name WHEN 'jit' THEN 'off' ELSE '0' END, {here}) "
    "FROM pg_catalog.pg_settings "
    "WHERE name IN ('transaction_timeout', 'idle_session_timeout', 'jit')"
)


def _settings(word: str, *pin: str, lock_timeout: str) -> tuple[str, ...]:
    here = "true" if word == "SET LOCAL" else "false"
    return (
        *(f"{word} {setting}" for setting in _BEFORE),
        *pin,
        *(f"{word} {setting}" for setting in _AFTER),
        _WHERE_KNOWN.format(here=here),
        f"{word} lock_timeout = '{lock_timeout}'",
    )


READING = _settings(
    "SET LOCAL",
    f"SELECT {_KEEP_PATH}",
    f"SELECT {_KEEP_SCHEMAS}",
    PIN_HERE,
    lock_timeout="10s",  # a migration that is running may hold the table
)
"""What a transaction that reads begins with; each answers nothing that matters."""

SESSION = _settings("SET", PIN, lock_timeout="30s")
"""What a session of ours begins with, for as long as it lasts."""

FILE = ("SET client_encoding = 'UTF8'", "SET statement_timeout = 0")
"""What comes before a file of ours, which pins itself; it may be one message, whose time counts."""

KEEP_AND_PIN = f"""\
DO $migdoctor$
BEGIN
  PERFORM {_KEEP_PATH};
  PERFORM {USE_PINNED_PATH};
  PERFORM {_NO_TRANSACTION_LIMIT};
END
$migdoctor$;"""
"""The same for a script: it prints nothing."""

VISIBLE = f"""(n.nspname = ANY (current_setting('{KEPT_SCHEMAS}')::name[]) AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_class o JOIN pg_catalog.pg_namespace s ON s.oid = o.relnamespace
    WHERE o.relname = c.relname AND o.relpersistence <> 't'
      AND array_position(current_setting('{KEPT_SCHEMAS}')::name[], s.nspname)
        < array_position(current_setting('{KEPT_SCHEMAS}')::name[], n.nspname)))"""
"""Whether the user's path finds the relation ``c`` of the schema ``n``; for a pinned query."""
