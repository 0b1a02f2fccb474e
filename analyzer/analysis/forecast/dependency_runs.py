"""What each migration does when its turn comes, with the migrations that it runs or takes back."""

from collections.abc import Iterator, Sequence

from analyzer.model.effects import effect as e
from analyzer.model.effects.effect import Effect, Parsed
from analyzer.model.effects.inverse import inverse
from analyzer.model.effects.objects import bare
from analyzer.model.findings.schema_state import ReadMigration
from analyzer.records import replace

_DEEPEST = 5
_APART = 1_000_000  # keeps the questions of one file apart from those of the next


def runs(migrations: Sequence[ReadMigration]) -> list[tuple[Effect, ...]]:
    """The effects of each migration; ``revert Other`` is followed by what it does.

    Effects of another migration carry the line of the place that runs it.
    """
    classes: dict[str, Parsed] = {}
    found: list[tuple[Effect, ...]] = []
    for migration in migrations:
        parsed = migration.parsed
        effects = () if migration.stood_for else parsed.effects
        found.append(tuple(expanded(effects, classes, 1)))
        if parsed.class_name is not None:
            classes[parsed.class_name] = parsed
    return found


def expanded(
    effects: Sequence[Effect], classes: dict[str, Parsed], depth: int = 1
) -> Iterator[Effect]:
    """The effects, each ``revert`` or ``run`` followed by what that migration does.

    Args: classes: the migrations that can be run, by class.  depth: how deep this one is in others.
    """
    for effect in effects:
        run = bare(effect)
        if not isinstance(run, e.RunMigration):
            yield effect
            continue
        parsed = classes.get(run.class_name.rpartition("::")[2])
        if parsed is None or depth > _DEEPEST:
            why = "the migration that it runs is not among those before it"
            yield e.Opaque(run.class_name, run.line, why)
            continue
        yield effect
        inner = parsed.effects if run.up else _way_down(parsed)
        for other in expanded(inner, classes, depth + 1):
            yield _moved(other, effect, depth)


def _moved(inner: Effect, outer: Effect, depth: int) -> Effect:
    """An effect of another migration, as done at the place that runs it."""
    line = bare(outer).line
    plain = replace(bare(inner), line=line)
    if isinstance(inner, e.Guarded):
        asked = tuple(replace(it, number=it.number + depth * _APART) for it in inner.asked)
        inner = replace(inner, effect=plain, asked=asked, line=line)
    else:
        inner = plain
    if not isinstance(outer, e.Guarded):
        return inner
    if isinstance(inner, e.Guarded):
        return replace(inner, asked=(*outer.asked, *inner.asked))
    return replace(outer, effect=inner)


def _way_down(parsed: Parsed) -> Sequence[Effect]:
    if parsed.down is not None:
        return parsed.down
    turned: list[Effect] = []
    for effect in reversed(parsed.effects):
        plain = bare(effect)
        back = inverse(plain)
        if back is None:
            why = "how to reverse it is not written down"
            back = e.Opaque(type(plain).__name__, plain.line, why)
        turned.append(replace(effect, effect=back) if isinstance(effect, e.Guarded) else back)
    return turned
