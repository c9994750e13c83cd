from sim.report.svg import inline_svg

FILE = """<?xml version="1.0"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"
  "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="864pt" viewBox="0 0 864 486" xmlns="http://www.w3.org/2000/svg">
<defs><style type="text/css">*{x: y}</style></defs>
<g id="a"><path clip-path="url(#a)"/><use xlink:href="#a"/></g>
</svg>
"""


def test_nothing_of_the_file_around_the_picture_is_left() -> None:
    element = inline_svg(FILE, "price", "the price")

    assert element.startswith('<svg class="chart" viewBox="0 0 864 486" role="img" aria-label="the price">')
    assert "http" not in element
    assert "<style" not in element


def test_names_inside_are_prefixed_wherever_they_are_used() -> None:
    element = inline_svg(FILE, "price", "")

    assert '<g id="price-a"><path clip-path="url(#price-a)"/><use xlink:href="#price-a"/></g>' in element


def test_the_words_for_those_who_cannot_see_are_escaped() -> None:
    assert 'aria-label="&quot;&gt;&lt;b&gt;"' in inline_svg(FILE, "price", '"><b>')
