"""Recorded deals over ownership, against which the deals of runs are held; no decision reads them."""

from typing import Literal

from pydantic import Field

from sim.core.units import CnyPerT, MillionCny, MtPerYear, Share, Year
from sim.scenario.row import Row

OwnerClass = Literal["central", "provincial", "private", "foreign"]


class RecordedDealRow(Row):
    """One deal over ownership of the record, done, agreed or failed."""

    year: Year
    """When it closed, was agreed or failed."""
    buyer: str = Field(min_length=1)
    """Who bought."""
    seller: str = ""
    """Who sold; empty where the source does not tell."""
    target: str = Field(min_length=1)
    """What changed hands."""
    kind: Literal["control", "rescue", "state transfer", "inside", "minority stake", "joint venture"]
    """What it was: control between groups, the same out of distress or by order of the state, a move between companies
    of one owner, a holding without control, entry into a joint venture."""
    whole_group: bool
    """Whether a whole group changed hands."""
    outcome: Literal["closed", "agreed", "failed"]
    """agreed: completion not seen."""
    counted: bool
    """Whether it counts in the rates: done or agreed, in the country, over what the model has."""
    product: Literal["refined", "metal", "both", "other"]
    """What the target makes: the product of the pack, the metal made of it, both, or neither."""
    size_mt: MtPerYear | None = Field(default=None, ge=0, le=50)
    """Refining capacity of the target."""
    stake_share: Share | None = None
    """Part that changed hands."""
    price_mcny: MillionCny | None = Field(default=None, ge=0, le=1_000_000)
    """Price of that part, as the source has it."""
    payment: Literal["cash", "shares", "capital", "none", "lease", ""] = ""
    """How it was paid: capital is money put into the target; none: handed over, or duties taken on. No source tells
    what part was borrowed."""
    seller_state: Literal["sound", "distressed", "stranded", ""] = ""
    """How the seller stood; stranded: a plant that stood idle."""
    buyer_class: OwnerClass
    """Who stands behind the buyer."""
    seller_class: OwnerClass | Literal[""] = ""
    """Who stands behind the seller."""
    trigger: str = ""
    """What set it off."""

    @property
    def price_cny_per_t(self) -> CnyPerT | None:
        """Price per tonne of capacity bought, of deals over the product alone; None where it cannot be told."""
        if self.product != "refined" or not (self.price_mcny and self.size_mt and self.stake_share):
            return None
        return self.price_mcny / (self.stake_share * self.size_mt)
