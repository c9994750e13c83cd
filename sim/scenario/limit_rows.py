"""What bounds the plants of a supply region: its environment, its sites and its local ore."""

from pydantic import Field

from sim.core.units import Mt, MtPerYear, PerQuarter, PerYear
from sim.scenario.row import Row


class LimitRow(Row):
    """What the environment of a supply region bears and its mines give. Its id is the region's."""

    opening_mud_mt: Mt = Field(default=0.0, ge=0, le=5000)
    """Mud in ponds at the start."""
    mud_ceiling_mt: Mt = Field(default=1.0, gt=0, le=10_000)
    """Most mud that ponds should ever hold."""
    fresh_mud_mt: MtPerYear = Field(default=1.0, gt=0, le=500)
    """Most mud that should be stacked in a year."""
    carbon_mt: MtPerYear = Field(gt=0, le=1000)
    """Budget of CO2 of alumina refining."""
    curb_per_quarter: PerQuarter = Field(ge=0, le=1)
    """Rate of curbs at the reference index."""
    winter: bool
    """Whether heating-season limits hold there."""
    room_mt: MtPerYear | None = Field(default=None, ge=0, le=500)
    """Most refining capacity for which there are sites; left out, there is no such limit."""
    local_ore_mt: MtPerYear | None = Field(default=None, ge=0, le=100)
    """Alumina from the ore that its mines can dig in a year, at `local_ore.as_of_year`; left out, no limit is known."""
    local_ore_per_year: PerYear = Field(default=0.0, ge=-1, le=1)
    """Trend of the logarithm of that potential."""
