"""What the letters of a scenario file mean: bytes to text, and a plain scalar to a value.

The rules are those of the core schema of YAML 1.2, with its traps closed rather than sprung:

* `null`, `~` and nothing at all are None; `true` and `false` (also `True`, `TRUE`) are booleans;
* `7`, `-7`, `0o17` and `0x1f` are whole numbers of at most 18 digits; `1.5`, `.5`, `1e3` are numbers;
* `yes`, `no`, `on`, `off` are refused with a request for true or false, or for quotes;
* `007` is refused, for YAML 1.1 reads it in base 8 and YAML 1.2 in base 10;
* `.nan`, `.inf` and numbers too large for a float are refused; `12:30`, `2026-01-05` and `1_000` are texts.

Characters that an editor does not show (controls, byte order marks, line and paragraph separators,
reversals of the writing direction) are refused, for a file must say what it seems to say.
"""

import math
import re
from typing import Any

from sim.scenario.problems import printable

MAX_BYTES = 1_000_000
MAX_TEXT = 20_000
MAX_DIGITS = 18
MAX_NUMBER_TEXT = 200

Plain = dict[str | int, Any] | list[Any] | str | int | float | bool | None
"""What the reader gives: plain values only."""

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_INT = re.compile(r"[-+]?[0-9]+")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NUMERIC = frozenset("+-.0123456789")
_NULLS = ("", "~", "null", "Null", "NULL")
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_LOOKS_BOOLEAN = {"yes": "true", "on": "true", "no": "false", "off": "false"}


class RefusedError(ValueError):
    """Letters that are not allowed: why, and where in the text when that is known."""

    def __init__(self, message: str, line: int | None = None, col: int | None = None) -> None:
        """Keep the place beside the message."""
        super().__init__(message)
        self.line = line
        self.col = col


def scalar(text: str) -> Plain:
    """The value of a plain, unquoted scalar.

    >>> scalar("1e3"), scalar("0o17"), scalar("12:30"), scalar("~")
    (1000.0, 15, '12:30', None)

    Raises:
        RefusedError: the scalar is ambiguous or out of bounds.
    """
    if text[:1] in _NUMERIC:
        return _numeric(text)
    if text in _NULLS:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) < 4 and (answer := _LOOKS_BOOLEAN.get(text.lower())):
        raise RefusedError(f"'{text}' is ambiguous: write {answer}, or \"{text}\" in quotes for a text")
    return quoted(text)


def quoted(text: str) -> str:
    r"""Give a text, as it stands in quotes or where no other rule applies.

    Raises:
        RefusedError: the text is too long, or an escape such as "\0" made an invisible character.
    """
    if len(text) > MAX_TEXT:
        raise RefusedError(f"a text of {len(text):,} characters is too long (at most {MAX_TEXT:,})")
    refuse_hidden(text)
    if "\r" in text:
        raise RefusedError(_hidden_message("\r"))
    return text


def key(text: str, plain: bool) -> str | int:
    """A key: a text, or a whole number such as the year 2027."""
    is_number = plain and len(text) <= MAX_DIGITS and _INT.fullmatch(text) and not _LEADING_ZERO.match(text)
    return int(text) if is_number else text


def decoded(raw: bytes) -> str:
    """The text of a file.

    Raises:
        RefusedError: the file is too large, is not plain UTF-8 or has an invisible character.
    """
    if len(raw) > MAX_BYTES:
        raise RefusedError(f"the file is larger than {MAX_BYTES:,} bytes")
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff") or raw[:4].count(0) >= 2:
        raise RefusedError("the file is UTF-16 or UTF-32; save it as UTF-8", 1, 1)
    if raw.startswith(b"\xef\xbb\xbf"):
        raise RefusedError("the file begins with a byte order mark; save it as UTF-8 without BOM", 1, 1)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        place = _line_and_col(raw[: error.start].decode("utf-8"))
        raise RefusedError(
            f"byte 0x{raw[error.start]:02x} is not UTF-8; save the file as UTF-8", *place
        ) from None
    refuse_hidden(text)
    return text


def refuse_hidden(text: str) -> None:
    """Raise `RefusedError` with line and column for the first invisible character of a text."""
    if found := _HIDDEN.search(text):
        raise RefusedError(_hidden_message(found.group()), *_line_and_col(text[: found.start()]))


def _numeric(text: str) -> int | float | str:
    """The value of a scalar that begins like a number, though it may be a text such as 2026-01-05."""
    is_whole = _INT.fullmatch(text) or _BASED.fullmatch(text)
    if not is_whole and not _FLOAT.fullmatch(text):
        if _NOT_FINITE.fullmatch(text):
            raise RefusedError(f"'{text}' is not a finite number")
        return quoted(text)
    if _LEADING_ZERO.match(text):
        raise RefusedError(
            f"'{printable(text, 30)}' begins with a zero: write it without, or in quotes for a text"
        )
    return _whole_number(text) if is_whole else _number(text)


def _whole_number(text: str) -> int:
    value = int(text, 0) if len(text) <= MAX_DIGITS + 8 else 10**MAX_DIGITS
    if abs(value) >= 10**MAX_DIGITS:
        raise RefusedError(
            f"'{printable(text, 30)}' is too large: whole numbers have at most {MAX_DIGITS} digits"
        )
    return value


def _number(text: str) -> float:
    if len(text) > MAX_NUMBER_TEXT:
        raise RefusedError(f"'{printable(text, 30)}' is too long for a number")
    value = float(text)
    if not math.isfinite(value):
        raise RefusedError(f"'{printable(text, 30)}' is too large for a number")
    return value


def _hidden_message(letter: str) -> str:
    name = "a NUL" if letter == "\x00" else f"the invisible character U+{ord(letter):04X}"
    return f"{name} is not allowed"


def _line_and_col(before: str) -> tuple[int, int]:
    lines = before.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return len(lines), len(lines[-1]) + 1
