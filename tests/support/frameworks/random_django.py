"""Random migrations of Django: what one makes, later ones change, rename and remove."""

import random
from collections.abc import Callable, Iterator

from analyzer.records import Struct, field

APPS = ("shop", "zoo")
_HEAD = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n"
_PLAIN = (
    "BigIntegerField({})",
    "BinaryField({})",
    "BooleanField({})",
    "CharField(max_length=40{c}{})",
    "DateField({})",
    "DateTimeField({})",
    "DecimalField(max_digits=8, decimal_places=2{c}{})",
    "DurationField({})",
    "EmailField({})",
    "FileField(upload_to='x'{c}{})",
    "FloatField({})",
    "GenericIPAddressField({})",
    "IntegerField({})",
    "JSONField({})",
    "PositiveBigIntegerField({})",
    "PositiveIntegerField({})",
    "PositiveSmallIntegerField({})",
    "SlugField({})",
    "SmallIntegerField({})",
    "TextField({})",
    "TimeField({})",
    "URLField({})",
    "UUIDField({})",
)
_BECOMES = {  # the kinds of which one becomes another without an expression of its own
    "IntegerField": ("BigIntegerField", "SmallIntegerField", "PositiveIntegerField", "TextField"),
    "SmallIntegerField": ("IntegerField", "PositiveSmallIntegerField"),
    "PositiveIntegerField": ("IntegerField", "BigIntegerField"),
    "CharField": ("TextField", "SlugField"),
    "SlugField": ("TextField",),
    "TextField": ("CharField",),
    "FloatField": ("DecimalField",),
    "DateField": ("DateTimeField",),
}
_KEYS = ("AutoField", "BigAutoField", "SmallAutoField", "UUIDField", "CharField")


class Drawn(Struct):
    """A model as it stands; ``busy`` are fields that something else names."""

    app: str
    name: str
    fields: dict[str, str] = field(default_factory=dict)
    busy: set[str] = field(default_factory=set)
    indexes: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    together: list[tuple[str, ...]] = field(default_factory=list)
    referred: bool = False
    key: str = "BigAutoField"


def kind_of(text: str) -> str:
    """The class of a field."""
    return text.partition("(")[0]


