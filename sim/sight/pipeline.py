"""What is known of the odds of projects."""

from sim.world.population import PLANNED, STAGES
from sim.world.world import World


def step_chance(world: World, key: str, stage: int) -> float:
    """The yearly chance that a project in China takes its next step.

    A planned project goes ahead, one under construction starts when due. It has odds of its own as long as it stands
    at the stage of the register; otherwise those of its stage.

    Args:
        world: the world.
        key: the project; one that is not of the register has the odds of its stage.
        stage: where it stands, `PLANNED` or `BUILDING`.
    """
    pipeline = world.parameters.pipeline
    usual = pipeline.planned_share if stage == PLANNED else pipeline.on_time_share
    own = next(
        (row.odds_share for row in world.pack.projects if row.id == key and STAGES[row.stage] == stage), None
    )
    return usual if own is None else own
