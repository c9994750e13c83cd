"""What a parameter is called where people read it: its declared meaning in short, with its range and unit."""

from collections.abc import Mapping
from functools import cache

from pydantic import BaseModel

from sim.core.units import fields_of
from sim.report.measures import PERCENT, SHARE, decimals_for, written
from sim.scenario.judge import declared_range
from sim.scenario.parameter_meanings import meanings_of
from sim.scenario.trade import Trade

MANY = 100.0
"""Smaller values are shown with one more digit."""
NESTED = 2
"""Parameters below a section need no more than their own meaning; deeper ones also need that of their parent."""


@cache
def plain_name(path: str, trade: Trade | None = None) -> str:
    """What a parameter is, by its dotted path below `parameters`; the path itself when it is not declared.

    What an input is stands in the pack's trade.

    >>> plain_name("market.contract_share")
    "Share of smelters' non-captive need that is bought under annual contracts"
    """
    meanings = meanings_of(path, trade)
    if not meanings:
        return path
    own = first_clause(meanings[-1])
    return f"{first_clause(meanings[-2])}: {own}" if len(meanings) > NESTED else own


def input_name(
    path: str, items: Mapping[str, type[BaseModel]], trade: Trade | None = None
) -> tuple[str, str]:
    """What a value of a scenario is, and its unit; the path itself where its meaning is not declared.

    Args:
        path: dotted, such as `policies.push.deals_count`.
        items: policies, shocks and facts by path, `policies.push`, with what declares their fields.
        trade: what an input is called.
    """
    section, _, below = path.partition(".")
    if section == "parameters":
        return plain_name(below, trade), ""
    key, _, name = below.partition(".")
    kind = items.get(f"{section}.{key}")
    declared = fields_of(kind).get(name.partition("[")[0]) if kind else None
    if kind and name == "type":
        return f"{key}: which kind of policy", ""
    if declared is None or not declared.description:
        return path, ""
    return f"{key}: {first_clause(declared.description)}", declared_range(declared).unit


def input_shown(value: object, unit: str) -> str:
    """A value of a scenario with its unit.

    >>> input_shown(0.8, "share"), input_shown(2027, "year"), input_shown(True, "")
    ('80 %', '2027', 'True')
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and unit != "year"
    return limit_shown(float(str(value)), unit) if is_number else str(value)


def first_clause(meaning: str) -> str:
    """The first clause of a meaning: up to a colon, a semicolon or the end of the sentence."""
    ends = [meaning.find(end) for end in (": ", "; ", ". ")]
    return meaning[: min((end for end in ends if end > 0), default=len(meaning))].rstrip(".")


def range_shown(low: float, high: float, unit: str) -> str:
    """A range with its unit, shares in per cent.

    >>> range_shown(0.5, 0.8, "share"), range_shown(17000.0, 26000.0, "CNY/t")
    ('50 to 80 %', '17,000 to 26,000 CNY/t')
    """
    scale = 100.0 if unit == SHARE else 1.0
    ends = [value_shown(end * scale) for end in (low, high)]
    return f"{ends[0]} to {ends[1]} {_UNITS.get(unit, unit)}".rstrip()


def limit_shown(value: float, unit: str) -> str:
    """One limit with its unit: `65 %`."""
    return f"{value_shown(value * (100.0 if unit == SHARE else 1.0))} {_UNITS.get(unit, unit)}".rstrip()


_UNITS = {SHARE: PERCENT, "1/yr": "a year", "1/sqrt(yr)": "per root year", "ratio": ""}


def value_shown(value: float) -> str:
    """One value of a parameter with no more digits than it needs."""
    text = written(value, decimals_for(value) + (abs(value) < MANY))
    return text.rstrip("0").rstrip(".") if "." in text else text
