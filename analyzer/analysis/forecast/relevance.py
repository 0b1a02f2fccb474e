"""Which of many texts can bear on what some migrations will find, told without parsing them."""

import re
from collections import defaultdict
from collections.abc import Iterable

from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Parsed
from analyzer.model.effects.objects import Role, bare, objects
from analyzer.model.schema.schema import Index

# A single letter counts as a name only where it is written as one: ``t`` is every block's table.
_WORD = re.compile(rb"\w{2,}|(?<=[:\"'])\w")
_INSIDE = frozenset({"column", "foreign_key", "constraint"})
_SHAPERS = frozenset(
    {
        b"create_table",
        b"drop_table",
        b"rename_table",
        b"CREATE",
        b"DROP",
        b"RENAME",
        b"create",
        b"drop",
        b"rename",
        b"drop_tables",
    }
)
_REFERRING = frozenset({b"references", b"belongs_to", b"foreign_key", b"add_foreign_key"})
_REFERRING |= {b"add_reference", b"add_belongs_to", b"REFERENCES", b"to_table"}
# names that are put together at run time may be any
_COMPUTED = re.compile(rb"#\{|join_table|eval\b|constantize|send\b")
_IMPLIED = {"created_at": b"timestamps", "updated_at": b"timestamps"}


def _words_of(content: bytes) -> frozenset[bytes]:
    return frozenset(_WORD.findall(content))


def _is_computed(content: bytes) -> bool:
    return _COMPUTED.search(content) is not None


class Relevance:
    """The tables that some migrations touch, and for each the names of its parts.

    Args: wide: whatever names a touched table counts, and tables that refer to one which may go
        are touched too: more texts, and all that an alarm must hold in.
    """

    def __init__(self, migrations: Iterable[Parsed], *, wide: bool = False) -> None:
        self._wide = wide
        self.words: defaultdict[bytes, set[bytes]] = defaultdict(set)
        self.targets: set[bytes] = set()  # tables that others may refer to, which then matters
        for parsed in (told := list(migrations)):
            for effect in map(bare, parsed.effects):
                self._touch(effect)
        for parsed in reversed(told):  # the names before their own renames
            self.follow_names(parsed)

    def follow_names(self, parsed: Parsed) -> bool:
        """Count earlier names of tables, columns and indexes too; say whether one was new."""
        before = self._size()
        for effect in map(bare, reversed(parsed.effects)):
            if self._wide:
                self._touch_referring(effect)
            match effect:
                case e.RenameTable(old, new) | e.RenameIndex(_, old, new):
                    self._also_called(new.encode(), old.encode())
                case e.RenameColumn(table, old, new):
                    known = self.words.get(table.encode(), set())
                    if new.encode() in known:
                        self._within(table, old)
                case _:
                    continue
        return self._size() > before

    def _touch_referring(self, effect: e.PlainEffect) -> None:
        """Touch a table with a foreign key to one that may go."""
        tables = {(role, ref.name.encode()) for role, ref in objects(effect) if ref.kind == "table"}
        if any(role is Role.NEEDS and name in self.targets for role, name in tables):
            for _, name in tables:
                self.words.setdefault(name, set())

    def _also_called(self, new: bytes, old: bytes) -> None:
        if new in self.words:
            self.words[old] |= self.words[new]

    def _size(self) -> int:
        return sum(1 + len(names) for names in self.words.values())

    def concerns(self, content: bytes) -> bool:
        """Whether a text may shape a table that is touched, or speaks of what is in it."""
        return self.is_met_by(_words_of(content)) or _is_computed(content)

    def is_met_by(self, words: frozenset[bytes]) -> bool:
        """The same of a text's words, names that are put together at run time left out."""
        if self._wide and not words.isdisjoint(self.words):
            return True
        if any(
            words & _SHAPERS or not self.words[table].isdisjoint(words)
            for table in words & self.words.keys()
        ):
            return True
        return bool(words & _REFERRING) and not self.targets.isdisjoint(words)

    def _touch(self, effect: e.PlainEffect) -> None:
        for _, ref in objects(effect):
            name = ref.name.removeprefix("public.")
            if ref.kind in _INSIDE:
                table, _, inner = name.rpartition(".")
                self._within(table.rpartition(".")[2], inner)
            else:
                self.words[name.rpartition(".")[2].encode()] |= {b"INDEX", b"name"}
        if isinstance(effect, e.AddIndex):
            for column in _WORD.findall(" ".join(_sql_of(effect.index)).encode()):
                self._within(effect.table, column.decode())
        if isinstance(effect, e.RemoveIndex) and effect.table is not None:
            for column in effect.columns or ():
                self._within(effect.table, column)
        if isinstance(effect, e.CreateTable | e.DropTable | e.RemoveColumn | e.WriteData):
            table = effect.table.name if isinstance(effect, e.CreateTable) else _table_of(effect)
            self.targets |= {table.encode(), table.removesuffix("s").encode()}

    def _within(self, table: str, inner: str) -> None:
        words = self.words[table.encode()]
        words.add(inner.encode())
        words.add(inner.removesuffix("_id").removesuffix("_type").encode())
        if inner in _IMPLIED:
            words.add(_IMPLIED[inner])


class WordIndex:
    """Many texts, each looked through once, however many migrations are asked about."""

    def __init__(self, contents: Iterable[bytes]) -> None:
        self._words: list[frozenset[bytes]] = []
        self._holding: defaultdict[bytes, list[int]] = defaultdict(list)
        self._computed: list[int] = []
        for place, content in enumerate(contents):
            self._words.append(_words_of(content))
            for word in self._words[-1]:
                self._holding[word].append(place)
            if _is_computed(content):
                self._computed.append(place)

    def concerned(self, relevance: Relevance) -> list[int]:
        """The places of the texts that `Relevance.concerns`, in their order."""
        named = {*relevance.words, *relevance.targets}
        holding = {place for name in named for place in self._holding.get(name, ())}
        met = (place for place in holding if relevance.is_met_by(self._words[place]))
        return sorted({*self._computed, *met})


def _sql_of(index: Index) -> tuple[str, ...]:
    """Whatever may name a column: an expression and a condition as well."""
    return (*index.columns, *index.include, index.where or "")


def _table_of(effect: e.DropTable | e.RemoveColumn | e.WriteData) -> str:
    return effect.name if isinstance(effect, e.DropTable) else effect.table
