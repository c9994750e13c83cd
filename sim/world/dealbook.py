"""The book of deals: every proposal that came up, what it was worth to whom, how it was paid and what became of it."""

from dataclasses import asdict, dataclass, field
from typing import Any

from sim.strategy.consents import Climate

CONTROL, RESCUE, REMEDY = "control purchase", "rescue", "remedy sale"
COMBINATION = "whole group"
MINORITY, VENTURE, TRANSFER = "minority stake", "joint venture", "state transfer"
RESTRUCTURING, AGREED, STATED = "restructuring", "agreed", "stated"
CLOSED = "closed"
SOUND, DISTRESSED, STRANDED = "sound", "distressed", "stranded"
NOT_AGREED, NOT_FUNDED = "not agreed", "not funded"
REFUSED_BY_PROVINCE, REFUSED_BY_SASAC, BLOCKED_IN_REVIEW = (
    "refused by the province",
    "refused by the holder of state assets",
    "blocked in review",
)
PASSED, KEPT = "passed by the buyer", "kept by the seller"
ABOVE_CEILING = "above the ceiling on one group"
OUTCOMES = (
    *(CLOSED, NOT_AGREED, NOT_FUNDED),
    *(REFUSED_BY_PROVINCE, REFUSED_BY_SASAC, BLOCKED_IN_REVIEW),
    *(PASSED, KEPT),
    ABOVE_CEILING,
)
"""What can become of a proposal; a fact of the decision over it says which by its place here."""
NO_BID = "no bid as high as its owner's least price"
ANSWERS = (*OUTCOMES, NO_BID)
"""What can come of offering a plant to others; a fact of the decision to close it says which by its place here."""


def state_of(distressed: bool, stranded: bool = False) -> str:
    """How a seller stands."""
    return DISTRESSED if distressed else STRANDED if stranded else SOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal:
    """One deal, closed or not; amounts in million CNY, zero where they do not apply.

    Attributes:
        year: when.
        id: its name, which the ownership log uses too.
        kind: control purchase, whole group, rescue, remedy sale, minority stake, joint venture, state transfer,
            restructuring, agreed, or stated by the scenario.
        buyer: owner group that buys, or the holder where the deal stays inside one; leader of a joint venture.
        seller: owner group that sells, or the holder; partner in a joint venture.
        target: what changes hands.
        seller_state: sound, distressed, or stranded, where a sound owner thinks of closing what it sells; empty where
            nothing is sold.
        outcome: closed, or why not.
        stake_share: part of the target that changes hands, or that the partner holds.
        size_mt: refining capacity of the target, Mt/yr.
        smelting_mt: capacity of the smelters that come with it, Mt/yr of metal.
        price_mcny: price of the stake with the debt that comes with it, and of a whole group that of all of it,
            whatever part of its equity is bought; what the partner pays of the investment and for an old plant that
            goes; book value between companies of one owner, where no cash leaves the group's account.
        stand_alone_mcny: worth of the stake in the buyer's hands by its own view, without synergies.
        liabilities_mcny: duty of care for ponds, taken off.
        integration_mcny: synergy, alumina for own smelters.
        ore_mcny: synergy, cheaper ore.
        overhead_mcny: synergy, less overhead.
        coast_mcny: synergy, moving to the coast.
        policy_mcny: what policy adds.
        gain_mcny: what the buyer expects of all synergies.
        value_mcny: worth of the stake to the buyer with all that.
        reservation_mcny: least price of the seller.
        second_mcny: most that the second-best bidder would pay.
        paid_cash_mcny: paid from spare cash.
        paid_debt_mcny: paid from a new loan.
        paid_shares_mcny: worth of the buyer's shares that are given for the seller's, in an exchange of shares.
        debt_assumed_mcny: debt of the seller taken over.
        compensation_mcny: what of the price the leader of a joint venture gets for an old plant that goes.
        offtake_mt: alumina that comes with a minority stake or with the partner's part, Mt a year.
        province: consent of the target's province: not asked, given or withheld.
        sasac: consent of the holder of state assets, likewise.
        review: how closely the antitrust authority looked.
        review_outcome: clear, conditional, blocked, or empty when it did not come to that.
        hhi_before: HHI of capacity by controlling group before, points.
        hhi_after: the same after, or as it would have been.
        hhi_step: its change.
        remedy: condition of the authority, if any.
    """

    year: int
    id: str
    kind: str
    buyer: str
    seller: str
    target: str
    seller_state: str = ""
    outcome: str = CLOSED
    stake_share: float = 1.0
    size_mt: float = 0.0
    smelting_mt: float = 0.0
    price_mcny: float = 0.0
    stand_alone_mcny: float = 0.0
    liabilities_mcny: float = 0.0
    integration_mcny: float = 0.0
    ore_mcny: float = 0.0
    overhead_mcny: float = 0.0
    coast_mcny: float = 0.0
    policy_mcny: float = 0.0
    gain_mcny: float = 0.0
    value_mcny: float = 0.0
    reservation_mcny: float = 0.0
    second_mcny: float = 0.0
    paid_cash_mcny: float = 0.0
    paid_debt_mcny: float = 0.0
    paid_shares_mcny: float = 0.0
    debt_assumed_mcny: float = 0.0
    compensation_mcny: float = 0.0
    offtake_mt: float = 0.0
    province: str = "not asked"
    sasac: str = "not asked"
    review: str = "exempt"
    review_outcome: str = ""
    hhi_before: float = 0.0
    hhi_after: float = 0.0
    hhi_step: float = 0.0
    remedy: str = ""

    def row(self) -> dict[str, Any]:
        """Its columns."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Offer:
    """What came of offering a plant to others.

    Attributes:
        best_mcny: most that anyone would and could pay, zero where nobody would.
        reservation_mcny: least price of its owner.
        answer: what became of it, one of `ANSWERS`.
    """

    best_mcny: float
    reservation_mcny: float
    answer: str


@dataclass(slots=True)
class Market:
    """The market for plants as it stands.

    Attributes:
        wave: merger wave, around zero.
        usual: climate of the base year, known from the first year on.
        bought: control purchases of the year by row of the buyer.
        offers: by row of the plant, what came of offering it this year.
        sold: rows of plants that changed hands this year.
        undertakings: by key of the plant, last year in which its alumina must be offered to all alike.
        divestments: by key of the plant, year by which its owner must have sold it to somebody independent.
    """

    wave: float = 0.0
    usual: Climate | None = None
    bought: dict[int, int] = field(default_factory=dict)
    offers: dict[int, Offer] = field(default_factory=dict)
    sold: set[int] = field(default_factory=set)
    undertakings: dict[str, int] = field(default_factory=dict)
    divestments: dict[str, int] = field(default_factory=dict)
