"""Fields as columns: kinds, sizes, and what a field says of its column."""

from collections.abc import Mapping

from analyzer.engines.registry import engine, settled_sql
from analyzer.frameworks.django.project.values import ModuleCall, Name, Unread
from analyzer.model.schema.schema import Computed, Default, SqlText
from analyzer.records import Struct, replace

UNKNOWN = "unknown"  # the type that the comparison of schemas leaves alone
_PLAIN: Mapping[str, tuple[str, int | None]] = {
    "AutoField": ("integer", None),
    "BigAutoField": ("bigint", None),
    "SmallAutoField": ("integer", 2),
    "BinaryField": ("binary", None),
    "BooleanField": ("boolean", None),
    "NullBooleanField": ("boolean", None),
    "DateField": ("date", None),
    "DateTimeField": ("timestamptz", None),
    "DurationField": ("interval", None),
    "FloatField": ("float", None),
    "IntegerField": ("integer", None),
    "BigIntegerField": ("bigint", None),
    "SmallIntegerField": ("integer", 2),
    "PositiveBigIntegerField": ("bigint", None),
    "PositiveIntegerField": ("integer", None),
    "PositiveSmallIntegerField": ("integer", 2),
    "IPAddressField": ("inet", None),
    "GenericIPAddressField": ("inet", None),
    "JSONField": ("jsonb", None),
    "TextField": ("text", None),
    "TimeField": ("time", None),
    "UUIDField": ("uuid", None),
    "HStoreField": ("hstore", None),
    "CICharField": ("citext", None),
    "CIEmailField": ("citext", None),
    "CITextField": ("citext", None),
    "SearchVectorField": ("tsvector", None),
    "IntegerRangeField": ("int4range", None),
    "BigIntegerRangeField": ("int8range", None),
    "DecimalRangeField": ("numrange", None),
    "FloatRangeField": ("numrange", None),
    "DateTimeRangeField": ("tstzrange", None),
    "DateRangeField": ("daterange", None),
}
_ELSEWHERE: Mapping[str, tuple[str, int | None]] = {  # where the database has no such types
    "DurationField": ("bigint", None),
    "GenericIPAddressField": ("string", 39),
    "IPAddressField": ("string", 15),
    "UUIDField": ("string", 32),
    "JSONField": (UNKNOWN, None),
    "DecimalField": (UNKNOWN, None),
}
_TEXTS: Mapping[str, int | None] = {  # with the characters that each has unless it says otherwise
    "CharField": None,
    "EmailField": 254,
    "FileField": 100,
    "FilePathField": 100,
    "ImageField": 100,
    "SlugField": 50,
    "URLField": 200,
    "CommaSeparatedIntegerField": None,
}
_MANY = "ManyToManyField"
_OTHERS: Mapping[str, str] = {  # fields of widespread packages that are just one of the tool's own
    "modelcluster.fields.ParentalKey": "ForeignKey",
    "modelcluster.fields.ParentalManyToManyField": _MANY,
    "mptt.fields.TreeForeignKey": "ForeignKey",
    "mptt.fields.TreeManyToManyField": _MANY,
    "mptt.fields.TreeOneToOneField": "OneToOneField",
    "taggit.managers.TaggableManager": _MANY,
    "wagtail.core.fields.RichTextField": "TextField",
    "wagtail.fields.RichTextField": "TextField",
}
_FILES = ("db", "contrib")  # where the tool's own fields lie
AUTOMATIC = frozenset({"AutoField", "BigAutoField", "SmallAutoField"})
COUNTED = frozenset(
    {"PositiveBigIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"}
)
_LINKS = frozenset({"ForeignKey", "OneToOneField"})
_INDEXED = frozenset({"ForeignKey", "SlugField", "OneToOneField"})  # unless they say otherwise
_EMPTY = frozenset({*_TEXTS, "TextField", "BinaryField"})  # an empty text is a value of them
_DATES = frozenset({"DateField", "DateTimeField", "TimeField"})
NOT_STORED = frozenset(  # what a field says that no database has
    """
    blank choices db_column editable error_messages help_text limit_choices_to on_delete
    related_name related_query_name validators verbose_name swappable default auto_now auto_now_add
    upload_to storage serialize unique_for_date unique_for_month unique_for_year
    """.split()  # noqa: SIM905  words read better without quotes
)


class ColumnType(Struct, frozen=True):
    """A column's type by the neutral names."""

    name: str
    limit: int | None = None
    precision: int | None = None
    scale: int | None = None
    array: bool = False


