"""What a run needs of the rows of a pack, beyond that they make sense together: a world that can be opened.

Each problem stands at the row that can mend it, or at the file in which a row is missing.
"""

from collections import Counter
from collections.abc import Iterator

from sim.scenario import rows
from sim.scenario.problems import Place, Problem, nearest_name, problem_at, shown
from sim.scenario.processes import Known
from sim.scenario.register import Register
from sim.scenario.row import HistoryRow, Row
from sim.scenario.trade import spin_up

WHOLE_PPM = 1_000_000
PER_CENT_PPM = 100
"""Stakes in a company that add up to no more were meant in per cent."""
FOB = "fob"
"""The series of history.csv that holds the price of the product abroad."""
NEEDS: dict[type[Row], str] = {
    rows.RefineryRow: "a refinery that is installed, operating and of a nameplate_mt above 0",
    rows.SmelterRow: "a smelter with a capacity_mt above 0: nobody would use what is made",
    rows.MudUseRow: "a use of red mud; one may have most_share 0",
    rows.MarketRow: "a market of kind export",
    rows.OreRow: "the ore of which imported ore is made",
}
"""What a table must hold at least; history.csv in addition what `recorded_series` gives."""
MISSING = frozenset(
    ("#n/a", "<na>", "n/a", "na", "nan", "-nan", "none", "null", "-1.#ind", "1.#qnan", "inf", "-inf")
)
"""Names, in lower case, that readers of tables take for a missing value or for a number."""


def recorded_series(base_year: int, known: Known) -> dict[str, tuple[str, list[tuple[int, int]]]]:
    """Unit and quarters of each series with which every run begins, besides those of its inputs."""
    before, *own = spin_up(base_year)
    return {known.price: ("CNY/t", [before]), FOB: ("USD/t", [before, *own]), known.running: ("Mt/yr", own)}


def playable_problems(register: Register, base_year: int | None, known: Known) -> list[Problem]:
    """All for which no world of a process could be opened; without a base year, what does not depend on it."""
    return [
        *_names_that_vanish(register),
        *_plants_share_ids(register),
        *_something_of_each(register, known),
        *_columns_of_process(register, known),
        *_markets_abroad(register),
        *(_imported_ore(register, known.ore) if "ores" in known.columns else ()),
        *_stakes_in_per_cent(register),
        *_somebody_holds_all_in_the_end(register),
        *(_late_plants(register, base_year) if base_year else ()),
        *(_recorded_market(register, base_year, known) if base_year else ()),
    ]


def _names_that_vanish(register: Register) -> Iterator[Problem]:
    for table in register.tables.values():
        for name, place in table.ids.items():
            if name.lower() in MISSING:
                message = f"{shown(name)} means a missing value to readers of tables; take another"
                yield problem_at(place, f"{name}.id", message)


def _plants_share_ids(register: Register) -> Iterator[Problem]:
    """An id of a plant that another plant, a company or an owner has: a stake in it could mean either."""
    seen: dict[str, Place] = {}
    for kind in (rows.GroupRow, rows.RefineryRow, rows.ProjectRow, rows.SmelterRow):
        for entry in register.of(kind):
            first = seen.setdefault(entry.row.id, entry.place)
            if first is not entry.place:
                message = f"{shown(entry.row.id)} is an id in {first.file}, line {first.line}, already"
                yield entry.problem("id", message)


def _columns_of_process(register: Register, known: Known) -> Iterator[Problem]:
    """Columns without a value that a process must have of every row."""
    for table, columns in known.columns.items():
        for entry in register.of(rows.TABLES[table]):
            for column in columns:
                if column not in entry.row.model_fields_set:
                    yield entry.problem(column, "is missing")


def _something_of_each(register: Register, known: Known) -> Iterator[Problem]:
    """No refinery, no smelter, nothing to do with mud: no market, and nothing to choose from."""
    running = [row for row in register.rows(rows.RefineryRow) if row.installed and row.state == "operating"]
    refining = sum(row.nameplate_mt for row in running)
    smelting = sum(row.capacity_mt for row in register.rows(rows.SmelterRow))
    uses = len(register.rows(rows.MudUseRow))
    found: dict[type[Row], float] = {
        rows.RefineryRow: refining,
        rows.SmelterRow: smelting,
        **({rows.MudUseRow: uses} if "residue" in known.parts else {}),
    }
    for kind, much in found.items():
        if register.whole(kind) and not much > 0:
            yield problem_at(register.file(kind), "", f"needs {NEEDS[kind]}")


