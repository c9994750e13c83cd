"""Names that files of users may have from earlier, and what they are now or why they are gone."""

from dataclasses import replace

from sim.scenario.merge import Node

PARAMETERS = {
    "parameters.conversion": "process",
    "parameters.market.alumina_per_aluminium_t_per_t": "product_per_metal_t_per_t",
    "parameters.market.aluminium_growth_per_year": "metal_growth_per_year",
    "parameters.market.aluminium_cap_mt": "metal_cap_mt",
    "parameters.world.russia_mt": "standing_mt",
    "parameters.inputs.coal_caustic_ratio": "energy_ratio",
    "parameters.disruptions.guinea_ore": "imported_ore",
}
"""By former path, the last part of the path now."""
POLICIES = {"russia": "standing_exports"}
"""Types of policies."""
GONE = {
    "self_discipline.compliance_share": "is gone: each member decides by itself whether it keeps its word, "
    "which `breach_cny_per_t` makes dearer to break",
}
"""Keys of policies, by type and key, that nothing stands for now, and what to write instead."""


def with_new_names(tree: Node, path: str = "") -> Node:
    """A scenario, or from `parameters.` on its parameters, each under the name that it has now."""
    if not isinstance(tree.value, dict) or not "parameters.".startswith(path[:11]):
        return tree
    value = {
        PARAMETERS.get(f"{path}{key}", key): with_new_names(node, f"{path}{key}.")
        for key, node in tree.value.items()
    }
    return replace(tree, value=value)