class Migrations:
    """Draws migrations, which all of them can run one after another."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.models: list[Drawn] = []
        self.count = 0
        self.new: set[str] = set()

    def name(self, lead: str) -> str:
        """A name that nothing else has."""
        self.count += 1
        longer = "_of_some_length" * self.random.choice((0, 0, 0, 1, 3))
        return f"{lead}{self.count}{longer}"

    def drawn(self, app: str) -> list[str]:
        """The operations of one migration."""
        self.new = set()  # indexes that are made at its end
        return [self.operation(app) for _ in range(self.random.randint(1, 4))]

    def operation(self, app: str) -> str:
        """One operation that can run."""
        own = [it for it in self.models if it.app == app]
        if len(own) < 2:
            return self.create(app)
        kinds: tuple[Callable[[Drawn], str | None], ...] = (
            self.add, self.add, self.remove, self.alter, self.alter, self.alter, self.rename_field,
            self.rename_model, self.alter_table, self.delete, self.unique_together, self.add_index,
            self.remove_index, self.rename_index, self.add_constraint, self.remove_constraint,
            self.apart, self.run_sql, self.alter_key, self.order, self.alter_link,
        )  # fmt: off
        for _ in range(30):
            told = self.random.choice(kinds)(self.random.choice(own))
            if told is not None:
                return told
        return self.create(app)

    # Fields

    def options(self, *, new: bool) -> str:
        """Options that any field has."""
        draw, told = self.random.random, []
        if draw() < 0.5 or not new:
            told.append("null=True")
        if draw() < 0.2:
            told.append("db_index=True")
        if draw() < 0.15:
            told.append("unique=True")
        if draw() < 0.15:
            told.append(f"db_column={self.name('c_')[:60]!r}")
        return ", ".join(told)

    def plain(self, *, new: bool = True) -> str:
        """A field that leads nowhere."""
        text = self.random.choice(_PLAIN)
        told = self.options(new=new)
        if kind_of(text) in ("JSONField", "BinaryField"):
            told = told.replace(", unique=True", "").replace("unique=True", "")
            told = told.replace(", db_index=True", "").replace("db_index=True", "")
            told = told.lstrip(", ")
        return text.format(told, c=", " if told else "")

    def link(self, app: str) -> str | None:
        """A field that leads to a model."""
        if not self.models:
            return None
        there = self.random.choice(self.models)
        there.referred = True
        kind = self.random.choice(("ForeignKey", "ForeignKey", "OneToOneField"))
        told = ["null=True", "on_delete=models.CASCADE"]
        told.append(f"related_name={self.random.choice(('+', self.name('back')))!r}")
        if self.random.random() < 0.2:
            told.append("db_constraint=False")
        if self.random.random() < 0.2:
            told.append("db_index=False")
        named = there.name if there.app == app and self.random.random() < 0.3 else None
        to = named or f"{there.app}.{there.name}"
        return f"{kind}({to!r}, {', '.join(told)})"

    def pairs(self) -> str | None:
        """A field for which a table of pairs stands."""
        if not self.models:
            return None
        there = self.random.choice(self.models)
        there.referred = True
        return (
            f"ManyToManyField({there.app + '.' + there.name!r}, related_name={self.name('all')!r})"
        )

    def field(self, app: str, *, new: bool = True) -> str:
        """Any field."""
        chance = self.random.random()
        made = self.link(app) if chance < 0.25 else self.pairs() if chance < 0.35 else None
        return made or self.plain(new=new)

    def stored(self, model: Drawn) -> list[str]:
        """The fields with columns that nothing else names."""
        return [
            name
            for name, text in model.fields.items()
            if name not in model.busy and kind_of(text) != "ManyToManyField" and name != "id"
        ]

    # Models

    def create(self, app: str) -> str:
        """A model."""
        model = Drawn(app, self.name("Thing").replace("_", ""))
        model.key = self.random.choice(_KEYS)
        size = "max_length=20, " if model.key == "CharField" else ""
        key = f"{model.key}({size}primary_key=True, serialize=False)"
        model.fields = {"id": key}
        for _ in range(self.random.randint(1, 5)):
            model.fields[self.name("f")] = self.field(app)
        options = []
        if self.random.random() < 0.25:
            options.append(f"'db_table': {self.name('t_')[:40]!r}")
        stored = self.stored(model)
        if len(stored) > 1 and self.random.random() < 0.4:
            model.together = [tuple(stored[:2])]
            model.busy |= set(stored[:2])
            options.append(f"'unique_together': {{{tuple(stored[:2])!r}}}")
        elif stored and self.random.random() < 0.3:
            name = self.name("ix")[:30]
            model.indexes.append(name)
            self.new.add(name)
            model.busy.add(stored[0])
            sign = self.random.choice(("", "-"))
            options.append(
                f"'indexes': [models.Index(fields=[{sign + stored[0]!r}], name={name!r})]"
            )
        listed = ", ".join(f"({it!r}, models.{text})" for it, text in model.fields.items())
        self.models.append(model)
        self.new.add(model.name)
        return (
            f"migrations.CreateModel(name={model.name!r}, fields=[{listed}], "
            f"options={{{', '.join(options)}}})"
        )

    def delete(self, model: Drawn) -> str | None:
        if model.referred or self.random.random() < 0.6:
            return None
        self.models.remove(model)
        return f"migrations.DeleteModel(name={model.name!r})"

    def rename_model(self, model: Drawn) -> str:
        old, model.name = model.name, self.name("Other").replace("_", "")
        self._lead_on(f"{model.app}.{old}", f"{model.app}.{model.name}", old)
        return f"migrations.RenameModel(old_name={old!r}, new_name={model.name!r})"

    def _lead_on(self, old: str, new: str, bare: str) -> None:
        for model in self.models:
            for name, text in model.fields.items():
                told = text.replace(f"({old!r},", f"({new!r},")
                if model.app == new.partition(".")[0]:
                    told = told.replace(f"({bare!r},", f"({new!r},")
                model.fields[name] = told

    def alter_table(self, model: Drawn) -> str:
        table = self.random.choice((self.name("t_")[:40], None))
        return f"migrations.AlterModelTable(name={model.name!r}, table={table!r})"

    def add(self, model: Drawn) -> str:
        name = self.name("f")
        model.fields[name] = self.field(model.app, new=False)
        return (
            f"migrations.AddField(model_name={model.name!r}, name={name!r}, "
            f"field=models.{model.fields[name]})"
        )

    def remove(self, model: Drawn) -> str | None:
        names = [it for it in model.fields if it not in model.busy and it != "id"]
        if len(names) < 2:
            return None
        name = self.random.choice(names)
        del model.fields[name]
        return f"migrations.RemoveField(model_name={model.name!r}, name={name!r})"

    def _altered(self, model: Drawn, name: str, text: str) -> str:
        model.fields[name] = text
        return (
            f"migrations.AlterField(model_name={model.name!r}, name={name!r}, field=models.{text})"
        )

    def alter(self, model: Drawn) -> str | None:
        names = [it for it in self.stored(model) if "(" in model.fields[it]]
        names = [it for it in names if kind_of(model.fields[it]) in _BECOMES]
        if not names:
            return None
        name = self.random.choice(names)
        kind = kind_of(model.fields[name])
        other = self.random.choice((kind, *_BECOMES[kind]))
        template = next(it for it in _PLAIN if kind_of(it) == other)
        told = self.options(new=True)
        return self._altered(model, name, template.format(told, c=", " if told else ""))

    def alter_link(self, model: Drawn) -> str | None:
        names = [it for it, text in model.fields.items() if kind_of(text) == "ForeignKey"]
        names = [it for it in names if it not in model.busy]
        if not names:
            return None
        name = self.random.choice(names)
        text = model.fields[name]
        other = text.replace("ForeignKey", "OneToOneField").replace(", db_index=False", "")
        if self.random.random() < 0.5 and "db_constraint" not in text:
            other = text.removesuffix(")") + ", db_constraint=False)"
        return self._altered(model, name, other)

    def alter_key(self, model: Drawn) -> str | None:
        if model.key not in ("AutoField", "SmallAutoField"):
            return None
        model.key = "BigAutoField"
        return self._altered(model, "id", "BigAutoField(primary_key=True, serialize=False)")

    def rename_field(self, model: Drawn) -> str | None:
        names = [it for it in model.fields if it not in model.busy and it != "id"]
        if not names:
            return None
        old, new = self.random.choice(names), self.name("g")
        model.fields = {new if it == old else it: text for it, text in model.fields.items()}
        return (
            f"migrations.RenameField(model_name={model.name!r}, old_name={old!r}, new_name={new!r})"
        )

    # Keys

    def unique_together(self, model: Drawn) -> str | None:
        stored = self.stored(model)
        if model.name in self.new:
            return None
        if model.together:
            model.busy -= {it for names in model.together for it in names}
            model.together = []
            return f"migrations.AlterUniqueTogether(name={model.name!r}, unique_together=set())"
        if len(stored) < 2 or model.indexes:
            return None
        names = tuple(self.random.sample(stored, 2))
        model.together, model.busy = [names], model.busy | {*names}
        return f"migrations.AlterUniqueTogether(name={model.name!r}, unique_together={{{names!r}}})"

    def add_index(self, model: Drawn) -> str | None:
        stored = self.stored(model)
        if not stored or model.together:
            return None
        name, column = self.name("ix")[:30], self.random.choice(stored)
        model.indexes.append(name)
        model.busy.add(column)
        where = f", condition=models.Q(({column + '__isnull'!r}, False))"
        told = self.random.choice(("", where))
        return (
            f"migrations.AddIndex(model_name={model.name!r}, "
            f"index=models.Index(fields=[{column!r}], name={name!r}{told}))"
        )

    def remove_index(self, model: Drawn) -> str | None:
        if not model.indexes:
            return None
        name = model.indexes.pop()
        return f"migrations.RemoveIndex(model_name={model.name!r}, name={name!r})"

    def rename_index(self, model: Drawn) -> str | None:
        if not model.indexes or model.indexes[-1] in self.new:
            return None
        old, new = model.indexes.pop(), self.name("ix")[:30]
        model.indexes.append(new)
        return (
            f"migrations.RenameIndex(model_name={model.name!r}, old_name={old!r}, new_name={new!r})"
        )

    def add_constraint(self, model: Drawn) -> str | None:
        stored = [it for it in self.stored(model) if kind_of(model.fields[it]) != "JSONField"]
        numbers = [it for it in stored if kind_of(model.fields[it]) == "IntegerField"]
        if not stored:
            return None
        name = self.name("k")
        if numbers:
            column = self.random.choice(numbers)
            told = f"CheckConstraint(condition=models.Q(({column + '__gte'!r}, 0)), name={name!r})"
        else:
            column = self.random.choice(stored)
            told = f"UniqueConstraint(fields=({column!r},), name={name!r})"
        model.constraints.append(name)
        model.busy.add(column)
        return f"migrations.AddConstraint(model_name={model.name!r}, constraint=models.{told})"

    def remove_constraint(self, model: Drawn) -> str | None:
        if not model.constraints:
            return None
        name = model.constraints.pop()
        return f"migrations.RemoveConstraint(model_name={model.name!r}, name={name!r})"

    # The rest

    def apart(self, model: Drawn) -> str:
        """A column that the state has, and SQL that adds it."""
        name = self.name("s")
        model.fields[name] = "IntegerField(null=True)"
        model.busy.add(name)
        inner = (
            f"migrations.AddField(model_name={model.name!r}, name={name!r}, "
            "field=models.IntegerField(null=True))"
        )
        chosen = self.random.choice(("database_operations", ""))
        database = f"database_operations=[{inner}], " if chosen else ""
        if not database:
            table = self.name("by_hand")
            database = (
                f"database_operations=[migrations.RunSQL('CREATE TABLE {table} (a integer)')], "
            )
            del model.fields[name]
            return f"migrations.SeparateDatabaseAndState({database}state_operations=[])"
        return f"migrations.SeparateDatabaseAndState({database}state_operations=[{inner}])"

    def run_sql(self, model: Drawn) -> str:
        del model
        table = self.name("by_sql")
        return (
            f"migrations.RunSQL([('CREATE TABLE {table} (a integer DEFAULT %s)', [4]), "
            f"'CREATE INDEX {table}_a ON {table} (a)'], migrations.RunSQL.noop)"
        )

    def order(self, model: Drawn) -> str | None:
        links = [it for it, text in model.fields.items() if kind_of(text) == "ForeignKey"]
        if not links or "_order" in model.fields:
            return None
        model.busy.add(links[0])
        model.fields["_order"] = "OrderWrt()"
        model.busy.add("_order")
        return (
            f"migrations.AlterOrderWithRespectTo(name={model.name!r}, "
            f"order_with_respect_to={links[0]!r})"
        )


def migrations(seed: int, count: int) -> Iterator[tuple[str, str, str]]:
    """Migrations of two apps in their order: the app, the name, and the text."""
    made, last = Migrations(seed), dict[str, str]()
    for number in range(1, count + 1):
        app = APPS[0] if number < 3 else made.random.choice(APPS)
        name = f"{number:04}_step"
        operations = "".join(f"        {it},\n" for it in made.drawn(app))
        after = "".join(f"({it!r}, {one!r}), " for it, one in last.items())
        yield (
            app,
            name,
            (f"{_HEAD}    dependencies = [{after}]\n    operations = [\n{operations}    ]\n"),
        )
        last[app] = name
