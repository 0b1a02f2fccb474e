"""The later versions that put files behind what they need, tried on every environment.

First one just behind what ran anywhere, so that no pending migration comes late; then the last.
"""

from collections.abc import Callable, Sequence

from analyzer.analysis.advice.tried_in_memory import judge, next_migrate, told_briefly
from analyzer.model.core.migration import MigrationFile
from analyzer.model.core.version import Version, VersionKey
from analyzer.model.findings.joint_choice import JointChoice, JointWay
from analyzer.model.words.wording import enumerated
from analyzer.workflow.advice.after_plan import AfterPlan, Moves
from analyzer.workflow.forecast.fix_check import renamed
from analyzer.workflow.forecast.other_databases import ask_others

_Place = Callable[[Sequence[AfterPlan], MigrationFile, Moves], MigrationFile]

_TRIES = 5  # files that are put behind what they need, one after another


def moves_that_repair(sides: Sequence[AfterPlan], joint: JointChoice) -> tuple[Moves, str]:
    """The files to put behind what they need, in order; or why that mends nothing."""
    made = [_put_behind(sides, joint, place) for place in (_behind_rows, _last)]
    whole = [moves for moves, why in made if not why]
    if not whole:
        return made[-1]
    return min(whole, key=lambda moves: sum(side.late(moves) for side in sides)), ""


def _put_behind(sides: Sequence[AfterPlan], joint: JointChoice, place: _Place) -> tuple[Moves, str]:
    """Move what stops a migrate, one file after another; or say why that mends nothing."""
    moves: Moves = ()
    for _ in range(_TRIES):
        stopped = next((it for it in sides if not next_migrate(it.after(moves)).safe), None)
        if stopped is None:
            break
        failure = stopped.after(moves).prediction.fails_at
        file = failure.file if failure is not None else None
        moved = file is not None and any(file.path == it.path for _, it in moves)
        if file is None or moved or file.path == stopped.drafted:
            because = next_migrate(stopped.after(moves)).because
            tried = " even when it is put last" if moved else ""
            return (), f"on {stopped.name} {because}{tried}"
        moves = (*moves, (file.path, place(sides, file, moves)))
    for side in sides:
        faults = judge(side.check.now, side.after(moves)).faults
        if faults or not next_migrate(side.after(moves)).safe:
            because = told_briefly(faults) or next_migrate(side.after(moves)).because
            return (), f"with its file put last, on {side.name} {because}"
    first = [ask_others(side.check, [file for _, file in moves]) for side in sides]
    if moves and all(first):
        return (), first[0]
    if joint.way is JointWay.FILES and any(side.ran(moves) for side in sides):
        ran = enumerated([side.name for side in sides if side.ran(moves)])
        return (), f"its file ran on {ran} and cannot get another version beside old names"
    return moves, ""


def _behind_rows(sides: Sequence[AfterPlan], file: MigrationFile, moves: Moves) -> MigrationFile:
    """The file with the first free version behind the rows of every environment."""
    ran = {it.version.key for _, it in moves}
    for side in sides:
        ran |= side.base.state.applied
    numbering = sides[0].check.framework.numbering
    version = numbering.read(numbering.last_as_wide(file.version, ran))
    taken = _taken(sides, moves)
    if version.key in taken:
        version = numbering.next_free(version, taken)
    return _under(sides, file, version)


def _last(sides: Sequence[AfterPlan], file: MigrationFile, moves: Moves) -> MigrationFile:
    """The file with a version behind all files and rows of every environment."""
    numbering = sides[0].check.framework.numbering
    text = numbering.last_as_wide(file.version, _taken(sides, moves))
    return _under(sides, file, numbering.read(text))


def _taken(sides: Sequence[AfterPlan], moves: Moves) -> set[VersionKey]:
    """The versions that any file or row has, before the plan and after it."""
    taken = {it.version.key for _, it in moves}
    for side in sides:
        taken |= side.check.now.state.applied | side.base.state.applied
        taken |= {it.version.key for it in side.base.state.files.files}
    return taken


def _under(sides: Sequence[AfterPlan], file: MigrationFile, version: Version) -> MigrationFile:
    return renamed(sides[0].check.framework, file, file.path_under(version))
