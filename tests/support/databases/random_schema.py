"""Random migrations that the Rails in use accepts: every form of their language, on live tables.

A sketch of the schema is kept while they are written, so that each statement finds what it needs.
"""

import re
from collections.abc import Callable
from copy import deepcopy
from random import Random

from analyzer.records import Struct, field
from tests.support.frameworks.rails_in_use import NEWEST

_VERSIONS = ("4.2", "5.0", "5.1", "5.2", "6.0", "6.1", "6.1", "6.1")
if NEWEST != "6.1":
    _VERSIONS += ("7.0", "7.1", "7.2", "7.2", "7.2")
_NOUNS = ("song", "album", "artist", "label", "genre", "venue", "ticket", "person", "category")
_WORDS = ("title", "body", "size", "state", "code", "note", "price", "ratio", "seen_at", "day")
_DEFAULTS: dict[str, tuple[str, ...]] = {
    "string": ("'x'", "''", "'it''s'".replace("''", "\\'"), "nil", '"two\\nlines"'),
    "text": ("'long'", "nil"),
    "integer": ("0", "-1", "1_000", "nil"),
    "bigint": ("5_000_000_000", "0"),
    "boolean": ("true", "false", "nil"),
    "decimal": ("0.5", "10", "0"),
    "float": ("1.5", "0.0"),
    "datetime": ("-> { 'CURRENT_TIMESTAMP' }", "-> { 'now()' }", "'2025-01-01 00:00:00'"),
    "date": ("'2025-01-01'", "-> { 'CURRENT_DATE' }"),
    "time": ("'10:00:00'",),
    "jsonb": ("{}", "[]", "{ a: 1 }", "[1, 2]", "{ 'a' => [true, nil] }"),
    "json": ("{}", "{ b: 'c' }"),
    "uuid": ("-> { 'gen_random_uuid()' }",),
    "inet": ("'127.0.0.1'",),
    "binary": (),
    "tsvector": (),
    "hstore": ("''", "{}"),
    "bit": (),
    "citext": ("'Ab'",),
    "int4range": (),
    "daterange": (),
    "point": (),
    "xml": (),
    "money": ("0",),
    "macaddr": (),
}
_ARRAY_DEFAULTS = {
    "string": ("[]", "%w[a b]", "['a b', 'c,d']"),
    "integer": ("[]", "[1, 2]"),
    "text": ("[]",),
    "uuid": ("[]",),
}
_INDEXABLE = frozenset(
    {"string", "text", "integer", "bigint", "boolean", "decimal", "datetime", "date", "uuid"}
)
_PLAIN = (
    *("string", "text", "integer", "bigint", "boolean", "decimal", "float", "datetime", "date"),
    *("time", "json", "binary"),
)
_LOST = "|GENERATED|CURRENT_" if NEWEST == "6.1" else ""
"""What Rails 6.1 loses on SQLite whenever it makes a table anew."""
_FOREIGN = re.compile(
    r"now\(\)|gen_random|CREATE (?:TYPE|EXTENSION|FUNCTION|SEQUENCE|MATERIALIZED)|enable_extension|"
    r"::|USING|uuid|algorithm|validate_|exclusion|unique_constraint|COMMENT ON|ALTER COLUMN|"
    r"change_table_comment|change_column_comment|opclass|nulls_not|include:|IF (?:NOT )?EXISTS|"
    r"ALTER TABLE \w+ (?:ALTER|ADD CONSTRAINT|DROP COLUMN|ADD \w+ bigint|ADD \w+ integer UNIQUE)"
    rf"{_LOST}"
)


class Sketch(Struct):
    """A table as the next statement needs to know it; ``indexes`` maps columns to a given name."""

    name: str
    columns: dict[str, str] = field(default_factory=dict)
    arrays: set[str] = field(default_factory=set)
    key: str | None = "bigint"
    indexes: dict[tuple[str, ...], str | None] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # column -> table that it points at
    checks: dict[str, str] = field(default_factory=dict)  # name -> column
    timestamps: bool = False

    def free(self) -> list[str]:
        """Columns that nothing depends on."""
        used = {name for columns in self.indexes for name in columns} | set(self.keys)
        used |= set(self.checks.values())
        return [name for name in self.columns if name not in used]

    def of(self, *kinds: str) -> list[str]:
        """Columns of some types, no arrays."""
        return [
            name for name, kind in self.columns.items() if kind in kinds and name not in self.arrays
        ]


