"""Words of an industry are put in once, whole, and never into names, tags or braces."""

import pytest

from sim.scenario.glossary import Glossary

SAY = Glossary({"refinery": "smelter", "smelter": "mine", "ore": "concentrate"}, ("Old Refinery",))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("A refinery and a smelter.", "A smelter and a mine."),
        ("Refinery beside Old Refinery", "Smelter beside Old Refinery"),
        ("more ore before", "more concentrate before"),
        ('<a class="ore">ore</a> {ore}', '<a class="ore">concentrate</a> {ore}'),
    ],
)
def test_words_are_put_in_whole_and_once(said: str, told: str) -> None:
    assert SAY(said) == told


def test_what_holds_texts_keeps_its_keys_and_identifiers() -> None:
    value = {"ore": ["ore", "the ore", 3], "id": ("refinery",)}

    assert SAY.deep(value) == {"ore": ["ore", "the concentrate", 3], "id": ("refinery",)}
    assert SAY.deep(value, is_text=True)["id"] == ("smelter",)


def test_an_industry_without_a_glossary_gets_its_texts_back() -> None:
    text = "A refinery of ore"

    assert Glossary({})(text) is text
    assert Glossary({}).deep(value := {"a": text}) is value


def test_what_the_pack_wrote_and_addresses_stay_as_they_are() -> None:
    written = "Smelter of 350 kt/y, by the refinery list"
    say = Glossary(SAY.words, own=frozenset({written}))

    assert say.deep([written, "A smelter"]) == [written, "A mine"]
    assert say("smelter: https://a.com/ore-of-a-smelter") == "mine: https://a.com/ore-of-a-smelter"
