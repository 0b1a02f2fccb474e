"""Apps: the label of each is its package's name, unless its ``apps.py`` says otherwise."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer.frameworks.base import Framework
from analyzer.frameworks.django.graph import app_of

if TYPE_CHECKING:
    from analyzer.frameworks.django.project.world import ProjectFiles

_LABEL = re.compile(rb"^[ \t]+label\s*(?::[^=\n]*)?=\s*[\'\"](\w+)[\'\"]", re.MULTILINE)


class DjangoApps:
    """The port ``Packages`` of Django.

    Args: world: the files of one application; None where they are of any.
    """

    def __init__(self, world: "ProjectFiles | None" = None) -> None:
        self._world = world

    def of(self, version: str) -> str:
        """The label."""
        return app_of(version)

    def beside(self, folder: str) -> str:
        """The module that may give the app a label."""
        return f"{folder.rpartition('/')[0]}/apps.py".removeprefix("/")

    def named(self, content: bytes) -> str | None:
        """The one label in it; several are of several configurations, of which none is known."""
        found = {it.decode("ascii", "replace") for it in _LABEL.findall(content)}
        return found.pop() if len(found) == 1 else None

    def called(self, names: Mapping[str, str]) -> Framework:
        """Django for one application: with its labels, and what its files are to each other."""
        from analyzer.frameworks.django.framework import of_application

        return of_application(names, self._world)
