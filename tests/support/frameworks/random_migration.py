"""Migrations as people write them: much boilerplate, so that siblings look alike."""

from collections import Counter
from random import Random

from analyzer.records import Struct, replace

TABLES = [
    "songs",
    "albums",
    "artists",
    "users",
    "playlists",
    "labels",
    "genres",
    "concerts",
    "venues",
    "tickets",
    "reviews",
    "comments",
    "orders",
    "invoices",
    "payments",
    "products",
    "prices",
    "carts",
    "coupons",
    "shipments",
    "addresses",
    "countries",
]
COLUMNS = [
    "name",
    "title",
    "position",
    "status",
    "kind",
    "notes",
    "url",
    "email",
    "slug",
    "color",
    "size",
    "weight",
]
TYPES = ["string", "integer", "boolean", "text", "datetime", "decimal"]
WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "frost",
    "grove",
    "haven",
    "ivory",
    "jade",
    "karst",
    "lunar",
    "maple",
    "north",
    "ocean",
    "pearl",
    "quartz",
    "river",
    "stone",
    "tulip",
    "umber",
    "violet",
    "willow",
    "xenon",
    "yarrow",
    "zephyr",
]
EMPTIED = ("# it did its work",)  # the body of a migration whose text was taken away


class Source(Struct, frozen=True):
    """A migration's text in the pieces that edits touch. ``identity`` is which migration it is.

    ``undone_by`` is the body of the migration that would take it back; empty where there is none.
    """

    identity: int
    slug: str
    body: tuple[str, ...]
    undone_by: tuple[str, ...] = ()
    base: str = "ActiveRecord::Migration[6.1]"
    magic: bool = False  # starts with a frozen_string_literal comment
    upward: bool = False  # def up and def down in place of def change

    @property
    def class_name(self) -> str:
        """The class that Rails expects for the slug."""
        return "".join(part[:1].upper() + part[1:] for part in self.slug.split("_"))

    @property
    def works(self) -> tuple[str, ...]:
        """The lines that create something."""
        return tuple(line for line in self.body if line.startswith(("create_", "add_", "  t.")))

    @property
    def table(self) -> str | None:
        """The line that creates a table, if one does."""
        return next((line for line in self.body if line.startswith("create_table")), None)

    def text(self) -> bytes:
        """The file's content."""
        lines = ["# frozen_string_literal: true", ""] if self.magic else []
        lines += [f"class {self.class_name} < {self.base}", f"  def {self._method}"]
        lines += [f"    {line}" for line in self.body] + ["  end"]
        if self.upward:
            down = self.undone_by or ("raise ActiveRecord::IrreversibleMigration",)
            lines += ["", "  def down", *(f"    {line}" for line in down), "  end"]
        return "\n".join([*lines, "end", ""]).encode()

    @property
    def _method(self) -> str:
        return "up" if self.upward else "change"


def recognisable(then: Source, now: Source) -> bool:
    """Whether a person who saw only the two texts would take them for one migration.

    They have one name, or three quarters of the longer text are in the other, or they do the same
    work, which a database refuses to do twice; or they create one table under names that differ in
    a letter.
    """
    old, new = (Counter(source.text().splitlines(keepends=True)) for source in (then, now))
    shared = sum(len(line) * times for line, times in (old & new).items())
    longest = max(len(then.text()), len(now.text()))
    alike = then.slug == now.slug or 4 * shared >= 3 * longest or then.works == now.works != ()
    plural = then.slug.removesuffix("s") == now.slug.removesuffix("s")
    return alike or (plural and then.table == now.table is not None)


def word(number: int) -> str:
    """A word of its own for each number: amber, birch, ... amber_birch."""
    rest, last = divmod(number, len(WORDS))
    return WORDS[last] if rest == 0 else f"{word(rest - 1)}_{WORDS[last]}"


def fresh(identity: int, random: Random) -> Source:
    """Write a migration that does what no other does: its number gives it a word of its own."""
    kinds = [_create_table] * 4 + [_add_columns] * 3 + [_add_index] * 2
    kinds += [_fill_in, _set_default, _move_values]
    slug, body, undone_by = random.choice(kinds)(word(identity), random)
    return Source(identity, slug, tuple(body), tuple(undone_by))


Draft = tuple[str, list[str], list[str]]


def _create_table(own: str, random: Random) -> Draft:
    table = f"{own}_{random.choice(TABLES)}"
    lines = [f"create_table :{table} do |t|", *_columns(random), "  t.timestamps", "end"]
    if random.random() < 0.3:
        lines += ["", f"add_index :{table}, :{random.choice(COLUMNS)}, unique: true"]
    return f"create_{table}", lines, [f"drop_table :{table}"]


