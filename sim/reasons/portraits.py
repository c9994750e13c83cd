"""What an agent is: a few sentences and a small table, and the same numbers as plain values."""

from dataclasses import dataclass, field
from typing import Any

from sim.core.errors import UsageError
from sim.core.words import figure, joined, percent, plain, plural, spans
from sim.reasons.costs import cost_table, cost_year, rank, region_told
from sim.reasons.record import (
    DEAL,
    GROUP,
    IMPORTER,
    NEWCOMER,
    PLANT,
    REGION,
    SMELTER,
    Agent,
    Record,
    Row,
)
from sim.reasons.text import Entry, Grid
from sim.world.dealbook import AGREED, DISTRESSED, RESTRUCTURING, SOUND, STRANDED, TRANSFER, VENTURE

MT = "Mt/yr"
LARGEST = 8
SELLERS = {
    SOUND: "was sound",
    DISTRESSED: "was in distress",
    STRANDED: "was sound, but the plant had stood idle for long",
}
NO_PRICE = {
    AGREED: "It had been agreed before the run begins; its price is not in the register.",
    TRANSFER: "Governments handed it over at no price, with its debts.",
}
"""Why a kind of deal has no price."""


@dataclass(frozen=True)
class Portrait:
    """What an agent is.

    Attributes:
        told: sentences and tables.
        numbers: the same as plain values.
    """

    told: tuple[str | Entry | Grid, ...]
    numbers: dict[str, Any] = field(default_factory=dict)


def portrait(record: Record, agent: Agent, year: int | None) -> Portrait:
    """What an agent is, at the end of a year or of the run.

    Raises:
        UsageError: the year was not played, or the agent does not appear in it.
    """
    if year is not None and year not in record.years:
        raise UsageError(f"the run has no year {year}; it covers {spans(record.years)}")
    kinds = (PLANT, GROUP, SMELTER, IMPORTER, REGION, DEAL)
    makers = dict(zip(kinds, (_plant, _group, _smelter, _importer, _region, _deal), strict=True))
    return makers[agent.kind](record, agent, year)


def _plant(record: Record, agent: Agent, year: int | None) -> Portrait:
    rows = record.rows("refineries", refinery=agent.key)
    row = next((each for each in reversed(rows) if year in (None, each["year"])), None)
    if row is None:
        return _project(record, agent, year, [int(each["year"]) for each in rows])
    place = next(each for each in record.scenario.pack.regions if each.id == row["region"])
    size = max(float(each["nameplate_mt"]) for each in rows)
    where = f"{place.name} ({'coast or river port' if place.coastal else 'inland'})"
    gone = [int(each["year"]) for each in rows if each["state"] == "exited"]
    state = (
        f"At the end of {row['year']} it is {row['state']} and {percent(row['running_share'])} of it runs."
    )
    if row["state"] == "exited":
        state = f"It closed in {gone[0]}."
    told: list[str | Entry | Grid] = [
        f"A refinery of {figure(size, MT)} in {where}, owned by {record.called(row['group'])}. {state}"
    ]
    if row["synthetic"]:
        told.append("It stands for real plants that are not identified.")
    numbers = {name: row[name] for name in ("region", "group", "state", "running_share")} | {"size_mt": size}
    spent = cost_year(record, agent.key, year)
    if spent is not None and spent["nameplate_mt"] + spent["made_mt"] > 0.0:
        cheaper, count = rank(record, spent)
        told += [
            cost_table(record, spent),
            f"{percent(cheaper)} of the output of {plural(count, 'plant')} was made at a lower cash cost.",
        ]
        numbers |= {"cost_year": spent["year"], "cheaper_share": cheaper}
        numbers |= {name: value for name, value in spent.items() if name.endswith("_cny_per_t")}
    return Portrait(tuple(told), numbers)


def _project(record: Record, agent: Agent, year: int | None, seen: list[int]) -> Portrait:
    """What a plant is that does not stand in the year, or never did."""
    project = next((row for row in record.pack.projects if row.id == agent.key), None)
    newcomer = NEWCOMER.fullmatch(agent.key)
    if project is None and newcomer and seen and year is not None and int(newcomer["year"]) <= year < seen[0]:
        return Portrait((f"Under construction in {year}; it stands from {seen[0]} on.",))
    if project is None and not seen:
        return Portrait(("It stands in the register and takes no part in this run.",))
    if project is None:
        raise UsageError(f"'{agent.key}' does not stand in {year}; it does in {spans(seen) or 'no year'}")
    begun = f"it stands from {seen[0]} on" if seen else "it was never finished in this run"
    told = (
        f"A planned refinery of {figure(project.capacity_mt, MT)} in {record.called(project.region)} of "
        f"{record.called(project.company)}, expected in {project.expected_year}; {begun}."
    )
    return Portrait(
        (told,),
        {"size_mt": project.capacity_mt, "region": project.region, "expected_year": project.expected_year},
    )


