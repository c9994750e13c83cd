"""Whether a study's file holds what a study of ours holds: of this format, each value of the kind that its column has.

SQLite keeps any value in any column, so that a file that was flipped or edited is seen here and not by what reads it.
"""

import sqlite3

from sim.core.errors import MachineError
from sim.study.store import FORMAT, quoted

TABLES = ("meta", "scenarios", "packs", "uncertain", "runs", "names", "inputs")
"""Tables by which runs are found and played again; what came of runs is large, and is read as numbers."""
KINDS = {"INTEGER": "'integer'", "REAL": "'real', 'integer'", "TEXT": "'text'", "BLOB": "'blob'"}


def refuse_unsound(link: sqlite3.Connection, path: object) -> None:
    """Stop at the first thing that no study of ours holds.

    Raises:
        MachineError: it names the table and the column.
        sqlite3.Error: there is no such table.
    """
    found = link.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
    if found is None or found[0] != FORMAT:
        raise MachineError(f"{path} is a study of format {found and found[0]!r:.20}, not {FORMAT!r}")
    for table in TABLES:
        for _, name, kind, not_null, _, key in link.execute(f"PRAGMA table_info ({table})").fetchall():
            allowed = KINDS.get(kind, "'null'") + ("" if not_null or key or table == "inputs" else ", 'null'")
            wrong = f"typeof({quoted(name)}) NOT IN ({allowed})"
            _refuse(link, path, table, name, wrong)
    _refuse(link, path, "runs", "seed", "seed < 0")
    _refuse(link, path, "runs", "scenario", "scenario NOT IN (SELECT id FROM scenarios)")
    _refuse(link, path, "runs", "sample", "sample NOT IN (SELECT sample FROM inputs)")
    _refuse(link, path, "uncertain", "path", "path NOT IN (SELECT name FROM pragma_table_info('inputs'))")


def _refuse(link: sqlite3.Connection, path: object, table: str, name: str, wrong: str) -> None:
    if link.execute(f"SELECT 1 FROM {table} WHERE {wrong} LIMIT 1").fetchone():
        raise MachineError(f"{path} is damaged: {table}.{name} holds what no study keeps there")
