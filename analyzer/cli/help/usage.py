"""A command line that cannot be read, told like every other error: what, why, how to fix."""

from collections.abc import Iterable
from difflib import get_close_matches

import click

from analyzer.errors import UsageError


def usage_error(error: click.ClickException) -> UsageError:
    """Say what is wrong with the command line, and which help says more."""
    said = error.format_message().rstrip(".")
    ctx = error.ctx if isinstance(error, click.UsageError) else None
    path = ctx.command_path if ctx else "migdoctor"
    help_ = f"{path} --help says what it takes"
    if isinstance(error, click.NoSuchOption):
        return UsageError(
            f"there is no option {error.option_name}",
            why=f"{path} has no such option",
            fix=_meant(error.option_name, _options(ctx), help_),
        )
    if isinstance(error, click.MissingParameter) and error.param is not None:
        return UsageError(
            f"{_named(error.param)} is missing",
            why=f"{path} cannot run without it",
            fix=f"add {_named(error.param, with_value=True)}; {help_}",
        )
    if isinstance(error, click.BadParameter) and isinstance(
        getattr(error.param, "type", None), click.Choice
    ):
        return _no_such_choice(error, help_)
    return UsageError(said, why="the command line cannot be read", fix=help_)


_SAID = {"repair": "fix", "guide": "fix", "status": "diagnose", "doctor": "diagnose"}
"""What people may type for a command that is called otherwise."""


def no_such_command(name: str, names: Iterable[str], path: str) -> UsageError:
    """Say that there is no such command, and which was probably meant."""
    return UsageError(
        f"there is no command {name!r}",
        why=f"{path} has no such option",
        fix=_meant(_SAID.get(name, name), names, f"{path} --help lists them", lead=f"{path} "),
    )


def _no_such_choice(error: click.BadParameter, help_: str) -> UsageError:
    param = error.param
    kinds = [str(one) for one in param.type.choices] if param is not None else []  # type: ignore[attr-defined]
    given = error.message.partition("'")[2].partition("'")[0]
    return UsageError(
        f"{_named(param)} {given!r} is not one of {', '.join(kinds)}"
        if param is not None
        else error.message,
        why="the option takes only these",
        fix=_meant(given, kinds, help_),
    )


def _named(param: click.Parameter, *, with_value: bool = False) -> str:
    if isinstance(param, click.Option):
        name = max(param.opts, key=len)
        return f"{name} {param.metavar}" if with_value and param.metavar else name
    return param.human_readable_name


def _options(ctx: click.Context | None) -> list[str]:
    if ctx is None:
        return []
    return [name for one in ctx.command.get_params(ctx) for name in one.opts if name[:2] == "--"]


def _meant(name: str, names: Iterable[str], otherwise: str, lead: str = "") -> str:
    near = get_close_matches(name, list(names), n=1, cutoff=0.5)
    return f"did you mean {lead}{near[0]}? {otherwise}" if near else otherwise
