"""Where a person lives, and of persons and founders what was recorded before the feed told of them."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REGION = """
ALTER TABLE people
    ADD COLUMN region text,
    ADD CONSTRAINT fk_people_region_regions FOREIGN KEY (region) REFERENCES regions (code)
"""

LOCKED = """
SELECT id FROM organizations WHERE id IN (SELECT organization_id FROM founders) ORDER BY id FOR NO KEY UPDATE
"""
"""Whoever changes an organisation waits, so that what is told of it last is what it is."""

PERSONS = """
INSERT INTO events (id, type, subject_kind, subject_id, audience, data, at)
SELECT uuidv7(), 'person.changed', 'person', shown.id, '{}',
    jsonb_build_object(
        'id', shown.id,
        'status', CASE WHEN erased_at IS NULL THEN 'active' ELSE 'erased' END,
        'region', NULL,
        'founder_classes', (
            SELECT coalesce(
                jsonb_agg(jsonb_build_object('class', class, 'from', from_on, 'until', until_on) ORDER BY from_on, id),
                '[]'
            )
            FROM founder_classes WHERE person_id = people.id
        )
    ),
    recorded_at
FROM people CROSS JOIN LATERAL (SELECT 'per_' || replace(people.id::text, '-', '') AS id) AS shown
ORDER BY people.id
"""

FOUNDERS = """
INSERT INTO events (id, type, subject_kind, subject_id, audience, data, at)
SELECT uuidv7(), told.type, told.subject_kind, told.subject_id, told.audience,
    told.data || jsonb_build_object('founders', founded.by),
    told.at
FROM (
    SELECT 'org_' || replace(organization_id::text, '-', '') AS subject_id,
        jsonb_agg(
            jsonb_build_object(
                'person', 'per_' || replace(person_id::text, '-', ''), 'role', role, 'from', from_on, 'until', until_on
            )
            ORDER BY from_on, id
        ) AS by
    FROM founders WHERE organization_id IS NOT NULL GROUP BY organization_id
) AS founded
JOIN LATERAL (
    SELECT * FROM events
    WHERE events.subject_kind = 'organization' AND events.subject_id = founded.subject_id
    ORDER BY coalesce(place, xact) DESC, position DESC LIMIT 1
) AS told ON true
ORDER BY founded.subject_id
"""
"""What was told of an organisation last, with its founders; the release before leaves them out again."""


def upgrade() -> None:
    """Make room for the region, and tell what was not told yet."""
    op.execute(REGION)
    op.execute("GRANT UPDATE (region) ON people TO innovoucher_registry")
    op.execute(LOCKED)
    op.execute(PERSONS)
    op.execute(FOUNDERS)


def downgrade() -> None:
    """The way back; what was told stays told."""
    op.execute("ALTER TABLE people DROP COLUMN region")
