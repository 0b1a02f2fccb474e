"""Questions that an engine has no answer to: who asks one is told so, and nothing is done."""

from typing import NoReturn

from analyzer.errors import EnvironmentToolError


class Lacking:
    """A function that an engine does not have.

    ``task`` is what it would do, in words; what stands behind a bar is how it is done by hand.
    """

    def __init__(self, task: str, title: str) -> None:
        self.task, _, self.by_hand = task.partition("|")
        self.title = title

    def __call__(self, *_asked: object, **_named: object) -> NoReturn:
        """Refuse.

        Raises:
            EnvironmentToolError: always.
        """
        raise EnvironmentToolError(
            f"{self.task} is not possible on {self.title}",
            why="migdoctor has no way to do it there; nothing was changed",
            fix=self.by_hand or "carry it out by hand, and on a copy of the database first",
        )
