"""Random histories of a small application that went wrong between what ran and what is deployed.

The application grows by a handful of migrations that make sense; then one to three mishaps befall
its folder or its database, and some new migrations come along, harmless or not.
"""

import random
from collections.abc import Callable, Iterator, Mapping

from analyzer.records import Struct, field
from tests.support.frameworks.rails_in_use import NEWEST

TABLES = ("songs", "artists", "albums", "playlists", "genres", "labels")
WORDS = ("title", "kind", "plays", "rating", "note", "origin")


class Text(Struct):
    """One migration: its body, line by line."""

    slug: str
    body: list[str]
    transaction: bool = True
    class_name: str = ""
    makes: str | None = None  # the table that it creates

    def render(self) -> str:
        name = self.class_name or camelize(self.slug)
        head = [] if self.transaction else ["  disable_ddl_transaction!", ""]
        body = [f"    {line}" for line in self.body]
        return "\n".join(
            [
                f"class {name} < ActiveRecord::Migration[{NEWEST}]",
                *head,
                "  def up",
                *body,
                "  end",
                "end",
                "",
            ]
        )

    def copy(self, **changes) -> "Text":
        values = {name: getattr(self, name) for name in self.__slots__} | changes
        return Text(**{**values, "body": list(values["body"])})


def camelize(slug: str) -> str:
    return "".join(part.capitalize() for part in slug.split("_"))


class Case(Struct):
    """A history: ``deployed`` ran; ``broken`` is today's folder. Both by version."""

    number: int
    deployed: list[tuple[int, Text]] = field(default_factory=list)
    broken: list[tuple[int, Text]] = field(default_factory=list)
    mishaps: list[str] = field(default_factory=list)
    by_hand: list[str] = field(default_factory=list)  # SQL, after deploying and filling
    filled: list[str] = field(default_factory=list)  # tables that get rows
    columns: dict[str, dict[str, str]] = field(default_factory=dict)  # as deployed

    def __str__(self) -> str:
        return f"{self.number}: {' + '.join(self.mishaps)}"

    def files(self, which: str) -> Iterator[tuple[str, str]]:
        """File name and text."""
        for version, text in getattr(self, which):
            yield f"{version}_{text.slug}.rb", text.render()


class Growing:
    """An application as it grows."""

    def __init__(self, case: Case, dice: random.Random) -> None:
        self.case, self.dice = case, dice
        self.version = 20250101000000
        self.keys: set[tuple[str, str]] = set()
        self.indexes: set[tuple[str, str]] = set()
        self.free = list(TABLES)

    def next_version(self) -> int:
        self.version += self.dice.randrange(1, 900) * 100
        return self.version

    def add(self, text: Text) -> None:
        self.case.deployed.append((self.next_version(), text))

    def create(self) -> None:
        table = self.free.pop(0)
        columns = {"title": "string"}
        lines = [f"create_table :{table} do |t|", "  t.string :title"]
        if self.dice.random() < 0.5:
            lines.append("  t.integer :plays, default: 0, null: false")
            columns["plays"] = "integer"
        others = [name for name in self.case.columns if name != table]
        if others and self.dice.random() < 0.4:
            other = self.dice.choice(others)
            lines.append(f"  t.references :{other[:-1]}, foreign_key: true")
            columns[f"{other[:-1]}_id"] = "bigint"
            self.keys.add((table, other))
        if self.dice.random() < 0.3:
            lines.append("  t.index :title")
            self.indexes.add((table, "title"))
        lines.append("end")
        self.case.columns[table] = columns
        self.add(Text(f"create_{table}", lines, makes=table))

    def column(self) -> None:
        table = self.dice.choice(list(self.case.columns))
        free = [word for word in WORDS if word not in self.case.columns[table]]
        if free:
            name, kind = self.dice.choice(free), self.dice.choice(["string", "integer", "text"])
            self.case.columns[table][name] = kind
            self.add(Text(f"add_{name}_to_{table}", [f"add_column :{table}, :{name}, :{kind}"]))

    def index(self) -> None:
        table = self.dice.choice(list(self.case.columns))
        if (table, "title") not in self.indexes:
            self.indexes.add((table, "title"))
            concurrently = self.dice.random() < 0.4
            option = ", algorithm: :concurrently" if concurrently else ""
            body = [f"add_index :{table}, :title{option}"]
            self.add(Text(f"index_{table}_by_title", body, transaction=not concurrently))

    def data(self) -> None:
        table = self.dice.choice(list(self.case.columns))
        slug = f"seed_{table}"
        if all(text.slug != slug for _, text in self.case.deployed):
            line = f"execute \"INSERT INTO {table} (title) VALUES ('seed')\""
            self.add(Text(slug, [line]))

    def view(self) -> None:
        table = self.dice.choice(list(self.case.columns))
        if all(text.slug != f"view_{table}" for _, text in self.case.deployed):
            line = f'execute "CREATE VIEW {table}_view AS SELECT id, title FROM {table}"'
            self.add(Text(f"view_{table}", [line]))

    def enum(self) -> None:
        if all(text.slug != "create_mood" for _, text in self.case.deployed):
            line = "execute \"CREATE TYPE mood AS ENUM ('calm', 'wild')\""
            self.add(Text("create_mood", [line]))


