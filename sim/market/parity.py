"""The border: import parity, export netback, and the excess supply of the rest of the world.

China trades inside a band. Imports cap the price at parity (FOB, freight, duty, VAT, port), exports floor it
at netback (FOB without VAT refund, less the way to the ship); the two lie several hundred CNY/t apart, so
which way alumina flows is a result. USD and CNY meet only here.
"""

import math
from dataclasses import dataclass


@dataclass(slots=True)
class Border:
    """Terms of trade in one quarter.

    Attributes:
        exchange_rate: CNY per USD.
        freight_usd_per_t: ocean freight to China.
        duty_share: import duty.
        vat_share: value-added tax.
        port_cny_per_t: port and handling of imports.
        handling_cny_per_t: inland leg, port and loading of exports.
        reference_usd_per_t: FOB price at which `balance_mt` is stated.
        balance_mt: excess supply outside China in the quarter at the reference price, Mt, near producers left out.
        slope_mt_per_usd: its rise per USD/t in the quarter, up to the reference price.
        full_slope_mt_per_usd: the same above it, where the world runs full.
        near_mt: what producers next door can make in the quarter, Mt.
        near_cost_usd_per_t: their mean FOB cash cost.
        near_spread_usd_per_t: its spread among their lines.
        softness_mt: tonnes over which trade fades in.
        standing_imports_mt: imports under standing terms in the quarter, Mt.
        walk_away_usd_per_t: FOB price at which half of the standing imports are no longer honoured.
        walk_away_spread_usd_per_t: spread of that price.
        refund_share: part of the value-added tax that is given back on exports.
        late_share: part of cargoes bought in a quarter that lands in the next one.
        afloat_mt: cargoes bought in the last quarter that land in this one, Mt.
    """

    exchange_rate: float
    freight_usd_per_t: float
    duty_share: float
    vat_share: float
    port_cny_per_t: float
    handling_cny_per_t: float
    reference_usd_per_t: float
    balance_mt: float
    slope_mt_per_usd: float
    full_slope_mt_per_usd: float
    near_mt: float
    near_cost_usd_per_t: float
    near_spread_usd_per_t: float
    softness_mt: float
    standing_imports_mt: float
    walk_away_usd_per_t: float
    walk_away_spread_usd_per_t: float
    refund_share: float = 0.0
    late_share: float = 0.0
    afloat_mt: float = 0.0

    @property
    def unrefunded_share(self) -> float:
        """What is left of a price at port when the refund of its value-added tax is taken out."""
        return 1.0 - self.refund_share * self.vat_share / (1.0 + self.vat_share)


def import_parity(border: Border, fob_usd_per_t: float) -> float:
    """The landed price of imported alumina in CNY/t including VAT.

    Source: residual of SMM's published parities of 2025: (FOB + freight) x FX x 1.13 + 80.
    """
    landed = (fob_usd_per_t + border.freight_usd_per_t) * border.exchange_rate
    return landed * (1.0 + border.duty_share) * (1.0 + border.vat_share) + border.port_cny_per_t


def export_netback(border: Border, fob_usd_per_t: float) -> float:
    """The price at the export port, VAT in it, that an FOB price pays in CNY/t with what is refunded."""
    return (fob_usd_per_t * border.exchange_rate - border.handling_cny_per_t) / border.unrefunded_share


def import_fob(border: Border, price_cny_per_t: float) -> float:
    """The FOB price in USD/t at which selling to China pays the same as `price_cny_per_t` at port."""
    taxed = (1.0 + border.duty_share) * (1.0 + border.vat_share) * border.exchange_rate
    return (price_cny_per_t - border.port_cny_per_t) / taxed - border.freight_usd_per_t


def export_fob(border: Border, price_cny_per_t: float) -> float:
    """The FOB price in USD/t at which a refinery paid `price_cny_per_t` at port can export."""
    return (price_cny_per_t * border.unrefunded_share + border.handling_cny_per_t) / border.exchange_rate


