"""Tables, in SQL that SQLite and PostgreSQL both speak; ``migrations`` makes them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

SESSIONS = Table(
    "sessions",
    METADATA,
    Column("session", String(64), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("question", Integer, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("language", String(8), nullable=False),
    Column("policy", String(20), nullable=False),
    Column("baseline", Text, nullable=False),
    Column("connected", Boolean, nullable=False),
    Column("recording", Boolean, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("connection_changed_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("interview", Text, nullable=False),
    Index("sessions_by_state", "state", "connected"),
)
"""``interview`` is the whole state as JSON; the other columns repeat what SQL asks for.

``version`` grows with every change and guards against two writers; ``pending`` counts what is
still to be published.
"""

RESUMES = Table(
    "resumes",
    METADATA,
    Column("resume", String(64), primary_key=True),
    Column("object", String(200), nullable=False),
    Column("sections", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)
"""``object`` names the file in the object store; ``sections`` is JSON."""

GATEWAYS = Table(
    "gateways",
    METADATA,
    Column("slot", Integer, primary_key=True),
    Column("inbox_offset", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
)
"""``inbox_offset`` is the next record to read from the slot's inbox partition."""

PEOPLE = Table(
    "people",
    METADATA,
    Column("person", String(64), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(100), nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(200), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("disabled", Boolean, nullable=False),
)
"""``email`` is normalised; an empty ``password_hash`` fits no password."""

LOGINS = Table(
    "logins",
    METADATA,
    Column("login", String(64), primary_key=True),
    Column("person", String(64), ForeignKey("people.person"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("seen_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Index("logins_by_person", "person"),
)
"""``login`` is the SHA-256 of the token that the browser keeps."""

ATTEMPTS = Table(
    "attempts",
    METADATA,
    Column("key", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("open_at", BigInteger, nullable=False),
    Column("leaks_since", BigInteger, nullable=False),
)
"""Failed attempts to log in, by account, by account and network, and by address.

Before ``open_at`` none is let through.
"""

JOBS = Table(
    "jobs",
    METADATA,
    Column("job", String(64), primary_key=True),
    Column("owner", String(64), ForeignKey("people.person"), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("archived_at", BigInteger, nullable=False),
    Column("wish", Text, nullable=False),
    Index("jobs_by_owner", "owner"),
)
"""``wish`` is what its interviews are to be, as JSON; ``archived_at`` is 0 while it is open."""

INVITATIONS = Table(
    "invitations",
    METADATA,
    Column("invitation", String(64), primary_key=True),
    Column("job", String(64), ForeignKey("jobs.job"), nullable=False),
    Column("name", String(100), nullable=False),
    Column("email", String(254), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, nullable=False),
    Column("session", String(64), unique=True),
    Column("adjustments", Text, nullable=False, server_default="{}"),
    Index("invitations_by_job", "job"),
)
"""``session`` is null until the candidate opens the link; ``revoked_at`` is 0 while it is good.
``adjustments`` is what is made easier for the candidate, as JSON.

Without a foreign key: the invitation may outlive the session. ``name`` and ``email`` are empty once
the session was deleted, or where it is revoked, or long expired, and was never opened.
"""

DELETIONS = Table(
    "deletions",
    METADATA,
    Column("session", String(64), primary_key=True),
    Column("slot", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("remains", Text, nullable=False),
)
"""Sessions that were deleted, at ``at``; ``slot`` is of the gateway that sees to it.

``remains`` is JSON: what is still to be published and which objects are to go; empty: it is done.
"""
