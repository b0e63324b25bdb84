"""That the registry is not believed, hearing it anew beside what is known, and facts that come after a capture."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

FEED = """
ALTER TABLE directory_feed
    ADD COLUMN event text,
    ADD COLUMN distrusted_since timestamptz,
    ADD COLUMN distrusted_why text,
    ADD COLUMN replay_asked_at timestamptz,
    ADD COLUMN replay_cursor text,
    ADD COLUMN replay_event text,
    ADD COLUMN replays bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT ck_directory_feed_distrusted CHECK ((distrusted_since IS NULL) = (distrusted_why IS NULL)),
    ADD CONSTRAINT ck_directory_feed_replay CHECK (replay_asked_at IS NOT NULL OR replay_cursor IS NULL)
"""

# what is heard anew lies here until it is whole, then takes the place of what is known, in one transaction
REPLAY = """
CREATE TABLE directory_replay (
    kind text NOT NULL,
    key text NOT NULL,
    provider text,
    document jsonb NOT NULL,
    CONSTRAINT pk_directory_replay PRIMARY KEY (kind, key)
)
"""

# The previous release hears, too, and knows nothing of this number: so the database gives it, not the code.
HEARD = """
CREATE FUNCTION directory_fact_heard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.heard := nextval(format('%I.directory_heard', TG_TABLE_SCHEMA));
    RETURN NEW;
END
$$
"""

LATE_FACTS = """
CREATE TABLE late_facts (
    id uuid NOT NULL,
    redemption_id uuid NOT NULL,
    fact text NOT NULL,
    kind text NOT NULL,
    organization_id uuid NOT NULL,
    numbers jsonb NOT NULL,
    noted_at timestamptz NOT NULL,
    CONSTRAINT pk_late_facts PRIMARY KEY (id),
    CONSTRAINT ck_late_facts_kind CHECK (kind IN ('relation', 'sanction', 'admission')),
    CONSTRAINT uq_late_facts_fact UNIQUE (redemption_id, fact),
    CONSTRAINT fk_late_facts_redemption_id_redemptions FOREIGN KEY (redemption_id) REFERENCES redemptions (id)
)
"""

# One row for ever: how far what was heard is looked at.
CURSOR = """
CREATE TABLE late_fact_cursor (
    id bigint NOT NULL CONSTRAINT pk_late_fact_cursor PRIMARY KEY CONSTRAINT ck_late_fact_cursor_one_row CHECK (id = 1),
    heard bigint NOT NULL
)
"""

KINDS = (
    "'objection', 'red_letter', 'bank_change', 'audit_sample', 'court_order', 'bankruptcy', 'sanction', 'name_change',"
    " 'no_budget', 'manual'"
)

STATEMENTS = (
    FEED,
    REPLAY,
    "CREATE SEQUENCE directory_heard",
    "ALTER TABLE directory_facts ADD COLUMN heard bigint NOT NULL DEFAULT 0",
    HEARD,
    "CREATE TRIGGER tg_directory_facts_new BEFORE INSERT ON directory_facts FOR EACH ROW"
    " EXECUTE FUNCTION directory_fact_heard()",
    "CREATE TRIGGER tg_directory_facts_changed BEFORE UPDATE ON directory_facts FOR EACH ROW"
    " WHEN (OLD.document IS DISTINCT FROM NEW.document) EXECUTE FUNCTION directory_fact_heard()",
    LATE_FACTS,
    CURSOR,
    "INSERT INTO late_fact_cursor (id, heard) VALUES (1, 0)",
    "ALTER TABLE stops DROP CONSTRAINT ck_stops_kind",
    f"ALTER TABLE stops ADD CONSTRAINT ck_stops_kind CHECK (kind IN ({KINDS}, 'late_fact'))",
    f"GRANT USAGE ON SEQUENCE directory_heard TO {ROLE}",
    f"GRANT SELECT, INSERT, DELETE, UPDATE (provider, document) ON directory_replay TO {ROLE}",
    f"GRANT DELETE ON directory_facts TO {ROLE}",
    "GRANT UPDATE (event, distrusted_since, distrusted_why, replay_asked_at, replay_cursor, replay_event, replays)"
    f" ON directory_feed TO {ROLE}",
    f"GRANT SELECT, INSERT ON late_facts TO {ROLE}",
    f"GRANT SELECT, UPDATE (heard) ON late_fact_cursor TO {ROLE}",
)

BACK = (
    "ALTER TABLE stops DROP CONSTRAINT ck_stops_kind",
    f"ALTER TABLE stops ADD CONSTRAINT ck_stops_kind CHECK (kind IN ({KINDS}))",
    "DROP TABLE late_fact_cursor",
    "DROP TABLE late_facts",
    "DROP TRIGGER tg_directory_facts_changed ON directory_facts",
    "DROP TRIGGER tg_directory_facts_new ON directory_facts",
    "DROP FUNCTION directory_fact_heard()",
    "ALTER TABLE directory_facts DROP COLUMN heard",
    "DROP SEQUENCE directory_heard",
    "DROP TABLE directory_replay",
    f"REVOKE DELETE ON directory_facts FROM {ROLE}",
    "ALTER TABLE directory_feed DROP COLUMN event, DROP COLUMN distrusted_since, DROP COLUMN distrusted_why,"
    " DROP COLUMN replay_asked_at, DROP COLUMN replay_cursor, DROP COLUMN replay_event, DROP COLUMN replays",
)


def upgrade() -> None:
    """Lay what is needed to stop believing, to hear anew, and to find what a late fact concerns."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back; no leg may still be stopped by a late fact."""
    for statement in BACK:
        op.execute(statement)
