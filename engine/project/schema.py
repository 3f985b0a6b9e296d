"""The tables of a project's database."""

from __future__ import annotations

VERSION = 2
"""Kept in SQLite's user_version; a project of a later version is not opened, one of an
earlier version is brought up to date by `engine.project.migrations`."""

CREATE = """
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