def _markets_abroad(register: Register) -> Iterator[Problem]:
    if not register.whole(rows.MarketRow):
        return
    count = Counter(row.kind for row in register.rows(rows.MarketRow))
    if count[rows.EXPORT] == 0:
        yield problem_at(register.file(rows.MarketRow), "", f"needs {NEEDS[rows.MarketRow]}")
    found = register.of(rows.MarketRow)
    for kind, entries in (
        ("kind export", [each for each in found if each.row.kind == rows.EXPORT]),
        ("standing exports", [each for each in found if each.row.is_standing]),
    ):
        for entry in entries[1:]:
            yield entry.problem("kind", f"is the second market of {kind}; there is one")


def _imported_ore(register: Register, ore: str) -> Iterator[Problem]:
    known = register.ids(rows.OreRow)
    if known is not None and ore not in known:
        yield problem_at(
            register.file(rows.OreRow),
            "",
            f"needs the ore {shown(ore)}, of which imported ore is made",
            nearest_name(ore, known),
        )
    for entry in register.of(rows.OreRow):
        if entry.row.silica_share <= 0.0:
            yield entry.problem("silica_share", "0 is not possible: every such ore has some silica")


def _stakes_in_per_cent(register: Register) -> Iterator[Problem]:
    last = {each.row.held: each for each in register.of(rows.StakeRow) if each.row.state == "current"}
    total = _held_ppm(register)
    for held, entry in last.items():
        if total[held] <= PER_CENT_PPM:
            message = f"stakes in {shown(held)} add up to {total[held]} ppm; 60 per cent are 600000 parts per million"
            yield entry.problem("share_ppm", message)


def _held_ppm(register: Register) -> Counter[str]:
    """What of each company and plant is held, parts per million."""
    total: Counter[str] = Counter()
    for row in register.rows(rows.StakeRow):
        if row.state == "current":
            total[row.held] += row.share_ppm
    return total


def _somebody_holds_all_in_the_end(register: Register) -> Iterator[Problem]:
    """A ring of companies that hold all of one another: nobody stands behind them."""
    if not register.whole(rows.StakeRow, rows.GroupRow):
        return
    stakes = [each for each in register.of(rows.StakeRow) if each.row.state == "current"]
    total = _held_ppm(register)
    known = {row.id for row in register.rows(rows.GroupRow)}
    behind = {
        name
        for name in known | {each.row.holder for each in stakes}
        if name not in known or total[name] < WHOLE_PPM
    }
    below = behind
    while below:
        below = {each.row.held for each in stakes if each.row.holder in behind} - behind
        behind |= below
    for entry in stakes:
        if entry.row.held not in behind and entry.row.holder not in behind:
            message = (
                f"{shown(entry.row.held)} and those who hold it hold all of one another: nobody owns them"
            )
            yield entry.problem("holder", message)


def _late_plants(register: Register, base_year: int) -> Iterator[Problem]:
    for entry in register.of(rows.RefineryRow):
        if entry.row.started_year > base_year:
            message = (
                f"{entry.row.started_year} is after the base year {base_year}: that is a row of projects.csv"
            )
            yield entry.problem("started_year", message)


def _recorded_market(register: Register, base_year: int, known: Known) -> Iterator[Problem]:
    """Quarters of the base year, and the one before, of which a series is missing, or not above zero; a fee may be."""
    if not register.whole(HistoryRow):
        return
    dated = {(row.series, row.year, row.quarter) for row in register.rows(HistoryRow)}
    for series, (unit, quarters) in recorded_series(base_year, known).items():
        missing = [f"{year}-{quarter}" for year, quarter in quarters if (series, year, quarter) not in dated]
        if missing:
            message = f"the series {shown(series)} ({unit}) has no value for {', '.join(missing)}"
            yield problem_at(register.file(HistoryRow), "", message)
    for entry in register.of(HistoryRow):
        is_fee = known.fee and entry.row.series in (known.price, FOB)
        if not (is_fee or entry.row.value > 0.0):
            yield entry.problem("value", f"{entry.row.value:g} is not above 0")
