"""What every row of an industry pack carries: its key, and how far to trust its key figure."""

from typing import Annotated, Literal

from pydantic import Field

from sim.core.units import Declared

Status = Literal["data", "derived", "literature", "assumption", "synthetic"]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,59}$")]


class Row(Declared):
    """What every row carries."""

    id: Identifier
    """Lasting key of the row."""
    source: str = Field(min_length=3)
    """Where the key figure is from: an address, a title, or `background knowledge`."""
    source_date: str = ""
    """Date of the source as it gives it."""
    status: Status
    """How far to trust the key figure."""
    note: str = ""
    """What a reader should know."""
