"""What is searched: entries put together from the feed, by names, pieces of them and pinyin."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ROLE = "innovoucher_registry"
CHANGING = (
    "name, former_names, code, names, pieces, spelled, sort_key, owner_id, provider_id, region, categories,"
    " levels, state, is_open, is_public, terms, barred_until, shown, version"
)
INDEXES = (
    "ix_search_entries_owner_id ON search_entries (owner_id)",
    "ix_search_entries_provider_id ON search_entries (provider_id)",
    "ix_search_entries_pieces ON search_entries USING gin (pieces) WITH (fastupdate = off)",
    "ix_search_entries_spelled ON search_entries USING gin (spelled gin_trgm_ops) WITH (fastupdate = off)",
    "ix_search_entries_categories ON search_entries USING gin (categories) WITH (fastupdate = off)",
    "ix_search_entries_code ON search_entries (code text_pattern_ops)",
    "ix_search_entries_place ON search_entries (sort_key, id)",
    "ix_search_entries_kind ON search_entries (kind, sort_key, id)",
    "ix_search_entries_region ON search_entries (region, sort_key, id)",
    "ix_search_entries_public ON search_entries (sort_key, id) WHERE is_public",
)


def upgrade() -> None:
    """The entries, and how far the feed has been read for them: not at all."""
    op.execute(
        """
        CREATE TABLE search_entries (
            id uuid NOT NULL,
            kind text NOT NULL,
            name text NOT NULL,
            former_names text[] NOT NULL,
            code text NOT NULL,
            names text NOT NULL,
            pieces text[] NOT NULL,
            spelled text NOT NULL,
            sort_key text COLLATE "C" NOT NULL,
            owner_id uuid,
            provider_id uuid,
            region text,
            categories text[] NOT NULL,
            levels text[] NOT NULL,
            state text NOT NULL,
            is_open boolean NOT NULL,
            is_public boolean NOT NULL,
            terms jsonb,
            barred_until date,
            shown jsonb NOT NULL,
            version bigint NOT NULL,
            CONSTRAINT pk_search_entries PRIMARY KEY (id),
            CONSTRAINT ck_search_entries_kind
                CHECK (kind IN ('organization', 'space', 'provider', 'offering', 'instrument')),
            CONSTRAINT ck_search_entries_is_public CHECK (NOT is_public OR (is_open AND kind <> 'organization')),
            CONSTRAINT ck_search_entries_provider_id
                CHECK ((provider_id IS NOT NULL) = (kind IN ('offering', 'instrument'))),
            CONSTRAINT ck_search_entries_terms
                CHECK ((terms IS NOT NULL) = (kind IN ('provider', 'offering', 'instrument')))
        )
        """
    )
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")
    op.execute(f"GRANT SELECT, INSERT, UPDATE ({CHANGING}) ON search_entries TO {ROLE}")
    op.execute(
        """
        CREATE TABLE search_cursor (
            id bigint NOT NULL,
            cursor text,
            CONSTRAINT pk_search_cursor PRIMARY KEY (id),
            CONSTRAINT ck_search_cursor_one_row CHECK (id = 1)
        )
        """
    )
    op.execute("INSERT INTO search_cursor (id) VALUES (1)")
    op.execute(f"GRANT SELECT, UPDATE (cursor) ON search_cursor TO {ROLE}")


def downgrade() -> None:
    """The way back."""
    op.execute("DROP TABLE search_cursor")
    op.execute("DROP TABLE search_entries")
