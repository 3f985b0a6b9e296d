"""Bringing a project of an earlier version up to date, one step at a time."""

from __future__ import annotations

import sqlite3

from engine.project import schema

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
}
"""What brings a database of that version to the next."""


def migrate(database: sqlite3.Connection, version: int) -> None:
    """Bring a database from `version` to `schema.VERSION`, all steps or none."""
    script = "".join(STEPS[step] for step in range(version, schema.VERSION))
    database.executescript(f"BEGIN; {script} PRAGMA user_version = {schema.VERSION:d}; COMMIT;")