def _group(record: Record, agent: Agent, year: int | None) -> Portrait:
    rows = record.rows("groups", group=agent.key)
    row = next((each for each in reversed(rows) if year in (None, each["year"])), None)
    if row is None:
        return Portrait((f"{agent.name} controls no group of its own in this run.",))
    when = row["year"]
    own = record.rows("refineries", group=agent.key, year=when)
    plants = [each for each in own if each["nameplate_mt"] > 0.0]
    plants.sort(key=lambda each: -each["nameplate_mt"])
    largest = ((record.called(each["refinery"]), each["nameplate_mt"]) for each in plants[:LARGEST])
    held = [f"{name} ({figure(size, MT)})" for name, size in largest]
    more = f" and {len(plants) - LARGEST} more" if len(plants) > LARGEST else ""
    weak = [int(each["year"]) for each in rows if each["distressed"]]
    told = [
        f"An owner group. At the end of {when} it controls {figure(row['nameplate_mt'], MT)} in "
        f"{plural(len(plants), 'refinery', 'refineries')}; it has cash of {figure(row['cash_mcny'], 'million CNY')} "
        f"and debt of {figure(row['debt_mcny'], 'million CNY')}."
    ]
    told += [f"Its refineries: {', '.join(held)}{more}."] if held else []
    told += [f"In distress: {spans(weak)}."] if weak else []
    kept = ("nameplate_mt", "cash_mcny", "debt_mcny", "distressed")
    return Portrait(
        tuple(told), {name: row[name] for name in kept} | {"refineries": [p["refinery"] for p in plants]}
    )


def _smelter(record: Record, agent: Agent, year: int | None) -> Portrait:
    row = next(each for each in record.scenario.pack.smelters if each.id == agent.key)
    when = year or record.years[-1]
    into = sorted(record.rows("flows", market=row.market, year=when), key=lambda each: -each["shipped_mt"])
    total = sum(each["shipped_mt"] for each in into)
    parts = [
        f"{record.called(each['origin'])} {percent(each['shipped_mt'] / total)}" for each in into[:4] if total
    ]
    free = ", and may freeze its pots, move or sell its capacity right"
    offer = "At the start it was on offer to owners of refineries. " if row.offered_mt else ""
    told = [
        f"A smelter of {figure(row.capacity_mt or row.offered_mt, MT)} of aluminium of "
        f"{record.called(row.company)} in {row.province}. {offer}It buys what it needs while metal pays for it"
        f"{free if record.scenario.pack.has('rights') else ''}."
    ]
    told += [f"Its market took {figure(total, 'Mt')} of alumina in {when}: {joined(parts)}."] if parts else []
    return Portrait(tuple(told), {"capacity_mt": row.capacity_mt, "market_took_mt": total, "year": when})


def _importer(record: Record, agent: Agent, year: int | None) -> Portrait:
    row = next((each for each in record.scenario.pack.importers if each.id == agent.key), None)
    if row is None:
        return _abroad(record, agent)
    when = year or record.years[-1]
    came = sum(each["shipped_mt"] for each in record.rows("flows", origin="imports", year=when))
    told = (
        f"A producer abroad: {figure(row.capacity_mt, MT)} of alumina and {figure(row.smelting_mt, MT)} of "
        f"aluminium at the start, at a cash cost of {figure(row.cash_cost_usd_per_t, 'USD/t')} FOB. "
        f"It ships here what its own smelters do not need when the price pays; {figure(came, 'Mt')} were imported from "
        f"all origins in {when}.",
    )
    return Portrait(told, {"capacity_mt": row.capacity_mt, "imports_mt": came, "year": when})


def _abroad(record: Record, agent: Agent) -> Portrait:
    """What a project abroad is."""
    row = next(each for each in record.scenario.pack.projects if each.id == agent.key)
    owner = record.called(row.importer)
    told = (
        f"A project abroad of {figure(row.capacity_mt, MT)} ({row.kind.replace('_', ' ')}) of {owner}, "
        f"expected in {row.expected_year}. Its owner decides whether it is to start; it then starts on time, or not, "
        "by chance."
    )
    return Portrait((told,), {"capacity_mt": row.capacity_mt, "expected_year": row.expected_year})


