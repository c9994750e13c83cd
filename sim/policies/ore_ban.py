"""Ore that producing countries keep back."""

from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.core.units import Share
from sim.policies.policy import POLICIES, Lever, Policy, lowers
from sim.policies.rulebook import OreKeptBack, Rulebook


@POLICIES.register("ore_ban")
class OreBan(Policy):
    """Keep a share of imported ore at home, which makes the rest dear; other mines replace it by `end_year`.

    What is newly kept back in a year is missing that year; then miners elsewhere ship more at a higher price,
    and the price returns in equal steps until the ban ends. Without an end it stays dear. A stop of some
    quarters is a shock of `ore_supply`; a ban is a law and lasts for whole years.
    """

    source: ClassVar[str] = (
        "Indonesia banned exports of raw ore in January 2014, some two thirds of Chinese imports, and in June "
        "2023, about 16 %; other mines replaced it within a few years, dearer (the pace is from memory); Guinea "
        "withdrew 51 licences in May 2025"
    )
    levers: ClassVar[tuple[Lever, ...]] = (
        Lever("ban", "ban_share", (0.1, 0.25, 0.5, 0.75), lowers("imported_ore_share")),
    )
    type: Literal["ore_ban"]
    ban_share: Share
    """Share of imported ore that no longer comes: of all of it, or of what the countries named ship."""
    countries: Annotated[tuple[str, ...], Field(strict=False)] = ()
    """Countries that keep ore back, by the ids under `origins` of the pack; none named is all."""
    shipped_share: Share = 1.0
    """Part of imported ore that these countries ship; left out, what the pack says of those named."""

    def enact(self, rules: Rulebook, year: int, weight: float) -> Rulebook:
        """The rulebook with the ban added."""
        kept = self.ban_share * self.shipped_share
        risen = max(weight - self.weight(year - 1), 0.0)
        return replace(
            rules,
            ore_ban_share=min(1.0, rules.ore_ban_share + kept * weight * self.left_share(year)),
            ore_missing_share=min(1.0, rules.ore_missing_share + kept * risen),
            ore_kept_back=(
                *rules.ore_kept_back,
                OreKeptBack(self.countries, self.ban_share * weight, self.ban_share * risen),
            ),
        )

    def left_share(self, year: int) -> float:
        """The part of the banned ore that no other mine has replaced by a year."""
        if self.end_year is None:
            return 1.0
        return 1.0 - (year - self.start_year) / (self.end_year + 1 - self.start_year)
