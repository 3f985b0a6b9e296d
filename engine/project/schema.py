"""The tables of a project's database."""

from __future__ import annotations

VERSION = 3
"""Kept in SQLite's user_version; a project of a later version is not opened, one of an
earlier version is brought up to date by `engine.project.migrations`."""

JOURNAL = """
CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    target INTEGER,
    box TEXT NOT NULL DEFAULT '',
    packed BLOB,
    digest BLOB,
    source INTEGER NOT NULL DEFAULT 0,
    tool TEXT NOT NULL DEFAULT '',
    label INTEGER,
    detail TEXT NOT NULL DEFAULT '',
    batch TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL,
    time TEXT NOT NULL,
    link BLOB NOT NULL
);
CREATE INDEX journal_of_case ON journal (case_id, number, kind, target);
CREATE TABLE base (
    case_id TEXT PRIMARY KEY,
    number INTEGER NOT NULL,
    box TEXT NOT NULL,
    packed BLOB NOT NULL,
    digest BLOB NOT NULL
);
CREATE TABLE review (
    number INTEGER PRIMARY KEY,
    case_id TEXT NOT NULL,
    state TEXT NOT NULL,
    reader TEXT NOT NULL,
    time TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    comment TEXT NOT NULL DEFAULT '',
    step INTEGER NOT NULL,
    facts TEXT NOT NULL DEFAULT '{}',
    link TEXT NOT NULL
);
CREATE INDEX review_of_case ON review (case_id, number);
"""
"""Since version 3. Rows of journal and review are added, never changed or deleted; each `link` is
the hash of its row and of the link before it. `compact` alone takes `packed` out of old rows of
the journal (their `digest` stays) and keeps in `base` the state that they led to."""

CREATE = (
    """
CREATE TABLE class (
    position INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    red INTEGER NOT NULL, green INTEGER NOT NULL, blue INTEGER NOT NULL
);
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
"""
    + JOURNAL
)