class Field(Struct, frozen=True):
    """A field of a model. ``kind`` is its class, empty where that is none of the tool's own."""

    name: str
    kind: str
    options: Mapping[str, object]
    text: str = ""

    def flag(self, option: str, *, usual: bool = False) -> bool:
        """An option that is on or off."""
        value = self.options.get(option, usual)
        return value if isinstance(value, bool) else usual

    @property
    def known(self) -> bool:
        """Whether it is one of the tool's own fields."""
        return bool(self.kind)

    @property
    def link(self) -> bool:
        """Whether its column holds another model's key."""
        return self.kind in _LINKS

    @property
    def many(self) -> bool:
        """Whether a table of pairs stands for it."""
        return self.kind == _MANY

    @property
    def hidden(self) -> bool:
        """Whether the model that it leads to knows nothing of it."""
        told = self.options.get("related_name")
        return isinstance(told, str) and told.endswith("+")

    @property
    def column(self) -> str:
        """Its column."""
        told = self.options.get("db_column")
        if isinstance(told, str):
            return told
        return f"{self.name}_id" if self.link else self.name

    @property
    def null(self) -> bool:
        """Whether its column takes NULL."""
        return self.flag("null") or self.kind == "NullBooleanField"

    @property
    def primary(self) -> bool:
        """Whether it is its model's primary key."""
        return self.flag("primary_key")

    @property
    def unique(self) -> bool:
        """Whether a value stands in it once."""
        return self.flag("unique") or self.primary or self.kind == "OneToOneField"

    @property
    def indexed(self) -> bool:
        """Whether it asks for an index."""
        return self.flag("db_index", usual=self.kind in _INDEXED)

    @property
    def constrained(self) -> bool:
        """Whether the database checks its key."""
        return self.flag("db_constraint", usual=True)

    @property
    def type(self) -> ColumnType:
        """Its column's type, where that does not depend on another model."""
        plain = _PLAIN.get(self.kind)
        if self.kind in _ELSEWHERE and not engine(settled_sql()).features.types_of_things:
            plain = _ELSEWHERE[self.kind]
        if plain is not None:
            return ColumnType(*plain)
        if self.kind in _TEXTS:
            size = self.options.get("max_length", _TEXTS[self.kind])
            return ColumnType("string", size if isinstance(size, int) else None)
        if self.kind == "DecimalField":
            digits, places = self.options.get("max_digits"), self.options.get("decimal_places")
            if isinstance(digits, int) and isinstance(places, int):
                return ColumnType("decimal", None, digits, places)
            return ColumnType("decimal")
        if self.kind == "ArrayField":
            base = field_of(self.name, self.options.get("base_field"))
            return replace(base.type, array=True) if base.known else ColumnType(UNKNOWN)
        return ColumnType(UNKNOWN)

    @property
    def defaults(self) -> bool:
        """Whether it tells a value for rows that have none."""
        return "default" in self.options

    @property
    def default(self) -> Default:
        """What rows that are there get as the column is added; None for none."""
        if "default" in self.options:
            return _default(self.options["default"])
        if not self.null and self.flag("blank") and self.kind in _EMPTY:
            return ""
        if self.kind in _DATES and (self.flag("auto_now") or self.flag("auto_now_add")):
            return Computed("the moment at which it runs")
        return None

    @property
    def stored_default(self) -> Default:
        """What the database itself puts in: ``db_default``."""
        told = self.options.get("db_default")
        if isinstance(told, ModuleCall) and told.last == "Value" and len(told.args) == 1:
            return _default(told.args[0])
        if isinstance(told, ModuleCall) and told.last == "Now" and not told.args:
            return SqlText("statement_timestamp()")
        return None if told is None else _default(told)

    def stored(self) -> dict[str, object]:
        """What it says that a database has."""
        return {key: it for key, it in self.options.items() if key not in NOT_STORED}


def _default(value: object) -> Default:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Name) and value.path in (".dict", ".list"):
        return "{}" if value.path == ".dict" else "[]"
    text = value.text if isinstance(value, ModuleCall | Unread) else getattr(value, "path", "...")
    return Computed(str(text))


_PLACES = {  # the arguments of fields that stand without their names
    "ForeignKey": ("to", "on_delete"),
    "OneToOneField": ("to", "on_delete"),
    "ManyToManyField": ("to",),
    "ArrayField": ("base_field", "size"),
}
_USUAL_PLACES = ("verbose_name", "name", "primary_key", "max_length", "unique", "blank", "null")


def field_of(name: str, told: object) -> Field:
    """A field as a module makes it."""
    if not isinstance(told, ModuleCall):
        return Field(name, "", {}, getattr(told, "text", ""))
    own = told.path.startswith("django.") and told.path.split(".")[1] in _FILES
    kind = told.last if own else _OTHERS.get(told.path, "")
    places = _PLACES.get(kind, _USUAL_PLACES)
    options = {**dict(zip(places, told.args, strict=False)), **told.named}
    if told.last == "TaggableManager":
        options.setdefault("through", "taggit.TaggedItem")
    if kind == "GeneratedField" or "from_fields" in options:
        kind = ""
    found = Field(name, kind, options, told.text)
    if found.link or found.many or kind in _ELSEWHERE or found.type.name != UNKNOWN:
        return found
    return replace(found, kind="")
