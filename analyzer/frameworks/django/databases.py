"""Where a project of Django says which database it has: in the settings that ``manage.py`` names.

They are read and never run: what they work out from variables or packages is not known here.
"""

import ast
import posixpath
from collections.abc import Callable, Mapping

from analyzer.engines.registry import engine_of_scheme
from analyzer.errors import UsageError
from analyzer.frameworks.django.settings import DjangoSettings, read_settings
from analyzer.frameworks.ports.databases import FoundDatabase
from analyzer.frameworks.written_address import written_address

usual = "manage.py"
main = "default"
hints: tuple[str, ...] = ()
in_production: Mapping[str, str] = {}
_NAMING = b"DJANGO_SETTINGS_MODULE"
_PARTS = {"HOST": "host", "PORT": "port", "USER": "username", "PASSWORD": "password"}
_SAME = frozenset({"str", "Path", "PurePath", "abspath", "realpath", "fspath"})
_ITSELF = frozenset({"resolve", "absolute", "as_posix"})
_FIX = "name the database: --database-url URL, or set DATABASE_URL"


def is_such(content: bytes) -> bool:
    """Whether it is Django's: programs of other tools are called so, too."""
    return _NAMING in content


def hinted(path: str, content: bytes) -> tuple[str, ...]:
    """No further file tells it."""
    del path, content
    return ()


def adapters(content: bytes) -> tuple[str, ...]:
    """None: the settings stand elsewhere."""
    del content
    return ()


def may_be_several(content: bytes) -> bool:
    """No: without ``--database`` the tool migrates the usual one alone."""
    del content
    return False


def own_address(content: bytes, path: str, variables: Mapping[str, str]) -> str:
    """None: the settings are the project's own code."""
    del content, path, variables
    return ""


def environments(content: bytes, path: str, variables: Mapping[str, str]) -> tuple[str, ...]:
    """None: each has settings of its own, in another module."""
    del content, path, variables
    return ()


def in_environment(name: str) -> Mapping[str, str]:
    """Nothing: there are none."""
    del name
    return {}


def in_development(variables: Mapping[str, str]) -> Mapping[str, str]:
    """Nothing: there are none."""
    del variables
    return {}


def chosen(variables: Mapping[str, str]) -> str:
    """None: the settings that ``manage.py`` names are read, whatever the variables say."""
    del variables
    return ""


def read(
    content: bytes,
    path: str,
    variables: Mapping[str, str],
    read_file: Callable[[str], bytes | None],
) -> tuple[FoundDatabase, ...]:
    """Find ``DATABASES['default']``, or what is in the way of reading it."""
    del content, variables
    settings = read_settings(read_file, usual)
    above = path.removesuffix(usual)
    if settings is None:
        place = f"the settings that {path} names"
        fault = UsageError(f"{place} cannot be found", why="the module is not here", fix=_FIX)
        return (FoundDatabase(None, place, None, fault=fault, foreign=True),)
    if "DATABASES" not in settings.places:
        return ()
    place = f"{above}{settings.path}, DATABASES['default']"
    try:
        return (FoundDatabase(None, place, _address(settings, place), foreign=True),)
    except UsageError as fault:
        return (FoundDatabase(None, place, None, fault=fault, foreign=True),)


def _address(settings: DjangoSettings, place: str) -> str:
    """Where the database is.

    Raises:
        UsageError: it is not written out.
    """
    told = _entries(settings.expressions.get("DATABASES"))
    own = _entries(told.get(main))
    engine = _text(own.get("ENGINE"), settings) or ""
    scheme = engine.rpartition(".")[2].partition("_")[0]  # postgresql_psycopg2 is of old
    if engine_of_scheme(scheme) is None:
        why = f"its ENGINE is {engine}" if engine else "it is computed when the settings run"
        raise UsageError(f"{place} is not written out", why=why, fix=_FIX)
    parts = {"database": _demanded(own, "NAME", settings, place)}
    for key, name in _PARTS.items():
        if key in own and not scheme.startswith("sqlite"):
            parts[name] = _demanded(own, key, settings, place)
    return written_address(scheme, {name: it for name, it in parts.items() if it})


def _demanded(own: Mapping[str, ast.expr], key: str, settings: DjangoSettings, place: str) -> str:
    found = _text(own.get(key), settings)
    if found is None:
        raise UsageError(
            f"{place} has a {key} that is not written out",
            why="it is computed when the settings run, which migdoctor never does",
            fix=_FIX,
        )
    return found


def _entries(node: ast.expr | None) -> Mapping[str, ast.expr]:
    """What a dictionary that is written out holds."""
    if not isinstance(node, ast.Dict):
        return {}
    return {
        it.value: value
        for it, value in zip(node.keys, node.values, strict=True)
        if isinstance(it, ast.Constant) and isinstance(it.value, str)
    }


def _text(node: ast.expr | None, settings: DjangoSettings) -> str | None:
    """A text, a number or a path that is written out, be it below the module's own folder."""
    match node:
        case ast.Constant(value=str() | int() as value):
            return str(value)
        case ast.Name(id="__file__"):
            return settings.path
        case ast.Name(id=name) if name in settings.expressions:
            return _named(name, settings)
        case ast.Call(func=func, args=args, keywords=[]):
            return _called(func, args, settings)
        case _:
            return _path(node, settings)


def _path(node: ast.expr | None, settings: DjangoSettings) -> str | None:
    """A path that is put together of others by signs."""
    match node:
        case ast.Attribute(value=of, attr="parent"):
            return _above(_text(of, settings))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined(_text(left, settings), _text(right, settings))
        case _:
            return None


def _named(name: str, settings: DjangoSettings) -> str | None:
    """What a name stands for, in the module that gives it: paths count from there."""
    node = settings.expressions[name]
    there = DjangoSettings(settings.root, settings.places.get(name, settings.path))
    return _text(node, there)


def _called(func: ast.expr, args: list[ast.expr], settings: DjangoSettings) -> str | None:
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    values = [_text(it, settings) for it in args]
    if name in _SAME and len(values) == 1:
        return values[0]
    if name == "dirname" and len(values) == 1:
        return _above(values[0])
    if name == "join" and values:
        return _joined(*values)
    if isinstance(func, ast.Attribute) and name in {*_ITSELF, "joinpath"}:
        return _joined(_text(func.value, settings), *values)
    return None


def _above(path: str | None) -> str | None:
    """The folder around a path; above the project's nothing is known."""
    return posixpath.dirname(path) if path else None


def _joined(*parts: str | None) -> str | None:
    known = [it for it in parts if it is not None]
    return posixpath.normpath(posixpath.join(*known)) if len(known) == len(parts) else None
