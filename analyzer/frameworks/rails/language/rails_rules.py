"""What ``ActiveRecord::Migration[x.y]`` means: the defaults that each Rails version gave.

Source: ActiveRecord::Migration::Compatibility and
ActiveRecord::ConnectionAdapters::SchemaStatements, 5.0 to 8.1.
"""

import hashlib
import re
from collections.abc import Sequence

from analyzer.engines.registry import engine_in_hand
from analyzer.model.effects.index_names import default_index_name
from analyzer.parsing.ruby.inflection import pluralize, singularize
from analyzer.records import Struct


class Rules(Struct, frozen=True):
    """The defaults of one migration version; None is a class without one (Rails 4.2 or older)."""

    version: tuple[int, int] | None

    def _since(self, major: int, minor: int) -> bool:
        return self.version is not None and self.version >= (major, minor)

    @property
    def references_are_indexed(self) -> bool:
        """Whether ``references`` adds an index of its own accord (5.0)."""
        return self._since(5, 0)

    @property
    def timestamps_are_null(self) -> bool:
        """Whether ``timestamps`` allows NULL (up to 4.2)."""
        return not self._since(5, 0)

    @property
    def key_type(self) -> str:
        """The type of a primary key and of a reference to one (bigint from 5.1)."""
        return "bigint" if self._since(5, 1) else "integer"

    @property
    def timestamps_precision(self) -> int | None:
        """The precision of ``timestamps`` (6 from 6.0)."""
        return 6 if self._since(6, 0) else None

    @property
    def datetime_precision(self) -> int | None:
        """The precision of any datetime (6 from 7.0)."""
        return 6 if self._since(7, 0) else None

    @property
    def json_texts_are_encoded(self) -> bool:
        """Whether a text as the default of a JSON column becomes JSON's text (5.2)."""
        return self._since(5, 2)

    @property
    def polymorphic_index_is_short(self) -> bool:
        """Whether a polymorphic reference's index is named by the reference alone (6.1)."""
        return self._since(6, 1)

    @property
    def index_names_are_long(self) -> bool:
        """Whether a default index name keeps its full length (up to 7.0)."""
        return not self._since(7, 1)

    def may_lack(self, option: str) -> bool:
        """Whether a Rails that runs the file may not know an option of indexes (7.1)."""
        return option in {"include", "nulls_not_distinct"} and not self._since(7, 1)

    def index_name(self, table: str, columns: Sequence[str]) -> str:
        """The default name of an index."""
        return default_index_name(table, columns, long_names=self.index_names_are_long)


def hashed_name(prefix: str, identifier: str) -> str:
    """A default constraint name: ``fk_rails_`` and the like with ten digits of SHA-256."""
    return f"{prefix}_rails_{hashlib.sha256(identifier.encode()).hexdigest()[:10]}"


def foreign_key_name(table: str, columns: Sequence[str]) -> str:
    """The default name of a foreign key."""
    return hashed_name("fk", f"{table}_{'_and_'.join(columns)}_fk")


def foreign_key_column(to_table: str) -> str:
    """The default column of a foreign key: ``artists`` gives ``artist_id``."""
    return singularize(to_table.rpartition(".")[2]) + "_id"


def referenced_table(reference: str) -> str:
    """The table that a reference points to by default: ``artist`` gives ``artists``."""
    return pluralize(reference)


def guessed_table(column: str | None) -> str | None:
    """Where foreign keys have no names, Rails looks for one to the table that the column tells."""
    if engine_in_hand().features.named_foreign_keys:
        return None
    return referenced_table((column or "").removesuffix("_id"))


def join_table_name(first: str, second: str) -> str:
    """The name of the table that joins two: sorted, with a shared beginning written once."""
    together = "\0".join(sorted((first, second)))
    return re.sub(r"^(.*[._])(.+)\0\1(.+)", r"\1\2_\3", together).replace("\0", "_")
