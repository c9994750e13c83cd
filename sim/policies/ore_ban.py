"""Ore that producing countries keep back."""

from dataclasses import replace
from typing import ClassVar, Literal

from sim.core.units import Share
from sim.policies.policy import POLICIES, Policy
from sim.policies.rulebook import Rulebook


@POLICIES.register("ore_ban")
class OreBan(Policy):
    """Keep a share of imported ore at home, which makes the rest dear; other mines replace it by `end_year`.

    A stop of some quarters is a shock of `ore_supply`; a ban is a law and lasts for whole years.
    """

    source: ClassVar[str] = (
        "Indonesia banned exports of raw ore in January 2014, some two thirds of Chinese imports, and in June "
        "2023, about 16 %; Guinea withdrew 51 licences in May 2025"
    )
    type: Literal["ore_ban"]
    ban_share: Share
    """Share of all imported ore that no longer comes."""

    def amend(self, rules: Rulebook, year: int) -> Rulebook:
        """Give the rulebook with the ban added."""
        banned = rules.ore_ban_share + self.weight(year) * self.ban_share
        return replace(rules, ore_ban_share=min(1.0, banned))
