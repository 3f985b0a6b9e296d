"""Bringing a project of an earlier version up to date, one step at a time."""

from __future__ import annotations

from pathlib import Path

from engine.project import schema
from engine.project.database import connected

STEPS = {
    # 2: a case may be one of several images in a file or folder.
    1: """
        ALTER TABLE "case" RENAME TO old_case;
        CREATE TABLE "case" (
            id TEXT PRIMARY KEY,
            position INTEGER NOT NULL UNIQUE,
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            part TEXT NOT NULL DEFAULT '',
            sha256 TEXT,
            state TEXT NOT NULL DEFAULT 'new',
            UNIQUE (path, part)
        );
        INSERT INTO "case" (id, position, name, path, sha256, state)
            SELECT id, position, name, path, sha256, state FROM old_case;
        DROP TABLE old_case;
    """,
    # 3: the journal of every change, and the log of reviews.
    2: schema.JOURNAL + """UPDATE "case" SET state = 'rejected' WHERE state = 'sent back'""",  # noqa: S608
}
"""What brings a database of that version to the next."""


def migrate(folder: Path) -> None:
    """Bring a project to `schema.VERSION`, all steps or none.

    Raises:
        ReadError: if the database is damaged.
        WriteError: if it cannot be written.
    """
    with connected(folder, write=True) as database:
        version = database.execute("PRAGMA user_version").fetchone()[0]
        for step in range(version, schema.VERSION):
            for statement in STEPS[step].split(";"):
                database.execute(statement)
        database.execute(f"PRAGMA user_version = {schema.VERSION:d}")
