"""Alembic: ``alembic_version(version_num)``, the heads of a chain."""

from analyzer.frameworks.alembic.language import AlembicLanguage
from analyzer.frameworks.alembic.names import AlembicFiles, AlembicKeys
from analyzer.frameworks.alembic.preconditions import AlembicRefusals
from analyzer.frameworks.base import Framework
from analyzer.frameworks.keyed.facts import Facts, Script
from analyzer.frameworks.keyed.framework import keyed
from analyzer.frameworks.keyed.store import KeyedStore
from analyzer.frameworks.keyed.versions import KeyedVersions
from analyzer.records import replace

_FACTS = Facts(
    name="alembic",
    title="Alembic",
    table="alembic_version",
    column="version_num",
    folders=("alembic/versions", "migrations/versions"),
    suffixes=(".py",),
    script=Script.PYTHON,
    sign=r"^down_revision\b",
    example="ae1027a6acf1_create_songs.py",
    migrate="alembic upgrade head",
    makes="alembic revision -m {name}",
    records="alembic stamp",
    source="alembic 1.20.1, script/revision.py",
    number=r"[0-9a-z]+",
    sql_calls=("execute",),
    lost_file="`alembic current` and `alembic stamp` refuse, too",
)


class AlembicStore(KeyedStore):
    """The store of Alembic: a row tells where the database stands, and so all that ran before."""

    heads = True


class AlembicVersions(KeyedVersions):
    """The port ``Numbering`` of Alembic: a revision, which the name of a file begins with."""

    whole = False


_VERSIONS = AlembicVersions(_FACTS)
_FILES = AlembicFiles(_FACTS, _VERSIONS)
FRAMEWORK: Framework = replace(
    keyed(_FACTS, AlembicLanguage(_FACTS)),
    files=_FILES,
    numbering=_VERSIONS,
    store=AlembicStore(_FACTS),
    preconditions=AlembicRefusals(_FACTS, _VERSIONS),
    keys=AlembicKeys(_FILES),
)
