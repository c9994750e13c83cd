"""Transfers of refineries between state holders, ordered from above."""

from dataclasses import replace
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from sim.core.units import Share
from sim.policies.merger_rules import StateTransfer
from sim.policies.policy import POLICIES, Lever, Policy, raises
from sim.policies.rulebook import Rulebook


@POLICIES.register("soe_transfer")
class StateHoldersTransfer(Policy):
    """Hand the refineries of one state holder to another at no price, with their debts."""

    source: ClassVar[str] = (
        "Yunnan Metallurgical Group to Chinalco, 58 % against 42 % kept by the province (Reuters, 28 May 2018)"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("orders", "chance_share", (0.25, 0.5, 0.75, 1.0), raises("hhi_control")),
    )
    type: Literal["soe_transfer"]
    chance_share: Share
    """Chance in each year that a transfer meant here comes about; 1 is certain."""
    giver: str = Field(default="", max_length=60)
    """Owner group that gives; left out, every provincial group."""
    taker: str = Field(default="", max_length=60)
    """Owner group that takes; left out, the central group with most capacity nearby."""

    @model_validator(mode="after")
    def _between_two(self) -> Self:
        if self.giver and self.giver == self.taker:
            raise ValueError(f"taker {self.taker} is the giver: nothing would be handed over")
        return self

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the transfer in it."""
        ordered = StateTransfer(self.id, self.giver, self.taker, weight * self.chance_share)
        return replace(rules, state_transfers=(*rules.state_transfers, ordered))
