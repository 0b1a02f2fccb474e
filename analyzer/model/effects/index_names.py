"""Default index names, as Rails gives them and carries them along with renames.

Source: ActiveRecord::ConnectionAdapters::SchemaStatements#index_name, 7.1 for the short form.
"""

import hashlib
import re
from collections.abc import Sequence

_LONGEST = 62  # bytes; from 7.1 on a longer default name gets a short form


def default_index_name(table: str, columns: Sequence[str], *, long_names: bool) -> str:
    """The name that Rails gives an index; before 7.1 it kept its full length (``long_names``)."""
    words = [_words(column) for column in columns]
    name = f"index_{table}_on_{'_and_'.join(words)}"
    if long_names or len(name.encode()) <= _LONGEST:
        return name
    digest = "_" + hashlib.sha256(name.encode()).hexdigest()[:10]
    short = f"idx_on_{'_'.join(words)}".encode()[: _LONGEST - len(digest)]
    return short.decode("utf-8", "ignore") + digest


def _words(column: str) -> str:
    return "_".join(re.findall(r"\w+", column)) if re.search(r"\W", column) else column
