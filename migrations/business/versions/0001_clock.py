"""The business clock: one row, one function, forward only, and fixed at zero in a live database."""

from alembic import context, op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLES = "innovoucher_gateway, innovoucher_registry, innovoucher_voucher"

TABLE = """
CREATE TABLE clock (
    only_row boolean NOT NULL DEFAULT true CONSTRAINT pk_clock PRIMARY KEY
        CONSTRAINT ck_clock_only_row CHECK (only_row),
    mode text NOT NULL CONSTRAINT ck_clock_mode CHECK (mode IN ('live', 'sandbox')),
    "offset" interval NOT NULL,
    CONSTRAINT ck_clock_live_is_real_time CHECK (mode = 'sandbox' OR "offset" = interval '0')
)
"""

# VOLATILE, so that it is read when it is called and not once per statement: a wait for a lock counts.
NOW = """
CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql VOLATILE PARALLEL SAFE AS
$$ SELECT clock_timestamp() + (SELECT "offset" FROM business.clock) $$
"""

KEEPER = """
CREATE FUNCTION keep_clock() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    IF TG_OP <> 'UPDATE' OR NEW.mode <> OLD.mode THEN
        RAISE EXCEPTION 'a database keeps the clock it was made with' USING ERRCODE = 'restrict_violation';
    ELSIF NEW."offset" < OLD."offset" THEN
        RAISE EXCEPTION 'the business clock moves forward only' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$
"""

GUARDS = (
    "CREATE TRIGGER keep_clock BEFORE UPDATE OR DELETE ON clock FOR EACH ROW EXECUTE FUNCTION keep_clock()",
    "CREATE TRIGGER keep_clock_whole BEFORE TRUNCATE ON clock FOR EACH STATEMENT EXECUTE FUNCTION keep_clock()",
    "REVOKE ALL ON FUNCTION business_now() FROM PUBLIC",
    f"GRANT EXECUTE ON FUNCTION business_now() TO {ROLES}",
    f"GRANT SELECT ON clock TO {ROLES}",
)


def upgrade() -> None:
    """Make the clock in the mode that this database is made with; live unless told otherwise."""
    clock = context.config.attributes["clock"]
    for statement in (TABLE, NOW, KEEPER):
        op.execute(statement)
    start = f"timestamptz '{clock.start.isoformat()}' - clock_timestamp()" if clock.start else "interval '0'"
    op.execute(f"INSERT INTO clock (mode, \"offset\") VALUES ('{clock.name}', {start})")
    for statement in GUARDS:
        op.execute(statement)
    if clock.sandbox:
        op.execute('GRANT UPDATE ("offset") ON clock TO innovoucher_voucher')


def downgrade() -> None:
    """The way back."""
    op.execute("DROP TABLE clock")
    op.execute("DROP FUNCTION business_now()")
    op.execute("DROP FUNCTION keep_clock()")