class Writer:
    """Writes one migration after the other; ``tables`` is what they have made so far.

    ``plain``: only what every database knows.
    """

    def __init__(self, random: Random, *, plain: bool = False) -> None:
        self.random, self.plain = random, plain
        self.tables: dict[str, Sketch] = {}
        self.number = 0

    def migration(self) -> tuple[str, str, str]:
        """The next migration: version, class name, text."""
        self.number += 1
        random = self.random
        version = random.choice(_VERSIONS)
        name = f"Step{self.number}"
        lines = [
            line for _ in range(random.choice((1, 1, 2, 3))) for line in self.statement(version)
        ]
        method = random.choice(("change", "up"))
        options = f"class {name} < ActiveRecord::Migration[{version}]\n  def {method}\n"
        body = "".join(f"    {line}\n" for line in lines)
        return f"2025{self.number:010}", name, f"{options}{body}  end\nend\n"

    def statement(self, version: str) -> list[str]:
        """The lines of one statement."""
        if len(self.tables) < 3 or self.random.random() < 0.15:
            return self._taken(Writer._create_table)
        for _ in range(20):
            if lines := self._taken(self.random.choice(_KINDS)):
                return self._wrapped(lines)
        return self._taken(Writer._create_table)

    def _taken(self, kind: "Callable[[Writer], list[str]]") -> list[str]:
        """The lines of a statement that the database takes; the sketch stays where it does not."""
        before = deepcopy(self.tables)
        lines = kind(self)
        if not (self.plain and any(map(_FOREIGN.search, lines))):
            return lines
        self.tables = before
        return self._taken(kind) if kind is Writer._create_table else []

    def _wrapped(self, lines: list[str]) -> list[str]:
        """The same in one of the forms that change nothing."""
        pick = self.random.random()
        inner = [f"  {line}" for line in lines]
        if pick < 0.05:
            return [
                "reversible do |dir|",
                "  dir.up do",
                *(f"  {it}" for it in inner),
                "  end",
                "end",
            ]
        if pick < 0.08:
            return ["say_with_time 'x' do", *inner, "end"]
        if pick < 0.1:
            return ["if table_exists?(:schema_migrations)", *inner, "end"]
        return lines

    def _table(self) -> Sketch:
        return self.random.choice(list(self.tables.values()))

    def _word(self) -> str:
        self.number += 0
        return f"{self.random.choice(_WORDS)}_{self.random.randrange(10_000)}"

    def _options(self, kind: str) -> tuple[list[str], bool]:
        random = self.random
        found: list[str] = []
        array = kind in _ARRAY_DEFAULTS and random.random() < 0.1 and not self.plain
        defaults = self._defaults(kind, array=array)
        if array:
            found.append("array: true")
        has_default = bool(defaults) and random.random() < 0.4
        if has_default:
            found.append(f"default: {random.choice(defaults)}")
        if random.random() < 0.3:
            found.append(f"null: {random.choice(('true', 'false'))}")
        if kind == "string" and random.random() < 0.3:
            found.append(f"limit: {random.choice((20, 255))}")
        if kind == "integer" and not array and random.random() < 0.2:
            found.append(f"limit: {random.choice((2, 4, 8)) if not has_default else 8}")
        if kind == "decimal" and random.random() < 0.7:
            found.append(random.choice(("precision: 10", "precision: 10, scale: 2")))
        if kind == "datetime" and random.random() < 0.3:
            found.append(f"precision: {random.choice(('nil', '0', '3', '6'))}")
        if kind in {"string", "text"} and random.random() < 0.1:
            found.append("collation: 'NOCASE'" if self.plain else "collation: 'C'")
        if random.random() < 0.1 and not self.plain:
            found.append("comment: 'what it''s for'".replace("''", "\\'"))
        random.shuffle(found)
        return found, array

    def _defaults(self, kind: str, *, array: bool) -> tuple[str, ...]:
        defaults = _ARRAY_DEFAULTS[kind] if array else _DEFAULTS[kind]
        return tuple(it for it in defaults if not (self.plain and _FOREIGN.search(it)))

    def _column(self, table: Sketch) -> tuple[str, str, list[str]]:
        kinds = _PLAIN if self.plain else list(_DEFAULTS)
        name, kind = self._word(), self.random.choice(kinds)
        options, array = self._options(kind)
        table.columns[name] = kind
        if array:
            table.arrays.add(name)
        return name, kind, options

    # Tables

    def _create_table(self) -> list[str]:
        random = self.random
        noun = f"{random.choice(_NOUNS)}_{random.randrange(10_000)}s"
        table = Sketch(noun)
        options = self._key_options(table)
        lines = []
        for _ in range(random.randint(1, 5)):
            lines += self._in_block(table)
        if random.random() < 0.5:
            table.timestamps = True
            lines.append(
                random.choice(
                    ("t.timestamps", "t.timestamps null: false", "t.timestamps null: true")
                )
            )
        if random.random() < 0.1:
            options.append("comment: 'a table'")
        if random.random() < 0.1:
            options.append("force: :cascade")
        forced = NEWEST != "6.1" and "force: :cascade" in options  # Rails 7.2 takes one of the two
        if random.random() < 0.05 and not forced:
            options.append("if_not_exists: true")
        self.tables[noun] = table
        head = ", ".join([f"create_table {self._quoted(noun)}", *options])
        return [f"{head} do |t|", *(f"  {line}" for line in lines), "end"]

    def _quoted(self, name: str) -> str:
        return self.random.choice((f":{name}", f'"{name}"', f"'{name}'"))

    def _key_options(self, table: Sketch) -> list[str]:
        pick = self.random.random()
        if pick < 0.7:
            return []
        if pick < 0.75:
            table.key = "uuid"
            return ["id: :uuid, default: -> { 'gen_random_uuid()' }"]
        if pick < 0.8:
            table.key = "integer"
            return ["id: :integer"]
        if pick < 0.84:
            table.key = "string"
            return ["id: :string"]
        if pick < 0.9:
            table.key = None
            return ["id: false"]
        table.key = None
        return [
            self.random.choice(("primary_key: :code_id", "id: :bigint, primary_key: 'code_id'"))
        ]

    def _in_block(self, table: Sketch) -> list[str]:  # noqa: PLR0911  one line a kind
        random, pick = self.random, self.random.random()
        if pick < 0.15:
            return self._reference(table, "t.references") or self._plain_column(table)
        if pick < 0.2:
            name, kind, options = self._column(table)
            return [
                ", ".join(
                    [f"t.column :{name}, {random.choice((f':{kind}', repr(kind)))}", *options]
                )
            ]
        if pick < 0.25:
            kind = random.choice(("string", "integer", "text"))
            names = [self._word(), self._word()]
            table.columns.update(dict.fromkeys(names, kind))
            return [f"t.{kind} " + ", ".join(f":{name}" for name in names)]
        if pick < 0.33:
            lines = self._plain_column(table)
            return lines + self._index_in_block(table)
        if pick < 0.38:
            name = self._word()
            table.columns[name] = "integer"
            table.checks[f"chk_{name}"] = name
            return [f"t.integer :{name}", f"t.check_constraint '{name} > 0', name: 'chk_{name}'"]
        if pick < 0.42:
            name, kind = self._word(), "string"
            table.columns[name] = kind
            table.indexes[name,] = None
            return [f"t.string :{name}, index: {random.choice(('true', '{ unique: true }'))}"]
        return self._plain_column(table)

    def _plain_column(self, table: Sketch) -> list[str]:
        name, kind, options = self._column(table)
        return [", ".join([f"t.{kind} :{name}", *options])]

    def _index_in_block(self, table: Sketch) -> list[str]:
        columns = table.of(*_INDEXABLE)
        if not columns:
            return []
        chosen = tuple(self.random.sample(columns, min(len(columns), self.random.randint(1, 2))))
        if chosen in table.indexes:
            return []
        table.indexes[chosen] = None
        return [f"t.index [{', '.join(f':{it}' for it in chosen)}]"]

    def _reference(self, table: Sketch, word: str) -> list[str]:
        random = self.random
        noun = f"{random.choice(_NOUNS)}_{random.randrange(10_000)}"
        options: list[str] = []
        column = f"{noun}_id"
        pick = random.random()
        if pick < 0.25:
            options.append(random.choice(("polymorphic: true", "polymorphic: { default: 'Song' }")))
            table.columns[f"{noun}_type"] = "string"
        elif pick < 0.6:
            targets = [it for it in self.tables.values() if it.key in {"bigint", "integer"}]
            if not targets:
                return []
            target = random.choice(targets)
            extra = random.choice(("", ", on_delete: :cascade", f", name: 'fk_own_{noun}'"))
            options.append(f"foreign_key: {{ to_table: :{target.name}{extra} }}")
            options.append("type: :bigint")
            table.keys[column] = target.name
        if random.random() < 0.3:
            options.append("null: false")
        if random.random() < 0.3:
            options.append(
                random.choice(
                    ("index: false", "index: true", f"index: {{ name: 'ix_{noun}', unique: true }}")
                )
            )
        if random.random() < 0.1 and "type: :bigint" not in options:
            options.append("type: :uuid")
        table.columns[column] = "reference"
        return [", ".join([f"{word} :{noun}", *options])]

    def _rename_table(self) -> list[str]:
        table = self._table()
        new = f"{self.random.choice(_NOUNS)}_{self.random.randrange(10_000)}s"
        if new in self.tables:
            return []
        old = table.name
        del self.tables[old]
        table.name = new
        self.tables[new] = table
        for other in self.tables.values():
            other.keys = {column: new if to == old else to for column, to in other.keys.items()}
        return [
            self.random.choice((f"rename_table :{old}, :{new}", f'rename_table "{old}", "{new}"'))
        ]

    def _drop_table(self) -> list[str]:
        table = self._table()
        if any(table.name in other.keys.values() for other in self.tables.values()):
            return []
        if len(self.tables) < 6:
            return []
        del self.tables[table.name]
        extra = self.random.choice(("", ", if_exists: true", ", force: :cascade"))
        return [f"drop_table :{table.name}{extra}"]

    def _join_table(self) -> list[str]:
        first, second = self._table(), self._table()
        if first is second or first.key is None or second.key is None:
            return []
        name = f"join_{self.random.randrange(10_000)}"
        self.tables[name] = Sketch(name, key=None)
        extra = self.random.choice(("", ", column_options: { null: true }"))
        lines = [
            f"create_join_table :{first.name}, :{second.name}, table_name: :{name}{extra} do |t|"
        ]
        table = self.tables[name]
        return [*lines, *(f"  {line}" for line in self._plain_column(table)), "end"]

    # Columns

    def _add_column(self) -> list[str]:
        table = self._table()
        name, kind, options = self._column(table)
        options = [it for it in options if it != "null: false"]
        if self.random.random() < 0.1:
            options.append("if_not_exists: true")
        return [", ".join([f"add_column {self._quoted(table.name)}, :{name}, :{kind}", *options])]

    def _add_by_loop(self) -> list[str]:
        table = self._table()
        names = [self._word(), self._word()]
        table.columns.update(dict.fromkeys(names, "string"))
        return [f"%w[{' '.join(names)}].each {{ |name| add_column :{table.name}, name, :string }}"]

    def _add_reference(self) -> list[str]:
        table = self._table()
        lines = self._reference(table, f"add_reference :{table.name},")
        return [line.replace(", null: false", "") for line in lines]

    def _remove_column(self) -> list[str]:
        table = self._table()
        names = list(table.columns)
        if len(names) < 2:
            return []
        name = self.random.choice(names)
        kind = table.columns.pop(name)
        table.arrays.discard(name)
        table.indexes = {it: own for it, own in table.indexes.items() if name not in it}
        table.checks = {it: own for it, own in table.checks.items() if own != name}
        table.keys.pop(name, None)
        word = {"reference": "bigint"}.get(kind, kind)
        return [
            self.random.choice(
                (
                    f"remove_column :{table.name}, :{name}",
                    f"remove_column :{table.name}, :{name}, :{word}",
                    f"remove_columns :{table.name}, :{name}",
                    f"change_table(:{table.name}) {{ |t| t.remove :{name} }}",
                    f"execute 'ALTER TABLE {table.name} DROP COLUMN {name}'",
                )
            )
        ]

    def _rename_column(self) -> list[str]:
        table = self._table()
        if not table.columns:
            return []
        old, new = self.random.choice(list(table.columns)), self._word()
        if new in table.columns:
            return []
        table.columns = {new if it == old else it: kind for it, kind in table.columns.items()}
        table.arrays = {new if it == old else it for it in table.arrays}
        table.indexes = {
            tuple(new if it == old else it for it in columns): name
            for columns, name in table.indexes.items()
        }
        table.checks = {name: new if it == old else it for name, it in table.checks.items()}
        table.keys = {new if it == old else it: to for it, to in table.keys.items()}
        return [
            self.random.choice(
                (
                    f"rename_column :{table.name}, :{old}, :{new}",
                    f"change_table(:{table.name}, bulk: true) {{ |t| t.rename :{old}, :{new} }}",
                    f"execute 'ALTER TABLE {table.name} RENAME COLUMN {old} TO {new}'",
                )
            )
        ]

    def _change_column(self) -> list[str]:
        table, random = self._table(), self.random
        names = table.of("string", "integer")
        if not names:
            return []
        name = random.choice(names)
        if table.columns[name] == "string":
            kind, options = (
                random.choice(("text", "string")),
                random.choice(("", ", null: true", ", limit: 300")),
            )
            if kind == "text":
                options = options.replace(", limit: 300", "")
        else:
            kind, options = (
                random.choice(("bigint", "integer")),
                random.choice(("", ", limit: 8", ", default: 3")),
            )
            if kind == "bigint":
                options = options.replace(", limit: 8", "")
        table.columns[name] = kind
        return [f"change_column :{table.name}, :{name}, :{kind}{options}"]

    def _change_default(self) -> list[str]:
        table, random = self._table(), self.random
        names = [it for it, kind in table.columns.items() if _DEFAULTS.get(kind)]
        if not names:
            return []
        name = random.choice(names)
        kind = table.columns[name]
        known = _ARRAY_DEFAULTS[kind] if name in table.arrays else _DEFAULTS[kind]
        default = random.choice((*known, "nil"))
        if default.startswith("{"):
            return [f"change_column_default(:{table.name}, :{name}, {default})"]
        return [
            random.choice(
                (
                    f"change_column_default :{table.name}, :{name}, {default}",
                    f"change_column_default :{table.name}, :{name}, from: nil, to: {default}",
                    f"change_table(:{table.name}) {{ |t| t.change_default :{name}, {default} }}",
                )
            )
        ]

    def _change_null(self) -> list[str]:
        table, random = self._table(), self.random
        names = table.free()
        if not names:
            return []
        name, null = random.choice(names), random.choice(("true", "false"))
        verb = "DROP" if null == "true" else "SET"
        return [
            random.choice(
                (
                    f"change_column_null :{table.name}, :{name}, {null}",
                    f"execute 'ALTER TABLE {table.name} ALTER {name} {verb} NOT NULL'",
                )
            )
        ]

    def _comment(self) -> list[str]:
        table, random = self._table(), self.random
        if not table.columns:
            return []
        name = random.choice(list(table.columns))
        return [
            random.choice(
                (
                    f"change_column_comment :{table.name}, :{name}, 'hm'",
                    f"change_column_comment :{table.name}, :{name}, from: nil, to: nil",
                    f"change_table_comment :{table.name}, from: nil, to: 'ha'",
                    f"execute \"COMMENT ON COLUMN {table.name}.{name} IS 'why'\"",
                )
            )
        ]

    def _timestamps(self) -> list[str]:
        table = self._table()
        if table.timestamps:
            table.timestamps = False
            if any(
                "_at" in name and name in {"created_at", "updated_at"}
                for it in table.indexes
                for name in it
            ):
                return []
            return [f"remove_timestamps :{table.name}"]
        table.timestamps = True
        null = self.random.choice(("true", "false"))
        if self.plain and NEWEST != "6.1":
            null = "false"  # where true, a new Rails makes the table anew, and an old one does not
        return [f"add_timestamps :{table.name}, null: {null}"]

    def _change_table(self) -> list[str]:
        table, random = self._table(), self.random
        lines = []
        for _ in range(random.randint(1, 3)):
            name, kind, options = self._column(table)
            options = [it for it in options if it != "null: false"]
            lines.append(", ".join([f"  t.{kind} :{name}", *options]))
        head = f"change_table :{table.name}{random.choice(('', ', bulk: true'))} do |t|"
        return [head, *lines, "end"]

    # Indexes, keys, constraints

    def _add_index(self) -> list[str]:
        table, random = self._table(), self.random
        names = table.of(*_INDEXABLE)
        if not names:
            return []
        chosen = tuple(random.sample(names, min(len(names), random.randint(1, 2))))
        if chosen in table.indexes:
            return []
        options: list[str] = []
        own = None
        if random.random() < 0.3:
            own = f"ix_{random.randrange(100_000)}"
            options.append(f"name: '{own}'")
        if random.random() < 0.3:
            options.append("unique: true")
        if random.random() < 0.2:
            options.append(f"where: '{chosen[0]} IS NOT NULL'")
        if random.random() < 0.2:
            options.append(f"order: {{ {chosen[0]}: :desc }}")
        if random.random() < 0.1:
            options.append("if_not_exists: true")
        texts = table.of("string", "text")
        if texts and random.random() < 0.2:
            column, name = random.choice(texts), f"ix_{random.randrange(100_000)}"
            table.checks[f"never_{name}"] = column  # an expression holds it
            return [f"add_index :{table.name}, 'lower({column})', name: '{name}'"]
        table.indexes[chosen] = own
        shown = f":{chosen[0]}" if len(chosen) == 1 else f"[{', '.join(f':{it}' for it in chosen)}]"
        return [", ".join([f"add_index :{table.name}, {shown}", *options])]

    def _sql_index(self) -> list[str]:
        table = self._table()
        names = table.of("integer", "string", "bigint")
        if not names:
            return []
        name, own = self.random.choice(names), f"ix_{self.random.randrange(100_000)}"
        if (name,) in table.indexes:
            return []
        table.indexes[name,] = own
        if self.plain:  # in one line: Rails loses the condition of an index whose SQL has several
            where = f"WHERE {name} IS NOT NULL"
            return [f"execute 'CREATE INDEX {own} ON {table.name} ({name}) {where}'"]
        return [
            "execute <<~SQL",
            f"  CREATE INDEX {own} ON {table.name} ({name}) WHERE {name} IS NOT NULL",
            "SQL",
        ]

    def _gin(self) -> list[str]:
        table = self._table()
        names = table.of("jsonb", "tsvector", "hstore")
        if not names:
            return []
        name = self.random.choice(names)
        if (name,) in table.indexes:
            return []
        table.indexes[name,] = None
        return [f"add_index :{table.name}, :{name}, using: :gin"]

    def _remove_index(self) -> list[str]:
        table = self._table()
        if not table.indexes:
            return []
        columns = self.random.choice(list(table.indexes))
        if sum(set(it) == set(columns) for it in table.indexes) > 1:
            return []
        own = table.indexes.pop(columns)
        if own is not None:
            return [
                self.random.choice(
                    (
                        f"remove_index :{table.name}, name: '{own}'",
                        f"remove_index :{table.name}, name: :{own}",
                        f"execute 'DROP INDEX {own}'",
                    )
                )
            ]
        return [f"remove_index :{table.name}, column: [{', '.join(f':{it}' for it in columns)}]"]

    def _rename_index(self) -> list[str]:
        table = self._table()
        named = [(columns, own) for columns, own in table.indexes.items() if own is not None]
        if not named:
            return []
        columns, own = self.random.choice(named)
        new = f"ix_{self.random.randrange(100_000)}"
        table.indexes[columns] = new
        return [f"rename_index :{table.name}, '{own}', '{new}'"]

    def _add_key(self) -> list[str]:
        table, random = self._table(), self.random
        names = [it for it in table.of("bigint") if it not in table.keys]
        targets = [it for it in self.tables.values() if it.key == "bigint"]
        if not names or not targets:
            return []
        name, target = random.choice(names), random.choice(targets)
        table.keys[name] = target.name
        extra = random.choice(
            ("", ", on_delete: :nullify", ", on_update: :cascade", ", validate: false")
        )
        return [f"add_foreign_key :{table.name}, :{target.name}, column: :{name}{extra}"]

    def _remove_key(self) -> list[str]:
        table = self._table()
        if not table.keys:
            return []
        name = self.random.choice(list(table.keys))
        target = table.keys.pop(name)
        if self.plain:  # a column alone does not do, where it does not tell the table
            return [f"remove_foreign_key :{table.name}, :{target}, column: :{name}"]
        return [f"remove_foreign_key :{table.name}, column: :{name}"]

    def _check(self) -> list[str]:
        table, random = self._table(), self.random
        real = [it for it in table.checks if it.startswith("chk_")]
        if real and random.random() < 0.3:
            name = random.choice(real)
            del table.checks[name]
            return [f"remove_check_constraint :{table.name}, name: '{name}'"]
        names = table.of("integer", "bigint")
        if not names:
            return []
        column, name = random.choice(names), f"chk_{random.randrange(100_000)}"
        alter = f"ALTER TABLE {table.name}"
        table.checks[name] = column
        return [
            random.choice(
                (
                    f"add_check_constraint :{table.name}, '{column} >= 0', name: '{name}'",
                    f"execute '{alter} ADD CONSTRAINT {name} CHECK ({column} > 1)'",
                )
            )
        ]

    def _sql_table(self) -> list[str]:
        name = f"raw_{self.random.randrange(10_000)}"
        if name in self.tables:
            return []
        self.tables[name] = Sketch(name, {"a": "string", "b": "integer"}, key="bigint")
        if self.plain:
            return [
                "execute <<~SQL",
                f"  CREATE TABLE {name} (id integer PRIMARY KEY AUTOINCREMENT NOT NULL,",
                "    a varchar(30) DEFAULT 'q', b integer NOT NULL, c decimal(8,3),",
                f"    CONSTRAINT chk_own_{name} CHECK (b > 0))",
                "SQL",
            ]
        return [
            "execute <<~SQL",
            f"  CREATE TABLE {name} (id bigserial PRIMARY KEY, a varchar(30) DEFAULT 'q',",
            "    b int NOT NULL, c numeric(8, 3), d timestamptz DEFAULT now(),",
            "    e text[] DEFAULT '{}')",
            "SQL",
        ]

    def _enum(self) -> list[str]:
        name, table = f"mood_{self.random.randrange(10_000)}", self._table()
        column = self._word()
        table.columns[column] = "mood"
        return [
            f"execute \"CREATE TYPE {name} AS ENUM ('sad', 'fine')\"",
            f"add_column :{table.name}, :{column}, :{name}, default: 'sad'",
            f"execute \"ALTER TYPE {name} ADD VALUE 'so' BEFORE 'fine'\"",
        ]

    def _view(self) -> list[str]:
        name = f"view_{self.random.randrange(10_000)}"
        return [f"execute 'CREATE VIEW {name} AS SELECT 1 AS one'"]

    def _sql_column(self) -> list[str]:
        table, name = self._table(), self._word()
        table.columns[name] = "integer"
        table.checks[f"never_{name}"] = name
        forms = (
            f"ADD COLUMN {name} integer DEFAULT 4 CHECK ({name} > 3)",
            f"ADD {name} integer UNIQUE",
            f"ADD COLUMN IF NOT EXISTS {name} integer NOT NULL DEFAULT 0",
        )
        return [f"execute 'ALTER TABLE {table.name} {self.random.choice(forms)}'"]

    def _sql_type(self) -> list[str]:
        table = self._table()
        names = [it for it in table.of("integer") if it in table.free()]
        if not names:
            return []
        name = self.random.choice(names)
        table.columns[name] = "bigint"
        return [f"execute 'ALTER TABLE {table.name} ALTER COLUMN {name} TYPE bigint'"]

    def _generated(self) -> list[str]:
        table = self._table()
        names = table.of("integer", "bigint")
        if not names:
            return []
        source, name = self.random.choice(names), self._word()
        table.checks[f"never_{name}"] = source
        table.columns[name], table.columns[source] = "generated", "source"
        kind = "bigint GENERATED ALWAYS AS"
        return [f"execute 'ALTER TABLE {table.name} ADD {name} {kind} ({source} * 2) STORED'"]

    def _unnamed_check(self) -> list[str]:
        table = self._table()
        names = table.of("integer", "bigint")
        if not names:
            return []
        column = self.random.choice(names)
        table.checks[f"never_{column}_{self.random.randrange(1000)}"] = column
        limit = self.random.randrange(1000)
        return [f"add_check_constraint :{table.name}, '{column} < {limit}'"]

    def _bulk(self) -> list[str]:
        table = self._table()
        free = table.free()
        if len(free) < 2:
            return []
        gone, name = self.random.choice(free), self._word()
        del table.columns[gone]
        table.arrays.discard(gone)
        table.columns[name] = "string"
        return [
            f"change_table :{table.name}, bulk: true do |t|",
            f"  t.remove :{gone}",
            f"  t.string :{name}, null: false, default: ''",
            f"  t.index :{name}, name: 'ix_bulk_{name}'",
            f"  t.change :{name}, :text",
            "end",
        ]

    def _remove_reference(self) -> list[str]:
        table = self._table()
        names = table.of("reference")
        plain = [it for it in names if f"{it[:-3]}_type" not in table.columns]
        used = {name for columns in table.indexes for name in columns}
        plain = [it for it in plain if it not in used]
        if not plain:
            return []
        name = self.random.choice(plain)
        del table.columns[name]
        table.keys.pop(name, None)
        return [f"remove_reference :{table.name}, :{name[:-3]}"]

    def _loop_over_tables(self) -> list[str]:
        tables = self.random.sample(list(self.tables.values()), 2)
        name = self._word()
        for table in tables:
            table.columns[name] = "integer"
        listed = ", ".join(f":{table.name}" for table in tables)
        return [
            f"[{listed}].each do |table|",
            f"  add_column table, :{name}, :integer, default: 0, null: false",
            f'  add_index table, :{name}, name: "ix_#{{table}}_{name}"',
            "end",
        ]

    def _helper(self) -> list[str]:
        table, name = self._table(), self._word()
        table.columns[name] = "decimal"
        return [
            "add = ->(column, **given) do",
            f"  add_column :{table.name}, column, :decimal, **given",
            "end",
            f"add.call(:{name}, precision: 8, scale: 3, default: 1.5)",
        ]

    def _there_and_back(self) -> list[str]:
        table = self._table()
        name, kind, options = self._column(table)
        del table.columns[name]
        table.arrays.discard(name)
        options = [it for it in options if it != "null: false"]
        added = ", ".join([f"add_column :{table.name}, :{name}, :{kind}", *options])
        return [added, "revert do", f"  {added}", "end"]

    def _guarded(self) -> list[str]:
        table = self._table()
        name, kind, options = self._column(table)
        options = [it for it in options if it != "null: false"]
        added = ", ".join([f"add_column :{table.name}, :{name}, :{kind}", *options])
        return self.random.choice(
            (
                [f"{added} unless column_exists?(:{table.name}, :{name})"],
                [f"return if column_exists?(:{table.name}, :{name})", added],
                ["unless table_exists?(:no_such_table)", f"  {added}", "end"],
            )
        )


_KINDS: tuple[Callable[[Writer], list[str]], ...] = (
    Writer._rename_table,
    Writer._drop_table,
    Writer._join_table,
    Writer._add_column,
    Writer._add_column,
    Writer._add_by_loop,
    Writer._add_reference,
    Writer._remove_column,
    Writer._rename_column,
    Writer._change_column,
    Writer._change_default,
    Writer._change_null,
    Writer._comment,
    Writer._timestamps,
    Writer._change_table,
    Writer._add_index,
    Writer._add_index,
    Writer._sql_index,
    Writer._gin,
    Writer._remove_index,
    Writer._rename_index,
    Writer._add_key,
    Writer._remove_key,
    Writer._check,
    Writer._sql_table,
    Writer._enum,
    Writer._view,
    Writer._there_and_back,
    Writer._sql_column,
    Writer._sql_type,
    Writer._generated,
    Writer._unnamed_check,
    Writer._bulk,
    Writer._remove_reference,
    Writer._loop_over_tables,
    Writer._helper,
    Writer._guarded,
)
