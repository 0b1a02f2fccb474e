"""Apps: the label of each is its package's name, unless the class that configures it says else."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.frameworks.base import Framework
from analyzer.frameworks.django.graph import app_of

if TYPE_CHECKING:
    from analyzer.frameworks.django.project.world import ProjectFiles
    from analyzer.frameworks.django.settings import DjangoSettings


class DjangoApps:
    """The port ``Packages`` of Django.

    Args:
        world: the files of one application; None where they are of any.
        settings: of its project, as far as they were read.
    """

    def __init__(
        self, world: "ProjectFiles | None" = None, settings: "DjangoSettings | None" = None
    ) -> None:
        self._world, self._settings = world, settings

    @property
    def tables(self) -> frozenset[str]:
        """Those of the tool's own apps."""
        from analyzer.frameworks.django.project.contrib import OWN

        return frozenset(table for table, _, _ in OWN.values())

    def of(self, version: str) -> str:
        """The label."""
        return app_of(version)

    def stood_for(self, content: bytes) -> Sequence[str]:
        """What ``replaces`` lists, which is taken out when all of that ran everywhere."""
        from analyzer.frameworks.django.module import read_module

        module = read_module(content) if b"replaces" in content else None
        return () if module is None else module.keys("replaces")

    def found(self, folders: Sequence[str], read: Callable[[str], bytes | None]) -> Framework:
        """Django with what its settings and the classes that configure apps say."""
        from analyzer.frameworks.django.labels import labels_of
        from analyzer.frameworks.django.settings import read_settings

        told = (read_settings(read, folder) for folder in folders[:1])
        settings = next((it for it in told if it is not None), None)
        return DjangoApps(self._world, settings).called(labels_of(settings, folders, read))

    def called(self, names: Mapping[str, str]) -> Framework:
        """Django for one application: with its labels, and what its files are to each other."""
        from analyzer.frameworks.django.framework import of_application

        return of_application(names, self._world, self._settings)
