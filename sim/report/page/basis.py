"""What a run rests on: what its scenario changes, evidence, assumptions, calibration, conservation and sources."""

import math
from typing import Any

from sim.core.words import number
from sim.report.page.assumptions import ASSUMPTION, movers_table, topic_tables, widest_table
from sim.report.page.changes import scenario_changes
from sim.report.page.facts import Facts
from sim.report.page.parts import Section, Table, cell, section
from sim.scenario.published import is_played

STATUSES = ("data", "derived", "literature", "assumption", "synthetic")


def basis_section(facts: Facts) -> Section:
    """The section of what the run rests on."""
    words, pack = facts.words, facts.results.scenario.pack
    changes = scenario_changes(facts)
    assumed = sum(known.status == ASSUMPTION for known in pack.provenance.values())
    synthetic = sum(row.status == "synthetic" for row in pack.refineries)
    lead = words("basis.finding", assumed=assumed, count=len(pack.provenance), plants=synthetic)
    head = [words(f"basis.{name}") for name in ("kind", "what", "how")]
    tables = (
        *([movers_table(pack, words)] if pack.ranking else []),
        Table("changes", words("basis.changes" if changes else "basis.no_changes"), head, changes, 3),
        _evidence(facts),
        *([] if pack.ranking else [widest_table(pack, words)]),
        *topic_tables(pack, words),
        _targets(facts),
        _synthetic(facts),
        _laws(facts),
        _sources(facts),
    )
    return section("basis", words("basis.label"), tables, lead)


def _evidence(facts: Facts) -> Table:
    """How many parameters and how much capacity rest on what kind of evidence."""
    words, pack = facts.words, facts.results.scenario.pack
    plants = [row for row in pack.refineries if row.installed]
    rows: list[list[Any]] = []
    for status in STATUSES:
        parameters = sum(known.status == status for known in pack.provenance.values())
        sizes = [row.nameplate_mt for row in plants if row.status == status]
        cells = [cell(parameters, number(parameters)), cell(len(sizes), number(len(sizes)))]
        rows.append([words(f"basis.status_{status}"), *cells, cell(sum(sizes), words.mt(sum(sizes)))])
    head = [words(f"basis.{name}") for name in ("evidence", "parameters", "plants", "mt")]
    return Table("evidence", words("basis.evidence_caption"), head, rows)


def _targets(facts: Facts) -> Table:
    """What the base year is calibrated to."""
    words, pack = facts.words, facts.results.scenario.pack
    rows = []
    for row in pack.targets:
        if row.start_year == pack.base_year + 1 and not is_played(row):
            sd, named = math.hypot(row.observation_sd, row.discrepancy_sd), words.catalogue["targets"]
            spread = cell(sd, f"± {words.figure(sd, row.unit)}")
            value = cell(row.value, words.figure(row.value, row.unit))
            rows.append([named.get(row.id, row.meaning), value, spread, row.source])
    head = [words(f"basis.{name}") for name in ("target", "value", "deviation", "source")]
    note = words("basis.targets_note")
    return Table("targets", words("basis.targets"), head, rows, 1, note=note, folded=True)


def _synthetic(facts: Facts) -> Table:
    words, called = facts.words, facts.called
    rows = [
        [called(row.id), called(row.region), row.note, cell(row.nameplate_mt, words.mt(row.nameplate_mt))]
        for row in facts.results.scenario.pack.refineries
        if row.status == "synthetic"
    ]
    head = [words(f"basis.{name}") for name in ("plant", "region", "stands_for", "mt")]
    return Table("synthetic", words("basis.synthetic"), head, rows, 3, folded=True)


def _laws(facts: Facts) -> Table:
    words, say = facts.words, facts.results.scenario.pack.say()
    # A run from its folder has the names of laws in the words of the industry.
    known = words.catalogue["laws"]
    known = {**known, **{say(law): name for law, name in known.items()}}
    rows = [
        [known.get(law, law), cell(gap, f"{gap:.1e}" if gap else "0")]
        for law, gap in facts.results.residuals.items()
    ]
    return Table("laws", words("basis.laws"), [words("basis.law"), words("basis.gap")], rows, folded=True)


def _sources(facts: Facts) -> Table:
    """Where the register of plants comes from."""
    words, pack = facts.words, facts.results.scenario.pack
    rows = [
        [facts.called(row.id), words(f"basis.{row.status}"), str(row.source_date or ""), row.source, row.note]
        for row in pack.refineries
    ]
    head = [words(f"basis.{name}") for name in ("plant", "status", "date", "source", "remark")]
    return Table("sources", words("basis.sources"), head, rows, 5, True, folded=True)
