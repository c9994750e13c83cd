"""What the rulebook says of mergers: a push for them, the authority's stance, and transfers between state holders."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MergerPush:
    """A national push for mergers, its strength already in the numbers.

    Attributes:
        weight_share: strength, for the odds of closing.
        loan_discount_per_year: fall of the loan rate on purchases.
        approval_cny_per_t: worth to a buyer of a better place in the queue for approvals, per tonne bought.
        kept_tax_share: part of a plant's taxes that its province keeps after a sale.
        review_shift_logit: added to the odds against a deal in review; negative is lenient.
        deals_count: control purchases that one buyer may close in a year, at full strength.
        groups: the buyers that it helps; none named is all.
    """

    weight_share: float
    loan_discount_per_year: float
    approval_cny_per_t: float
    kept_tax_share: float
    review_shift_logit: float
    deals_count: int
    groups: tuple[str, ...] = ()

    def helps(self, group: str) -> bool:
        """Whether it helps a buyer."""
        return not self.groups or group in self.groups

    def cap(self, usual: int) -> int:
        """The control purchases that one buyer may close in the year, from the usual number."""
        return usual + round(self.weight_share * (self.deals_count - usual))


@dataclass(frozen=True, slots=True)
class MergerControl:
    """The stance of the antitrust authority, where it is not the usual one.

    Attributes:
        strictness_share: 0 usual to 1 strictest.
        banned_share: share of deals between owners that are refused unheard, filed or called in; 1 is a ban.
    """

    strictness_share: float
    banned_share: float


@dataclass(frozen=True, slots=True)
class StateTransfer:
    """Refineries that pass from one state holder to another, at no price.

    Attributes:
        policy: id of the policy.
        giver: the owner group that gives; none named is every provincial one.
        taker: the owner group that takes; none named is the central one that is largest nearby.
        chance_share: chance of each transfer in the year.
    """

    policy: str
    giver: str
    taker: str
    chance_share: float
