"""Where the documentation of this very package is published, if anywhere.

The address is a setting of the build: ``[project.urls]`` of pyproject.toml, which the installed
package carries along. Where none is named, nothing links to anywhere.
"""

from collections.abc import Mapping
from functools import cache

_PAGES, _HOMES = ("documentation",), ("documentation", "homepage", "repository", "source")


def home(named: Mapping[str, str] | None = None) -> str | None:
    """The project's own address; ``named`` are its addresses by their names in lower case."""
    return _first(_HOMES, _named() if named is None else named)


def page_of(code: str, named: Mapping[str, str] | None = None) -> str | None:
    """The address of the page about a finding; the pages are made with the documentation."""
    site = _first(_PAGES, _named() if named is None else named)
    return None if site is None else f"{site.rstrip('/')}/findings/{code}/"


def _first(kinds: tuple[str, ...], named: Mapping[str, str]) -> str | None:
    return next((named[kind] for kind in kinds if named.get(kind, "").startswith("https://")), None)


@cache
def _named() -> Mapping[str, str]:
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        told = metadata("migdoctor").get_all("Project-URL") or []
    except PackageNotFoundError:  # run from its source, and never installed
        return {}
    pairs = (it.partition(",") for it in told)
    return {name.strip().lower(): address.strip() for name, _, address in pairs}
