"""The steps of a recovery, and those that every recovery has."""

from enum import StrEnum

from analyzer.records import Struct


class StepKind(StrEnum):
    """What a step does; its value is its name in the journal."""

    CHECK = "check"
    STOP = "stop"
    BACKUP = "backup"
    SOURCE = "source"
    RENAME = "rename"
    CREATE = "create"
    MIGRATE = "migrate"
    FIT = "fit"
    CLEAR = "clear"
    LOAD = "load"
    LARGE_OBJECTS = "large-objects"
    SEQUENCES = "sequences"
    VERIFY = "verify"
    START = "start"


class Step(Struct, frozen=True):
    """One step, and what takes it back, in words."""

    kind: StepKind
    title: str
    back: str


def check_step(database: str) -> Step:
    """What comes before anything changes."""
    check = f"check that {database} is there, with room, tools and privileges"
    return Step(StepKind.CHECK, check, "nothing to take back")


def stop_step(stop: str | None, start: str | None) -> Step:
    """The application is stopped, by the user's command or by hand."""
    return Step(StepKind.STOP, _by_command("stop the application", stop), started_again(start))


def started_again(start: str | None) -> str:
    """What takes a stop back."""
    return _by_command("start the application again", start)


def verify_step(compare: str, check: str | None, back: str) -> Step:
    """What was carried over is compared, and the user's own check is run."""
    also = f", then run {check}" if check else ""
    return Step(StepKind.VERIFY, compare + also, back)


def start_step(start: str | None, back: str) -> Step:
    """The application is started, by the user's command or by hand."""
    title = _by_command("start the application", start)
    return Step(StepKind.START, title, f"the application is stopped; {back}")


def _by_command(what: str, command: str | None) -> str:
    return f"{what}: {command}" if command else f"{what} by hand, as no command was given"