def _columns(random: Random) -> list[str]:
    names = random.sample(COLUMNS, random.randint(1, 5))
    lines = [f"  t.{random.choice(TYPES)} :{name}, null: false" for name in names]
    if random.random() < 0.5:
        owner = random.choice(TABLES).removesuffix("s")
        lines.append(f"  t.references :{owner}, null: false, foreign_key: true")
    return lines


def _add_columns(own: str, random: Random) -> Draft:
    table = random.choice(TABLES)
    names = [own, *(f"{own}_{name}" for name in random.sample(COLUMNS, random.randint(0, 2)))]
    kind = random.choice(TYPES)
    lines = [f"add_column :{table}, :{name}, :{kind}" for name in names]
    return f"add_{own}_to_{table}", lines, [f"remove_column :{table}, :{name}" for name in names]


def _add_index(own: str, random: Random) -> Draft:
    table = random.choice(TABLES)
    lines = [f"add_index :{table}, :{own}_id, algorithm: :concurrently"]
    return f"add_index_to_{table}_{own}_id", lines, [f"remove_index :{table}, :{own}_id"]


def _fill_in(own: str, random: Random) -> Draft:
    table, column = random.choice(TABLES), f"{own}_{random.choice(COLUMNS)}"
    lines = [
        f"{table.removesuffix('s').capitalize()}.where({column}: nil).find_each do |record|",
        f"  record.update_columns({column}: record.{own})",
        "end",
    ]
    return f"fill_in_{column}_of_{table}", lines, []


def _move_values(own: str, random: Random) -> Draft:
    """Its way back has the same words in another order."""
    model = random.choice(TABLES).removesuffix("s").capitalize()
    there, back = ((own, f"{own}_too"), (f"{own}_too", own))
    lines = [f"{model}.where(kind: '{a}').update_all(kind: '{b}')" for a, b in (there, back)]
    return f"move_{own}_of_{model.lower()}", lines[:1], lines[1:]


def _set_default(own: str, random: Random) -> Draft:
    table, column = random.choice(TABLES), f"{own}_{random.choice(COLUMNS)}"
    lines = [
        f"change_column_default :{table}, :{column}, from: nil, to: 0",
        f"change_column_null :{table}, :{column}, false",
    ]
    return f"change_{column}_on_{table}", lines, []


def inverse(source: Source) -> Source | None:
    """Write the migration that takes another back; None where it cannot be taken back.

    Its identity is the other's, negative: whoever takes a copy back does the same work. What takes
    back an inverse would be the first migration again, so there is none.
    """
    if not source.undone_by or source.identity < 0:
        return None
    return replace(
        source,
        identity=-source.identity,
        slug=f"{('take_back', 'revert', 'undo')[source.identity % 3]}_{source.slug}",
        body=source.undone_by,
        undone_by=source.body,
    )


def touched_up(source: Source, random: Random) -> Source:
    """Edit lightly: what a reviewer asks for."""
    place = random.randrange(len(source.body) + 1)
    options = [
        replace(source, magic=not source.magic),
        replace(source, base="ActiveRecord::Migration[7.0]"),
        replace(source, body=_with(source.body, place, "# asked for in the review")),
        replace(source, upward=not source.upward),
    ]
    return random.choice(options)


def worked_over(source: Source, random: Random) -> Source:
    """Edit heavily, so that git sees two files; what it did before, it still does."""
    own = word(source.identity) if source.identity > 0 else f"undo_{word(-source.identity)}"
    more = [f"add_index :{own}_{name}, :{name}" for name in COLUMNS]
    lines = [
        "# Written so that it can run twice: production has half of it already.",
        *source.body,
        "",
        *random.sample(more, random.randint(3, 8)),
        "reversible do |dir|",
        f'  dir.up {{ execute "ANALYZE {own}" }}',
        "end",
    ]
    return replace(source, body=tuple(lines), upward=random.random() < 0.5)


def reworked(source: Source, random: Random) -> Source | None:
    """Give a table other columns, and the name another number; None where there is no table."""
    if source.table is None or source.identity < 0:
        return None
    columns = [line for line in source.body if line.startswith("  t.")]
    others = [f"  t.{random.choice(TYPES)} :{name}_v2" for name in random.sample(COLUMNS, 6)]
    body = (source.table, *others, *source.body[1 + len(columns) :])
    slug = source.slug.removesuffix("s") if source.slug.endswith("s") else f"{source.slug}s"
    return replace(source, slug=slug, body=body)


def emptied(source: Source) -> Source:
    """Take all that it does out: it ran everywhere and stands in the way of a new database."""
    return replace(source, body=EMPTIED, undone_by=(), upward=False)


def _with(body: tuple[str, ...], place: int, line: str) -> tuple[str, ...]:
    return (*body[:place], line, *body[place:])
