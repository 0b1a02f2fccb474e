"""How talkative and how colourful this run is to be, as its options say."""

from analyzer.records import Struct


class Wishes(Struct, frozen=True):
    """``color`` is auto, always or never; see the options --quiet and --verbose for the rest."""

    color: str = "auto"
    quiet: bool = False
    verbose: bool = False


_now = Wishes()


def wished() -> Wishes:
    """What was asked for so far."""
    return _now


def wish(wishes: Wishes) -> None:
    """Ask for it from now on."""
    global _now  # noqa: PLW0603  one program, one run
    _now = wishes
