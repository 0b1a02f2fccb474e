"""What it costs to keep new names: whether a migrate from scratch still runs to its end."""

from collections.abc import Iterator

from analyzer.analysis.order.renamed_order import broken_by_names
from analyzer.analysis.renames.decisions import key, keys
from analyzer.analysis.renames.recorded import compose
from analyzer.frameworks.path_names import name_at
from analyzer.model.core.migration import MigrationName
from analyzer.model.core.version import Version
from analyzer.model.findings.dependency import Violation
from analyzer.model.findings.diagnosis import FileRenamed
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.workflow.forecast.fix_check import FixCheck
from analyzer.workflow.reading.recorded import recorded_of


def why_no_scratch(check: FixCheck) -> str:
    """Where a migrate from scratch stops because files were renamed; empty where it does not.

    Only those are read that bear on what the renamed ones touch. Where the files themselves tell
    their order, names do not matter.
    """
    files = check.inference.target.files.files
    renames = [it.rename for it in check.diagnosis.files if isinstance(it, FileRenamed)]
    former = dict(_recorded(check)) | {it.new.path: it.old.version for it in renames}
    if any(it.name.parents is not None for it in files):
        return ""
    moved = former.keys()
    here = [file for file in files if file.path in moved]
    near = {it.path for it in check.texts_today.bearing_on(here, wide=True)}
    stood_for = {key for file in files for key in file.name.replaces}
    read = [
        ReadMigration(
            file.version,
            file.path,
            check.inference.contents.parsed(file),
            file.version.text in stood_for,
        )
        for file in files
        if file.path in moved | near
    ]
    broken = broken_by_names(read, former)
    return _told(broken) if broken else ""


def _recorded(check: FixCheck) -> Iterator[tuple[str, Version]]:
    """By today's path, the versions that files had before, as the team recorded them."""
    inference, numbering = check.inference, check.framework.numbering
    said = [it for it in recorded_of(inference.repository, inference.target).renames if it.reason]
    composed = tuple(compose(said, numbering))
    for file in inference.target.files.files if composed else ():
        mine = set(keys(file))
        for it in composed:
            if key(it.new, numbering) in mine:
                named = name_at(check.framework.files, file.path.replace(file.stem, it.old))
                version = numbering.typed(it.old)
                if version is None and isinstance(named, MigrationName):
                    version = named.version
                if version is not None:
                    yield file.path, version


def _told(broken: tuple[Violation, ...]) -> str:
    first = broken[0]
    needs = f"{first.needs.kind.replace('_', ' ')} {first.needs.name}"
    says = "with the new names a migrate from scratch (an empty database, CI) stops at "
    says += f"{_name(first.path)}: it needs {needs}"
    if first.provided_by is not None:
        says += f", which only {_name(first.provided_by)} makes, later"
    elif first.removed_by is not None:
        says += f", which {_name(first.removed_by)} takes away before"
    return f"{says}; migdoctor graph says how to restore the order"


def _name(path: str) -> str:
    return path.rpartition("/")[2]
