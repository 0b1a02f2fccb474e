"""What the next migrate would do: which files it runs, where it stops, what it destroys.

The migrate is carried out on a simulated database, in the framework's order: what it refuses before
the first migration, then every file whose version has no row, lowest first, each with its own
effects on what the earlier ones left behind, up to the first that fails.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.analysis.forecast.simulated_world import SimulatedDatabase
from analyzer.model.core.migration import MigrationFile
from analyzer.model.effects.effect import Parsed
from analyzer.model.findings.prediction import (
    Basis,
    NextRun,
    Prediction,
)
from analyzer.records import Struct

if TYPE_CHECKING:
    from analyzer.frameworks.ports.methods import Release
    from analyzer.frameworks.ports.preconditions import Preconditions


class Reading(Struct, frozen=True):
    """What a prediction knows of the files.

    ``parsed_of`` reads one; ``ran_as`` tells by path the version under which a migration ran
    here before; ``classes`` are other migrations that one may run, by class; ``release`` says which
    release of the framework will run them, where the application pins it. ``then_of`` reads the
    text that ran of a file that was edited since, by its path of today; None where there is none.
    """

    parsed_of: Callable[[MigrationFile], Parsed]
    ran_as: Mapping[str, str]
    classes: Mapping[str, Parsed]
    release: "Release" = lambda: None
    then_of: Callable[[str], Parsed | None] = lambda _: None


def predict(
    pending: Sequence[MigrationFile],
    reading: Reading,
    world: SimulatedDatabase,
    rules: "Preconditions",
) -> Prediction:
    """Say what becomes of each pending file, in the order in which they run.

    Args: world: the database as it is; afterwards, as the migrate would leave it.
        rules: what the framework itself refuses.
    """
    if not pending:
        return Prediction((), None, (), (), basis_of(world))
    from analyzer.analysis.forecast.simulated_migrate import SimulatedMigrate  # with all rules

    migrate = SimulatedMigrate(reading, world, rules)
    for file in pending:
        if migrate.failure is None:
            migrate.follow(file)
        else:
            migrate.waits.append(file)
    return migrate.prediction()


def refused(run: NextRun, basis: Basis) -> Prediction:
    """Predict a run that the framework refuses to begin."""
    return Prediction(
        (),
        run.refuses,
        (),
        (),
        basis,
        never_runs=run.never_runs,
        waits=run.starts,
        refused=run.refuses is not None,
    )


def basis_of(world: SimulatedDatabase) -> Basis:
    """What a prediction on this database rests on."""
    return Basis.CATALOG if world.complete else Basis.FILES
