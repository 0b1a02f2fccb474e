"""What apps are called: by the settings, and by the classes that configure them.

Source: django 5.2, apps/config.py (``AppConfig.create``) and db/migrations/loader.py.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from analyzer.frameworks.django.settings import DjangoSettings, Read
from analyzer.records import Struct

_CHOSEN = re.compile(rb"^default_app_config\s*=\s*['\"][\w.]*?(\w+)['\"]", re.MULTILINE)
_FOLDER = "migrations"


class AppClass(Struct, frozen=True):
    """A class that configures an app; None for what it does not say."""

    class_name: str
    package: str | None
    label: str | None
    default: bool | None


def labels_of(
    settings: DjangoSettings | None, folders: Sequence[str], read: Read
) -> Mapping[str, str]:
    """By migration folder, the labels of apps that are not called as their packages are."""
    found: dict[str, str] = {}
    for folder in folders:
        label = _beside(folder, read)
        if label is not None:
            found[folder] = label
    if settings is not None:
        found.update(_installed(settings, {*folders}, read))
        found.update(settings.migration_folders)
    return found


def _beside(folder: str, read: Read) -> str | None:
    """The label in the ``apps.py`` of an app, as the tool chooses among several classes."""
    above = folder.rpartition("/")[0]
    content = read(f"{above}/apps.py".removeprefix("/"))
    if content is None:
        return None
    classes = list(_classes(content))
    chosen = _CHOSEN.search(read(f"{above}/__init__.py".removeprefix("/")) or b"")
    if chosen is not None:
        name = chosen[1].decode()
        return next((it.label for it in classes if it.class_name == name), None)
    usable = [it for it in classes if it.default is not False]
    if len(usable) > 1:
        usable = [it for it in usable if it.default]
    return usable[0].label if len(usable) == 1 else None


def _installed(
    settings: DjangoSettings, folders: set[str], read: Read
) -> Iterator[tuple[str, str]]:
    """The labels of the classes that the settings name."""
    for entry in settings.installed:
        module, _, name = entry.rpartition(".")
        if not module or not name[:1].isupper():
            continue
        content = read(settings.below(module.replace(".", "/") + ".py"))
        for it in _classes(content) if content is not None else ():
            package = it.package or module.rpartition(".")[0]
            folder = settings.below(f"{package.replace('.', '/')}/{_FOLDER}")
            if it.class_name == name and it.label is not None and folder in folders:
                yield folder, it.label


def _classes(content: bytes) -> Iterator[AppClass]:
    try:
        tree = ast.parse(content.decode("utf-8-sig"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in tree.body:
        told = dict(_told(node)) if isinstance(node, ast.ClassDef) and node.bases else {}
        if told and isinstance(node, ast.ClassDef):
            package, label, default = told.get("name"), told.get("label"), told.get("default")
            yield AppClass(
                node.name,
                package if isinstance(package, str) else None,
                label if isinstance(label, str) else None,
                default if isinstance(default, bool) else None,
            )


def _told(node: ast.ClassDef) -> Iterator[tuple[str, object]]:
    """What a class gives its names."""
    for it in node.body:
        value = it.value if isinstance(it, ast.Assign | ast.AnnAssign) else None
        targets = it.targets if isinstance(it, ast.Assign) else [getattr(it, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
                yield target.id, value.value