# What new migrations do


def drop_table(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice([*case.columns, "nowhere"])
    option = dice.choice(["", ", if_exists: true", ", force: :cascade"])
    return [f"drop_table :{table}{option}"]


def drop_by_sql(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice([*case.columns, "nowhere"])
    option = dice.choice(["", " CASCADE"])
    return [f'execute "DROP TABLE IF EXISTS {table}{option}"']


def remove_column(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice(list(case.columns))
    column = dice.choice([*case.columns[table], "nothing"])
    option = dice.choice(["", ", if_exists: true"])
    return [f"remove_column :{table}, :{column}{option}"]


def add_column(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice([*case.columns, "nowhere"])
    option = dice.choice(["", ", if_not_exists: true", ", default: 'x', null: false"])
    return [f"add_column :{table}, :{dice.choice(WORDS)}, :string{option}"]


def guarded_column(case: Case, dice: random.Random) -> list[str]:
    table, name = dice.choice([*case.columns, "nowhere"]), dice.choice(WORDS)
    return [
        f"unless column_exists?(:{table}, :{name})",
        f"  add_column :{table}, :{name}, :string",
        "end",
    ]


def rename_column(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice(list(case.columns))
    old = dice.choice([*case.columns[table], "nothing"])
    return [f"rename_column :{table}, :{old}, :{dice.choice([*WORDS, 'fresh'])}"]


def rename_table(case: Case, dice: random.Random) -> list[str]:
    old = dice.choice([*case.columns, "nowhere"])
    return [f"rename_table :{old}, :{dice.choice([*TABLES, 'fresh'])}"]


def create_again(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice([*case.columns, "fresh"])
    option = dice.choice(["", ", if_not_exists: true", ", force: true", ", force: :cascade"])
    return [f"create_table :{table}{option} do |t|", "  t.string :title", "  t.index :title", "end"]


def delete_rows(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice([*case.columns, "nowhere"])
    return [f'execute "{dice.choice(["DELETE FROM", "TRUNCATE"])} {table}"']


def delete_by_model(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice(list(case.columns))
    model = "Row < ActiveRecord::Base"
    return [
        f"row = Class.new(ActiveRecord::Base) {{ self.table_name = '{table}' }}"
        if dice.random() < 0.2
        else f"# {model} of {table}",
        f"execute \"UPDATE {table} SET title = 'all the same'\"",
    ]


def change_type(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice(list(case.columns))
    column = dice.choice(list(case.columns[table]))
    kind = dice.choice(["text", "integer", "string", "bigint", "boolean"])
    return [f"change_column :{table}, :{column}, :{kind}"]


def add_index(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice([*case.columns, "nowhere"])
    column = dice.choice([*WORDS, "title"])
    option = dice.choice(["", ", if_not_exists: true", ", algorithm: :concurrently"])
    return [f"add_index :{table}, :{column}{option}"]


def remove_index(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice(list(case.columns))
    how = dice.choice([":title", f'name: "index_{table}_on_title"'])
    option = dice.choice(["", ", if_exists: true"])
    return [f"remove_index :{table}, {how}{option}"]


def add_reference(case: Case, dice: random.Random) -> list[str]:
    table, other = dice.choice(list(case.columns)), dice.choice([*case.columns, "nowhere"])
    return [f"add_reference :{table}, :{other[:-1]}, foreign_key: {{ to_table: :{other} }}"]


def remove_key(case: Case, dice: random.Random) -> list[str]:
    table, other = dice.choice(list(case.columns)), dice.choice(list(case.columns))
    return [f"remove_foreign_key :{table}, :{other}"]


def not_null(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice(list(case.columns))
    column = dice.choice(list(case.columns[table]))
    default = dice.choice(["", ", 0" if case.columns[table][column] != "string" else ", 'x'"])
    return [f"change_column_null :{table}, :{column}, false{default}"]


def new_default(case: Case, dice: random.Random) -> list[str]:
    table = dice.choice([*case.columns, "nowhere"])
    return [f"change_column_default :{table}, :{dice.choice(WORDS)}, nil"]


def use_type(case: Case, dice: random.Random) -> list[str]:
    return [f"add_column :{dice.choice(list(case.columns))}, :mood, :mood"]


def several(case: Case, dice: random.Random) -> list[str]:
    """Several steps, of which a later one may find what an earlier one left."""
    return [line for step in dice.sample(STEPS, 2) for line in step(case, dice)]


Step = Callable[[Case, random.Random], list[str]]
STEPS: tuple[Step, ...] = (
    drop_table,
    drop_by_sql,
    remove_column,
    add_column,
    guarded_column,
    rename_column,
    rename_table,
    create_again,
    delete_rows,
    delete_by_model,
    change_type,
    add_index,
    remove_index,
    add_reference,
    remove_key,
    not_null,
    new_default,
    use_type,
)


# Mishaps


class Mishaps:
    """What can befall a folder and its database."""

    def __init__(self, case: Case, dice: random.Random, growing: Growing) -> None:
        self.case, self.dice, self.growing = case, dice, growing

    def _pick(self) -> int:
        return self.dice.randrange(len(self.case.broken))

    def _latest(self) -> int:
        return self.growing.next_version()

    def renamed(self) -> None:
        place = self._pick()
        self.case.broken[place] = (self._latest(), self.case.broken[place][1])

    def renamed_and_edited(self) -> None:
        place = self._pick()
        text = self.case.broken[place][1].copy()
        text.body = [*text.body, *self.dice.choice(STEPS)(self.case, self.dice)]
        self.case.broken[place] = (self._latest(), text)

    def swapped(self) -> None:
        one, other = self._pick(), self._pick()
        files = self.case.broken
        files[one], files[other] = (
            (files[other][0], files[one][1]),
            (files[one][0], files[other][1]),
        )
        if one != other:
            place = self.dice.choice([one, other])
            files[place] = (self._latest(), files[place][1])

    def copied(self) -> None:
        text = self.case.broken[self._pick()][1]
        self.case.broken.append((self._latest(), text.copy()))

    def copied_under_another_name(self) -> None:
        text = self.case.broken[self._pick()][1]
        self.case.broken.append((self._latest(), text.copy(slug=f"{text.slug}_again")))

    def _renamed_table(self, option: str) -> None:
        places = [place for place, (_, text) in enumerate(self.case.broken) if text.makes]
        if not places:
            self.renamed()
            return
        place = self.dice.choice(places)
        text = self.case.broken[place][1].copy()
        text.body[0] = text.body[0].replace(" do |t|", f", {option} do |t|")
        self.case.broken[place] = (self._latest(), text)

    def force(self) -> None:
        self._renamed_table("force: true")

    def force_cascade(self) -> None:
        self._renamed_table("force: :cascade")

    def if_not_exists(self) -> None:
        self._renamed_table("if_not_exists: true")

    def guarded(self) -> None:
        place = self._pick()
        text = self.case.broken[place][1].copy()
        table = text.makes or next(iter(self.case.columns))
        text.body = [f"unless table_exists?(:{table})", *text.body, "end"]
        self.case.broken[place] = (self._latest(), text)

    def deleted(self) -> None:
        if len(self.case.broken) > 1:
            del self.case.broken[self._pick()]

    def half_applied(self) -> None:
        """The deployed text failed in the middle, without a transaction; today's is mended."""
        table = f"half{len(self.case.deployed)}"
        made = [f"create_table :{table} do |t|", "  t.string :title", "end"]
        rest = self.dice.choice(
            [[f"add_column :{table}, :more, :string"], ["create_table :other_half"]]
        )
        version, slug = self._latest(), f"make_{table}"
        broken = Text(slug, [*made, 'execute "SELECT 1/0"', *rest], transaction=False)
        mended = Text(slug, [*made, *rest], transaction=self.dice.random() < 0.5)
        self.case.deployed.append((version, broken))
        self.case.broken.append((version, mended))

    def duplicate_version(self) -> None:
        version = self.case.broken[self._pick()][0]
        self.case.broken.append((version, Text("also_there", ["create_table :also"])))

    def duplicate_class(self) -> None:
        text = self.case.broken[self._pick()][1]
        self.case.broken.append((self._latest(), Text(text.slug, ["create_table :also"])))

    def wrong_class(self) -> None:
        place = self._pick()
        text = self.case.broken[place][1]
        wrong = text.copy(class_name="SomethingElse")
        self.case.broken[place] = (self._latest(), wrong)

    def dropped_by_hand(self) -> None:
        table = self.dice.choice(list(self.case.columns))
        self.case.by_hand.append(f"DROP TABLE IF EXISTS {table} CASCADE")

    def row_lost(self) -> None:
        version = self.dice.choice(self.case.deployed)[0]
        self.case.by_hand.append(f"DELETE FROM schema_migrations WHERE version = '{version}'")

    def row_by_hand(self) -> None:
        version = self._latest()
        self.case.by_hand.append(f"INSERT INTO schema_migrations VALUES ('{version}')")
        self.case.broken.append((version, Text("never_ran", ["create_table :never"])))

    def new(self) -> None:
        step = self.dice.choice([*STEPS, several])
        body = step(self.case, self.dice)
        without = any("concurrently" in line for line in body) and self.dice.random() < 0.7
        transaction = not without and self.dice.random() < 0.85
        slug = f"{step.__name__}_{len(self.case.broken)}"
        self.case.broken.append((self._latest(), Text(slug, body, transaction=transaction)))


KINDS: Mapping[str, Callable[[Mishaps], None]] = {
    name: method for name, method in vars(Mishaps).items() if not name.startswith("_")
}


def broken_history(number: int, seed: int = 0) -> Case:
    """The history of a number: the first ones have each mishap by itself, later ones combine."""
    dice = random.Random(f"{seed}-{number}")
    case = Case(number)
    growing = Growing(case, dice)
    growing.create()
    growing.create()
    steps = [growing.create, growing.column, growing.index, growing.data, growing.view]
    for step in dice.choices([*steps, growing.enum], k=dice.randrange(2, 6)):
        if step != growing.create or growing.free:
            step()
    case.broken = list(case.deployed)
    case.filled = [table for table in case.columns if dice.random() < 0.7]
    mishaps = Mishaps(case, dice, growing)
    names = list(KINDS)
    chosen = [names[number]] if number < len(names) else dice.choices(names, k=dice.randrange(1, 4))
    for name in [*chosen, *(["new"] if dice.random() < 0.6 else [])]:
        case.mishaps.append(name)
        KINDS[name](mishaps)
    return case
