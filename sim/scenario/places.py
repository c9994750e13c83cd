"""Places that a scenario names: provinces stand for all their regions, countries for the ore that they ship."""

from collections.abc import Iterable
from typing import Any

from sim.policies.policy import Policy
from sim.scenario.pack import Pack
from sim.scenario.published import province_id
from sim.scenario.schema import ScenarioSpec, Shock

PLACE_FIELDS = ("regions", "barred_regions")
"""Fields of policies and shocks that name places."""


def provinces_of(pack: Pack) -> dict[str, tuple[str, ...]]:
    """The regions of each province, by its name as an id: small letters, with underscores."""
    found: dict[str, tuple[str, ...]] = {}
    for row in pack.regions:
        name = province_id(row)
        found[name] = (*found.get(name, ()), row.id)
    return found


def known_places(pack: Pack) -> list[str]:
    """The ids of all regions, then those of provinces that are no region."""
    return list(dict.fromkeys([*(row.id for row in pack.regions), *provinces_of(pack)]))


def shipped(policy: Policy, pack: Pack) -> dict[str, Any]:
    """What a policy on countries is to know of the pack: the part of ore that they ship, unless it says so itself."""
    countries = getattr(policy, "countries", ())
    if not countries or "shipped_share" in policy.model_fields_set:
        return {}
    return {"shipped_share": pack.trade.shipped_share(countries)}


def with_regions(spec: ScenarioSpec, pack: Pack) -> ScenarioSpec:
    """A scenario whose policies and shocks name regions where it named provinces; a name of both is the region's.

    Policies on countries get the part of ore that these ship.
    """
    ids, provinces = {row.id for row in pack.regions}, provinces_of(pack)

    def spelt(names: Iterable[str]) -> tuple[str, ...]:
        parts = [(name,) if name in ids else provinces.get(name, (name,)) for name in names]
        return tuple(dict.fromkeys(region for part in parts for region in part))

    def changes(item: Policy | Shock) -> dict[str, Any]:
        fields = [field for field in PLACE_FIELDS if hasattr(item, field)]
        spelled = {field: spelt(getattr(item, field)) for field in fields}
        return {field: names for field, names in spelled.items() if names != getattr(item, field)}

    policies = tuple(
        each.model_copy(update=new) if (new := changes(each) | shipped(each, pack)) else each
        for each in spec.policies
    )
    shocks = tuple(each.model_copy(update=new) if (new := changes(each)) else each for each in spec.shocks)
    if policies == spec.policies and shocks == spec.shocks:
        return spec
    return spec.model_copy(update={"policies": policies, "shocks": shocks})
