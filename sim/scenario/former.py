"""Names that files of users may have from before the engine knew more than one industry, and what they are now."""

from dataclasses import replace

from sim.scenario.merge import Node

PARAMETERS = {
    "market.alumina_per_aluminium_t_per_t": "product_per_metal_t_per_t",
    "market.aluminium_growth_per_year": "metal_growth_per_year",
    "market.aluminium_cap_mt": "metal_cap_mt",
    "world.russia_mt": "standing_mt",
    "inputs.coal_caustic_ratio": "energy_ratio",
    "disruptions.guinea_ore": "imported_ore",
}
"""By former path, the last part of the path now."""
POLICIES = {"russia": "standing_exports"}
"""Types of policies."""


def with_new_names(parameters: Node, path: str = "") -> Node:
    """Parameters as they were written, each under the name that it has now."""
    if not isinstance(parameters.value, dict):
        return parameters
    value = {
        PARAMETERS.get(f"{path}{key}", key): with_new_names(node, f"{path}{key}.")
        for key, node in parameters.value.items()
    }
    return replace(parameters, value=value)
