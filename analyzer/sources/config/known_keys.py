"""What a file of settings may say: a key that is not known is refused, and the nearest named."""

from collections.abc import Iterable
from difflib import get_close_matches

from analyzer.errors import UsageError


def demand_known(given: Iterable[str], known: Iterable[str], path: str, kind: str) -> None:
    """Refuse what is not known, and name what is nearest.

    Raises:
        UsageError: something is not known.
    """
    names = list(known)
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1, cutoff=0) or names[:1]
            raise UsageError(
                f"{path}: the {kind} {name!r} is not known",
                why=f"known are: {', '.join(names)}",
                fix=f"did you mean {near[0]!r}? Correct or remove it",
            )


def wrong_kind(path: str, key: str, wanted: str) -> UsageError:
    """Say that a key has a value that it cannot have."""
    return UsageError(
        f"{path}: {key} has a value of the wrong kind",
        why=f"it must be {wanted}",
        fix="correct or remove it",
    )
