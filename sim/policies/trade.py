"""Import duty on alumina."""

from dataclasses import replace
from typing import ClassVar, Literal

from sim.core.units import Share
from sim.policies.policy import POLICIES, Policy
from sim.policies.rulebook import Rulebook


@POLICIES.register("trade")
class Trade(Policy):
    """Raise the import duty on alumina, which lifts import parity."""

    source: ClassVar[str] = (
        "Customs Tariff Commission: interim duty cut from 3 % to 0 in 2008, statutory MFN rate 8 % (policy.csv)"
    )
    type: Literal["trade"]
    duty_share: Share
    """Import duty."""

    def amend(self, rules: Rulebook, year: int) -> Rulebook:
        """Give the rulebook with the duty added."""
        return replace(rules, duty_share=rules.duty_share + self.weight(year) * self.duty_share)