def _region(record: Record, agent: Agent, year: int | None) -> Portrait:
    return Portrait(*region_told(record, agent.key, year))


def _deal(record: Record, agent: Agent, year: int | None) -> Portrait:
    rows = record.rows("deals", id=agent.key)
    if year is not None and year not in {row["year"] for row in rows}:
        raise UsageError(f"'{agent.key}' was on the table in {rows[0]['year']}, not in {year}")
    row = next(each for each in rows if year in (None, each["year"]))
    target, seller = record.called(str(row["target"])), record.called(str(row["seller"]))
    told = [
        f"{plain(row['kind']).capitalize()}: {record.called(str(row['buyer']))} and {target}"
        f"{f' of {seller}' if seller and seller != target else ''} in {row['year']}; {plain(row['outcome'])}."
    ]
    money = {
        "paid_cash_mcny": "from cash",
        "paid_debt_mcny": "by a loan",
        "paid_shares_mcny": "in shares of the buyer",
        "debt_assumed_mcny": "in debt taken over",
    }
    paid = [
        f"{figure(row[name], 'million CNY')} {how}"
        for name, how in money.items()
        if row.get(name, 0.0) >= 0.5
    ]
    told += [*_sold(record, row), *([f"Paid: {joined(paid)}."] if paid else [])]
    made_up = row.get("compensation_mcny", 0.0)
    told += (
        [f"Of this {figure(made_up, 'million CNY')} for its part of the old plant."] if made_up >= 0.5 else []
    )
    asked = {"province": "the province's consent", "sasac": "consent to sell state assets"}
    told += [
        f"It took {words}: {plain(row[name])}."
        for name, words in asked.items()
        if row.get(name, "not asked") != "not asked"
    ]
    told += [f"Condition of the antitrust authority: {plain(row['remedy'])}."] if row.get("remedy") else []
    return Portrait(tuple(told), dict(row))


def _sold(record: Record, row: Row) -> list[str]:
    """What was to change hands, how its seller stood, and at what price, per tonne too."""
    whole, price, tonnes = row["seller"] == row["target"], row["price_mcny"], row["size_mt"]
    metal = row.get("smelting_mt", 0.0)
    parts = [f"{figure(tonnes, MT)} of alumina"] if tonnes > 0.0 else []
    parts += [f"{figure(metal, MT)} of aluminium"] if metal > 0.0 else []
    told = [f"{'With it' if whole else 'It has'}: {joined(parts)}."] if parts else []
    stood = SELLERS.get(str(row.get("seller_state", "")))
    told += [f"Its {'owner' if whole else 'seller'} {stood}."] if stood else []
    if not price:
        return [*told, *([NO_PRICE[row["kind"]]] if row["kind"] in NO_PRICE else [])]
    if whole:
        return [*told, *_priced(record, row)]
    share = 1.0 if row["kind"] == VENTURE else row["stake_share"]
    each = (
        f", {figure(price / (tonnes * share), 'CNY/t')} of its part of the capacity" if tonnes * share else ""
    )
    if row["kind"] == VENTURE:
        each = ""
    book = "; at book value between companies of one owner, so no cash leaves the group" * (
        row["kind"] == RESTRUCTURING
    )
    return [*told, f"{percent(row['stake_share'])} for {figure(price, 'million CNY')}{each}{book}."]


def _priced(record: Record, row: Row) -> list[str]:
    """What a whole firm was priced at, per tonne of refining too, and what its old owners keep."""
    metal = row.get("smelting_mt", 0.0)
    rest = row["price_mcny"] - metal * record.parameters.finance.smelter_asset_cny_per_t
    counted = " with its smelters at book" if metal > 0.0 else ""
    each = (
        f", {figure(rest / row['size_mt'], 'CNY/t')} of capacity{counted}"
        if row["size_mt"] > 0.0 and rest > 0.0
        else ""
    )
    kept = f"; its old owners keep {percent(1.0 - row['stake_share'])}" if row["stake_share"] < 1.0 else ""
    return [
        f"The whole firm with its debts was priced at {figure(row['price_mcny'], 'million CNY')}{each}; "
        f"{percent(row['stake_share'])} of its equity was to change hands{kept}."
    ]
