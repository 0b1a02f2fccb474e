"""What a run of pending migrations may do that nobody can read."""

from collections.abc import Iterable, Iterator

from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Guarded, Opaque, ReadData, WriteData
from analyzer.workflow.walk import Walk


def opaque_parts(done: Walk, files: Iterable[MigrationFile]) -> Iterator[str]:
    """Tell, by path and line, code that cannot be followed or that works on data."""
    parse = done.inference.framework.language.parse
    for file in files:
        for each in parse(done.inference.past_files.content(file.blob)).effects:
            effect = each.effect if isinstance(each, Guarded) else each
            if isinstance(effect, Opaque):
                yield f"{file.path}:{effect.line}: {effect.text}"
            elif isinstance(effect, ReadData | WriteData):
                yield f"{file.path}:{effect.line}: works on the rows of {effect.table}"
