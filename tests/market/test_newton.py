"""The compiled solver against its reference in numpy, and what happens where it cannot be built."""

import shutil
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sim
from sim.cli import main
from sim.core.errors import ModelCheckError
from sim.market import library as library_module
from sim.market import newton
from sim.market.build import compile_solver
from sim.market.equilibrium import LONGEST, STEP_CNY_PER_T, TOLERANCE_MT, clear, solve_by_numpy
from sim.market.library import load
from tests.bench import show
from tests.market.books import NAMES, named_book, start

LIMITS = newton.Limits(TOLERANCE_MT, STEP_CNY_PER_T, LONGEST)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give the solver, built from the source as it stands."""
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler here")
    folder = tmp_path_factory.mktemp("library")
    compile_solver(folder)
    return load(folder)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("away_cny_per_t", [0.0, -400.0, 700.0])
def test_both_solvers_find_the_same_balance_in_as_many_steps(
    library: Any, name: str, away_cny_per_t: float
) -> None:
    book = named_book(name)
    guess = start(book) + away_cny_per_t
    outgoing, incoming = book.committed_mt.sum(axis=1), book.committed_mt.sum(axis=0)

    compiled = newton.solve(library, book, guess, outgoing, incoming, LIMITS)
    reference = solve_by_numpy(book, guess, outgoing, incoming)

    assert compiled.refined == pytest.approx(reference.refined, rel=1e-9)
    assert compiled.price == pytest.approx(reference.price, rel=1e-9)
    assert compiled.steps == reference.steps
    assert compiled.worst == pytest.approx(reference.worst, abs=1e-12)


def test_the_flat_book_has_every_number_once_and_in_order(library: Any) -> None:
    book = named_book("baseline")
    outgoing, incoming = np.full(len(start(book)), -1.0), np.full(book.needs.markets, -2.0)

    counts, data = newton.flat(book, outgoing, incoming)

    origins, markets, plants, smelters, fixed, numbers = counts
    assert (plants, smelters) == (len(book.offers.region), len(book.needs.market))
    head = 8 + 20 + 5 + 5
    assert data[head : head + origins + markets].tolist() == [-1.0] * origins + [-2.0] * markets
    tables = 6 * plants + 5 * smelters + 4 * (origins - 1) + 5 * markets
    assert numbers == len(data) == head + origins + markets + origins * markets + tables + 2 * fixed


def test_columns_that_do_not_fit_are_refused_before_the_library_reads_beyond_them(library: Any) -> None:
    book = named_book("baseline")
    outgoing, incoming = book.committed_mt.sum(axis=1), book.committed_mt.sum(axis=0)
    short = replace(book, offers=replace(book.offers, share=book.offers.share[:-1]))

    nowhere = replace(book, offers=replace(book.offers, region=book.offers.region + book.offers.regions))
    before = replace(book, needs=replace(book.needs, market=book.needs.market - book.needs.markets))

    for broken, guess in (
        (short, start(book)),
        (book, start(book)[:-1]),
        *((each, start(book)) for each in (nowhere, before)),
    ):
        with pytest.raises(ValueError, match="do not fit"):
            newton.solve(library, broken, guess, outgoing, incoming, LIMITS)


def test_a_market_that_cannot_clear_is_told_by_both(library: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    book = named_book("baseline")
    for solver in (None, library):
        monkeypatch.setattr(library_module, "LIBRARY", solver)
        with pytest.raises(ModelCheckError, match="market clears"):
            clear(book, np.full(len(start(book)), np.nan))


@pytest.mark.parametrize("name", ["thresholds_cny_per_t", "share", "ceiling_share", "answer_share"])
def test_what_is_not_a_number_clears_no_market(library: Any, name: str) -> None:
    book = named_book("baseline")
    column = np.array(getattr(book.offers, name), dtype=np.float64)
    column.flat[0] = np.nan
    broken = replace(book, offers=replace(book.offers, **{name: column if column.ndim else float(column)}))
    outgoing, incoming = book.committed_mt.sum(axis=1), book.committed_mt.sum(axis=0)

    with pytest.raises(ModelCheckError, match="market clears"):
        newton.solve(library, broken, start(book), outgoing, incoming, LIMITS)
    with pytest.raises(ModelCheckError, match="market clears"):
        solve_by_numpy(broken, start(book), outgoing, incoming)


def test_a_run_without_a_compiler_gives_the_same_tables(
    library: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_module, "LIBRARY", library)
    compiled = sim.run("toy", seed=3)
    monkeypatch.setattr(library_module, "LIBRARY", None)
    plain = sim.run("toy", seed=3)

    assert plain.quarters.equals(compiled.quarters)
    assert plain.decisions.equals(compiled.decisions)


def test_without_a_compiler_nothing_is_built_and_nothing_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CC", "no-such-compiler")
    with pytest.raises(OSError, match="no-such-compiler"):
        compile_solver(tmp_path)

    assert list(tmp_path.iterdir()) == []
    assert load(tmp_path) is None


def test_a_library_of_another_source_is_not_loaded_and_goes_when_a_new_one_is_built(
    library: Any, tmp_path: Path
) -> None:
    old = tmp_path / "libnewton-000000000000.so"
    old.write_bytes(b"built from what the source was")

    assert load(tmp_path) is None

    compile_solver(tmp_path)
    assert not old.exists()
    assert load(tmp_path) is not None


def test_who_asks_is_told_what_clears_the_market(
    library: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for built, said in (
        (library, "by the compiled solver"),
        (None, "by numpy (the solver in C was not built"),
    ):
        monkeypatch.setattr(library_module, "LIBRARY", built)

        assert main(["--version"]) == 0
        (line,) = capsys.readouterr().out.splitlines()
        assert line.startswith("shakeout ") and f", market cleared {said}" in line

        show(defaultdict(lambda: [1.0]), defaultdict(lambda: 1), 1)
        assert capsys.readouterr().out.startswith(line.partition(", ")[2])
