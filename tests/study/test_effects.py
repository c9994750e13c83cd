"""Effects of pairs: intervals and exact tests worked out by hand, and many names held together."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.study.effects import HIGHER, LOWER, NONE, UNCLEAR, Effect, effect, held_together, holm


def of_gaps(*gaps: float, counted: bool = False) -> Effect:
    """Give the effect of these differences."""
    before = np.zeros(len(gaps))
    return effect(before, before + np.array(gaps), counted=counted)


def test_an_interval_is_the_one_worked_out_by_hand() -> None:
    # Differences 1, 2, 3, 6: mean 3, variance (4+1+0+9)/3 = 14/3, standard error sqrt(14/12) = 1.0801,
    # t(3, 97.5 %) = 3.1824, so 3 -+ 3.4374.
    before = np.array([10.0, 20.0, 30.0, 40.0])
    seen = effect(before, before + np.array([1.0, 2.0, 3.0, 6.0]))

    assert (seen.change, seen.pairs, seen.differing, seen.verdict) == (3.0, 4, 4, UNCLEAR)
    assert seen.low == pytest.approx(3 - 3.4374, abs=1e-4)
    assert seen.high == pytest.approx(3 + 3.4374, abs=1e-4)
    # var(before) = 500/3, var(after): 11, 22, 33, 46 around 28 gives 289+36+25+324 = 674, over 3
    assert seen.variance_ratio == pytest.approx(14 / (500 + 674), rel=1e-12)


@pytest.mark.parametrize(
    ("gaps", "verdict"),
    [
        ([0.0] * 3, NONE),
        ([1.0, 1.1, 0.9, 1.2, 0.8, 1.0], HIGHER),
        ([-1.0, -1.1, -0.9, -1.2, -0.8, -1.0], LOWER),
        ([1.0, -1.0, 0.1, 0.3, -0.2, 0.1], UNCLEAR),
        ([0.0, 0.0, 1e-12], UNCLEAR),
        ([5.0], UNCLEAR),
        ([np.nan] * 9, UNCLEAR),
    ],
)
def test_a_verdict_says_what_the_pairs_show(gaps: list[float], verdict: str) -> None:
    assert of_gaps(*gaps).verdict == verdict


@pytest.mark.parametrize(
    ("cells", "change", "low", "high"),
    [  # both, before alone, after alone, neither
        ((36, 12, 2, 0), -0.2, -0.3404, -0.0569),
        # Wilson's interval of 54 of 54 begins at 54 / (54 + 1.96^2) = 0.9336.
        ((54, 0, 0, 0), 0.0, -0.0664, 0.0664),
        # 30 / (30 + 1.96^2) = 0.8865 for one share and 0.1135 for the other: 1 - 0.1135 x sqrt(2).
        ((0, 0, 30, 0), 1.0, 0.8395, 1.0),
    ],
)
def test_the_interval_of_a_share_is_that_of_newcombe_and_stays_possible(
    cells: tuple[int, int, int, int], change: float, low: float, high: float
) -> None:
    before = np.repeat([1.0, 1.0, 0.0, 0.0], cells)
    after = np.repeat([1.0, 0.0, 1.0, 0.0], cells)
    seen = effect(before, after, counted=True)

    assert (seen.change, seen.low, seen.high) == pytest.approx((change, low, high), abs=2e-4)
    assert -1.0 <= seen.low <= seen.high <= 1.0


@pytest.mark.parametrize(("pairs", "verdict"), [(2, UNCLEAR), (3, UNCLEAR), (5, UNCLEAR), (6, HIGHER)])
def test_the_same_change_in_few_pairs_is_no_verdict(pairs: int, verdict: str) -> None:
    # All one way: 2 / 2^pairs, which is 1/16 for five and 1/32 for six. The interval has no width for any.
    seen = of_gaps(*[1.0] * pairs)

    assert (seen.low, seen.high) == (1.0, 1.0)
    assert (seen.p_value, seen.verdict) == (pytest.approx(2.0 / 2**pairs), verdict)


def test_four_closures_more_in_a_hundred_pairs_may_be_luck() -> None:
    # t gives 0.04 -+ 1.984 x 0.197 / 10, that is 0.001 to 0.079, where four of four signs come once in eight times.
    seen = of_gaps(*[-1.0] * 4, *[0.0] * 96)

    assert seen.high < 0.0
    assert (seen.p_value, seen.verdict, seen.differing) == (pytest.approx(0.125), UNCLEAR, 4)


def test_where_most_pairs_are_equal_the_signs_judge() -> None:
    # Nine of ten signs: 2 x (1 + 10) / 2^10.
    mostly_lower = [*[-1.0] * 9, 1.0, *[0.0] * 90]

    assert of_gaps(*mostly_lower).p_value == pytest.approx(22 / 1024)
    assert of_gaps(*mostly_lower).verdict == LOWER
    # Nine small ones down and a large one up: the mean and the signs lean to different sides.
    assert of_gaps(*[-1.0] * 9, 20.0, *[0.0] * 90).verdict == UNCLEAR


@pytest.mark.parametrize(("higher", "lower"), [(0, 0), (1, 0), (3, 3), (2, 7), (40, 21), (0, 6)])
def test_the_exact_test_is_that_of_scipy(higher: int, lower: int) -> None:
    seen = of_gaps(*[1.0] * higher, *[-1.0] * lower, 0.0, counted=True)

    expected = stats.binomtest(higher, higher + lower).pvalue if higher + lower else 1.0
    assert seen.p_value == pytest.approx(expected, rel=1e-12)


def test_student_s_test_is_that_of_scipy() -> None:
    gaps = np.random.default_rng(1).normal(0.3, 1.0, 40)

    assert of_gaps(*gaps).p_value == pytest.approx(stats.ttest_1samp(gaps, 0.0).pvalue, rel=1e-9)


def test_what_is_counted_by_name_is_judged_by_signs_alone() -> None:
    # Four of five down: 2 x (1 + 5) / 2^5; the sizes do not matter.
    gaps = [-3.0, -2.0, -3.0, -2.0, 1.0]

    assert of_gaps(*gaps, counted=True).p_value == pytest.approx(12 / 32)
    assert of_gaps(*gaps * 2, counted=True).p_value != of_gaps(*gaps * 2).p_value


def table(*rows: tuple[str, float, int, str]) -> pd.DataFrame:
    """Give effects by kind of name: p value, pairs that differ, verdict."""
    return pd.DataFrame(rows, columns=["kind", "p_value", "differing", "verdict"])


def test_names_of_one_table_are_judged_together() -> None:
    # Holm: 0.01 x 3, then 0.02 x 2 = 0.04, then 0.04; alone in its table 0.04 stays what it is.
    together = [("a", 0.01, 9, HIGHER), ("a", 0.02, 9, LOWER), ("a", 0.04, 9, HIGHER), ("b", 0.04, 9, HIGHER)]
    seen = held_together(table(*together), ["kind"])

    assert seen["p_value"].tolist() == pytest.approx([0.03, 0.04, 0.04, 0.04])
    assert seen["verdict"].tolist() == [HIGHER, LOWER, HIGHER, HIGHER]


def test_a_name_that_is_clear_alone_is_not_among_many() -> None:
    many = [("a", 0.03, 6, HIGHER), *[("a", 0.9, 20, UNCLEAR)] * 3, ("a", 1.0, 0, NONE)]
    seen = held_together(table(*many), ["kind"])

    assert seen["verdict"].tolist() == [UNCLEAR] * 4 + [NONE]
    # What differs in too few pairs cannot be told of, so it takes no part.
    few = held_together(table(("a", 0.03, 6, HIGHER), *[("a", 0.125, 4, UNCLEAR)] * 3), ["kind"])
    assert few["verdict"].tolist() == [HIGHER, *[UNCLEAR] * 3]


def test_luck_names_anybody_in_one_table_of_twenty_at_most() -> None:
    # 200 tables of 40 names that close in a tenth of the runs, whatever the scenario.
    luck = np.random.default_rng(3).random((2, 200, 40, 100)) < 0.1
    told = 0
    for before, after in zip(*luck.astype(float), strict=True):
        rows = [vars(effect(*pair, counted=True)) for pair in zip(before, after, strict=True)]
        told += (
            held_together(pd.DataFrame(rows).assign(all=1), ["all"])["verdict"].isin([HIGHER, LOWER]).any()
        )

    assert told <= 0.05 * 200


def test_the_rule_for_many_tests_keeps_their_order() -> None:
    assert holm(np.array([0.2, 0.001, 0.5])).tolist() == pytest.approx([0.4, 0.003, 0.5])
    assert holm(np.array([])).tolist() == []
