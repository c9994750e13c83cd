"""Import duty on alumina and tax given back on exports: what is laid down at the border."""

from dataclasses import replace
from typing import ClassVar, Literal

from sim.core.units import Share
from sim.policies.policy import POLICIES, Lever, Policy, lowers, raises
from sim.policies.rulebook import Rulebook


@POLICIES.register("trade")
class Trade(Policy):
    """Raise the import duty on alumina, which lifts import parity, or refund VAT, which lifts export netback."""

    source: ClassVar[str] = (
        "Customs Tariff Commission: interim duty cut from 3 % to 0 in 2008, statutory MFN rate 8 %; "
        "alumina is exported without refund of the 13 % value-added tax"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("duty", "duty_share", (0.02, 0.04, 0.08, 0.15), lowers("imports_mt")),
        Lever(
            "refund", "export_refund_share", (0.25, 0.5, 0.75, 1.0), raises("exports_mt"), {"duty_share": 0.0}
        ),
    )
    type: Literal["trade"]
    duty_share: Share
    """Import duty."""
    export_refund_share: Share = 0.0
    """Part of the value-added tax that is given back on exports; there is none today."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the duty and the refund added."""
        refund = rules.export_refund_share + weight * self.export_refund_share
        return replace(
            rules,
            duty_share=rules.duty_share + weight * self.duty_share,
            export_refund_share=min(1.0, refund),
        )
