"""Parameters of measures: sizes and numbers from which something is counted; nobody in the model decides by them."""

from pydantic import Field

from sim.core.units import Count, Declared, MtPerYear, Ratio, Share


class Measures(Declared):
    """What measures of consolidation count."""

    giant_mt: MtPerYear = Field(ge=0, le=100)
    """Refining capacity from which a group may be a full-chain giant, plants abroad included."""
    giant_provinces_count: Count = Field(ge=1, le=30)
    """Provinces in which a giant refines, at least."""
    giant_macro_regions_count: Count = Field(ge=1, le=10)
    """Parts of the country in which a giant refines, at least; all that is abroad counts as one."""
    giant_smelting_mt: MtPerYear = Field(ge=0, le=50)
    """Smelting of a giant, at least."""
    giant_least_supply_ratio: Ratio = Field(ge=0, le=10)
    """Refining capacity of a giant over the need of its smelters, at least."""
    giant_most_supply_ratio: Ratio = Field(ge=0, le=100)
    """The same at most; beyond it a group is a refiner with a smelter, and no full chain."""
    giant_ore_share: Share
    """Part of its ore that a giant controls, at least, where ore is asked for."""
    leader_share: Share
    """Share of the nation's installed capacity from which a group is a leader."""
    leader_places_count: Count = Field(ge=1, le=30)
    """Provinces in which a leader refines, at least; all that is abroad counts as one."""
    whole_group_mt: MtPerYear = Field(ge=0, le=50)
    """Refining capacity from which a group that is taken over whole is counted."""
