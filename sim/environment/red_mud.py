"""Red mud and the ponds that cap what may run.

Every tonne of alumina leaves about a tonne of mud; what is not used goes to a pond. A plant whose pond nears
its end throttles before the pond is full, and a full pond stops it. New ponds need a permit, which takes an
application, luck with the province and years of building.
"""

import numpy as np

from sim.core.arrays import Floats
from sim.scenario.owner_parameters import RedMud


def pond_life(space_mt: Floats, mud_t_per_t: Floats, use_share: Floats, runnable_mt: Floats) -> Floats:
    """Give the years that each pond lasts at full output, (plants,); infinite where nothing is stacked."""
    yearly = mud_t_per_t * (1.0 - use_share) * runnable_mt
    return np.divide(space_mt, yearly, out=np.full_like(space_mt, np.inf), where=yearly > 0.0)


def pond_cap(life_years: Floats, rules: RedMud) -> Floats:
    """Give the share of runnable capacity that ponds allow in a year, (plants,).

    A plant with less than the required life throttles in proportion, not below the least share, and never
    makes more mud than the pond holds.

    Source: equations (7.1) and (7.2) of the model description.
    """
    careful = np.clip(life_years / rules.required_life_years, rules.least_running_share, 1.0)
    return np.minimum(careful, life_years)


def stacked(mud_t_per_t: Floats, made_mt: Floats, use_share: Floats) -> Floats:
    """Give the mud that goes to ponds, (plants,) Mt."""
    return mud_t_per_t * made_mt * (1.0 - use_share)


def next_use_share(use_share: Floats, rules: RedMud) -> Floats:
    """Give next year's share of mud that is used, (plants,), rising to the limit of what can be taken."""
    return np.minimum(use_share + rules.use_growth_per_year, np.maximum(rules.use_limit_share, use_share))
