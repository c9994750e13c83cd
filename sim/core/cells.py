"""Text cells of a table on disk: written so that no spreadsheet takes them for a formula, and read back unharmed."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
MARK = "'"


def shielded(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with a mark before what looks like one.

    >>> shielded("=1+1"), shielded("alumina"), unshielded(shielded("'=1"))
    ("'=1+1", 'alumina', "'=1")
    """
    return f"{MARK}{text}" if text.lstrip(MARK).startswith(FORMULA_STARTS) else text


def unshielded(text: str) -> str:
    """The text that `shielded` was given."""
    is_marked = text.startswith(MARK) and text.lstrip(MARK).startswith(FORMULA_STARTS)
    return text[len(MARK) :] if is_marked else text
