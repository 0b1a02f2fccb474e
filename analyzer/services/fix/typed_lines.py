"""The lines of a step, run as they would be typed, once somebody said yes to them."""

from analyzer.errors import AnalyzerError, RepositoryError
from analyzer.model.plans.repair_path import PathStep
from analyzer.model.words.wording import count
from analyzer.records import replace
from analyzer.services.dialogue import Dialogue
from analyzer.services.fix.came import Came
from analyzer.services.fix.world import World


def type_lines(
    step: PathStep, world: World | None, dialogue: Dialogue
) -> tuple[Came, PathStep | None]:
    """Show the lines, ask, and run one after another.

    Returns: what came of it; and what is left of the step where one of the lines failed.

    Raises:
        RepositoryError: the branch or its commit changed while the question was open.
    """
    from analyzer.operations.user_commands import run_command

    dialogue.tell("\n".join(f"  {line}" for line in step.commands))
    before = _head(world)
    if not dialogue.ask(f"Run {count(len(step.commands), 'command')}?"):
        return Came.LEFT, None
    if _head(world) != before:
        raise RepositoryError(
            "HEAD has moved since this was asked",
            why="somebody switched the branch or committed meanwhile; nothing was run",
            fix="switch back, or run migdoctor fix again to see how things stand now",
        )
    for number, line in enumerate(step.commands):
        try:
            run_command(line, "this step", dialogue.tell, again="migdoctor fix")
        except AnalyzerError as error:
            dialogue.tell(f"\n{error.what}: {error.why}.")
            left = replace(step, commands=step.commands[number:])
            return (Came.HALF if number else Came.LEFT), left
    return Came.CHANGED, None


def _head(world: World | None) -> tuple[bytes, ...]:
    """The branch, and its commit."""
    if world is None or not world.walks:
        return ()
    git = world.walks[0].inference.repository
    if not git.has_commits():
        return ()
    named = ("rev-parse", "--symbolic-full-name", "HEAD")
    return git.run(*named), git.run("rev-parse", "HEAD")