def sourced_share(dearer_ratio: float, elasticity: float) -> float:
    """What standing buyers take over what they usually take, when a source has become dearer beside others.

    Source: Armington 1969.

    Example:
        >>> round(sourced_share(1.1, 2.0), 3)
        0.826
    """
    return math.exp(-elasticity * math.log(dearer_ratio))


def near_share(border: Border, fob_usd_per_t: float) -> float:
    """The share of capacity that producers next door run at an FOB price: they cut near cash cost."""
    gap = (fob_usd_per_t - border.near_cost_usd_per_t) / border.near_spread_usd_per_t
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, gap))))


def excess_supply(border: Border, fob_usd_per_t: float) -> tuple[float, float]:
    """What the world outside China has to spare at an FOB price in Mt, and its slope per USD/t."""
    share = near_share(border, fob_usd_per_t)
    near_slope = border.near_mt * share * (1.0 - share) / border.near_spread_usd_per_t
    above = fob_usd_per_t - border.reference_usd_per_t
    slope = border.full_slope_mt_per_usd if above > 0.0 else border.slope_mt_per_usd
    return border.balance_mt + slope * above + border.near_mt * share, slope + near_slope


def _softplus(tonnes: float, softness: float) -> tuple[float, float]:
    """A smooth max(0, tonnes) and its slope."""
    ratio = tonnes / softness
    if ratio > 40.0:
        return tonnes, 1.0
    grown = math.exp(max(ratio, -700.0))
    return softness * math.log1p(grown), grown / (1.0 + grown)


def cargoes(border: Border, price_cny_per_t: float) -> tuple[float, float]:
    """Spot cargoes bought for China in Mt at a landed price, and their slope in Mt per USD/t of FOB price."""
    spare, rise = excess_supply(border, import_fob(border, price_cny_per_t))
    tonnes, share = _softplus(spare, border.softness_mt)
    return tonnes, share * rise


def imports(border: Border, price_cny_per_t: float) -> tuple[float, float]:
    """Imports in Mt at a landed price and their slope in Mt per CNY/t: part of what is bought lands a quarter later."""
    fob = import_fob(border, price_cny_per_t)
    bought, rise = cargoes(border, price_cny_per_t)
    prompt = 1.0 - border.late_share
    taxed = (1.0 + border.duty_share) * (1.0 + border.vat_share) * border.exchange_rate
    gap = (border.walk_away_usd_per_t - fob) / border.walk_away_spread_usd_per_t
    kept = 1.0 / (1.0 + math.exp(max(-60.0, min(60.0, gap))))
    fading = border.standing_imports_mt * kept * (1.0 - kept) / border.walk_away_spread_usd_per_t
    landed = border.standing_imports_mt * kept + prompt * bought + border.afloat_mt
    return landed, (prompt * rise + fading) / taxed


def exports(border: Border, price_cny_per_t: float) -> tuple[float, float]:
    """Price-driven exports in Mt at a price at the export port and their (negative) slope."""
    spare, rise = excess_supply(border, export_fob(border, price_cny_per_t))
    tonnes, share = _softplus(-spare, border.softness_mt)
    return tonnes, -share * rise * border.unrefunded_share / border.exchange_rate


def world_fob(border: Border, port_cny_per_t: float, export_port_cny_per_t: float) -> float:
    """The FOB price in USD/t that clears the world outside China.

    With neither imports nor exports the world clears alone; trade ties it to the Chinese price, because its
    price can neither fall below what China pays for imports nor rise above what Chinese exports cost.
    """
    floor = import_fob(border, port_cny_per_t)
    ceiling = export_fob(border, export_port_cny_per_t)
    if excess_supply(border, floor)[0] >= 0.0:
        return floor
    if excess_supply(border, ceiling)[0] <= 0.0:
        return ceiling
    for _ in range(60):
        middle = 0.5 * (floor + ceiling)
        floor, ceiling = (floor, middle) if excess_supply(border, middle)[0] > 0.0 else (middle, ceiling)
    return 0.5 * (floor + ceiling)
