"""Invoices with their lines, and bank slips: the evidence that claims draw upon."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

INVOICES = """
CREATE TABLE invoices (
    id uuid NOT NULL CONSTRAINT pk_invoices PRIMARY KEY,
    kind text NOT NULL CONSTRAINT ck_invoices_kind CHECK (kind IN ('digital', 'old')),
    code text,
    number text NOT NULL,
    fapiao_key text NOT NULL,
    seller_id uuid NOT NULL,
    seller_uscc text NOT NULL,
    seller_name text NOT NULL,
    buyer_id uuid NOT NULL,
    buyer_uscc text NOT NULL,
    buyer_name text NOT NULL,
    region text NOT NULL,
    issued_on date NOT NULL,
    currency char(3) NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    total bigint NOT NULL,
    document_id uuid CONSTRAINT fk_invoices_document_id_documents REFERENCES documents (id),
    state text NOT NULL CONSTRAINT ck_invoices_state CHECK (state IN ('registered', 'verified', 'refused', 'void')),
    registrant_id uuid NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    decided_how text,
    reason text,
    client text NOT NULL,
    client_ref text,
    CONSTRAINT uq_invoices_client UNIQUE (client, client_ref),
    CONSTRAINT ck_invoices_arithmetic CHECK (net > 0 AND tax >= 0 AND net + tax = total),
    CONSTRAINT ck_invoices_code CHECK ((code IS NOT NULL) = (kind = 'old')),
    CONSTRAINT ck_invoices_parties CHECK (seller_id <> buyer_id AND registrant_id IN (seller_id, buyer_id)),
    CONSTRAINT ck_invoices_decided CHECK (
        (decided_by IS NOT NULL) = (state <> 'registered') AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_invoices_four_eyes CHECK (state NOT IN ('verified', 'refused') OR decided_by <> registered_by),
    CONSTRAINT ck_invoices_decided_how CHECK (state NOT IN ('verified', 'refused') OR decided_how IS NOT NULL),
    CONSTRAINT ck_invoices_reason CHECK (state NOT IN ('refused', 'void') OR reason IS NOT NULL)
)
"""

INVOICE_LINES = """
CREATE TABLE invoice_lines (
    invoice_id uuid NOT NULL CONSTRAINT fk_invoice_lines_invoice_id_invoices REFERENCES invoices (id),
    number bigint NOT NULL,
    description text NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    allocated bigint NOT NULL,
    CONSTRAINT pk_invoice_lines PRIMARY KEY (invoice_id, number),
    CONSTRAINT ck_invoice_lines_amounts CHECK (net > 0 AND tax >= 0),
    CONSTRAINT ck_invoice_lines_allocated CHECK (allocated >= 0 AND allocated <= net + tax)
)
"""

BANK_SLIPS = """
CREATE TABLE bank_slips (
    id uuid NOT NULL CONSTRAINT pk_bank_slips PRIMARY KEY,
    bank text NOT NULL,
    serial text NOT NULL,
    paid_on date NOT NULL,
    slip_key text NOT NULL,
    payer_id uuid NOT NULL,
    payer_name text NOT NULL,
    payer_account text NOT NULL,
    payee_id uuid NOT NULL,
    payee_name text NOT NULL,
    payee_account text NOT NULL,
    region text NOT NULL,
    currency char(3) NOT NULL,
    amount bigint NOT NULL,
    allocated bigint NOT NULL,
    document_id uuid NOT NULL CONSTRAINT fk_bank_slips_document_id_documents REFERENCES documents (id),
    state text NOT NULL CONSTRAINT ck_bank_slips_state CHECK (state IN ('registered', 'void')),
    registrant_id uuid NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    client text NOT NULL,
    client_ref text,
    CONSTRAINT uq_bank_slips_client UNIQUE (client, client_ref),
    CONSTRAINT ck_bank_slips_allocated CHECK (amount > 0 AND allocated >= 0 AND allocated <= amount),
    CONSTRAINT ck_bank_slips_void_unallocated CHECK (state <> 'void' OR allocated = 0),
    CONSTRAINT ck_bank_slips_parties CHECK (payer_id <> payee_id AND registrant_id IN (payer_id, payee_id)),
    CONSTRAINT ck_bank_slips_decided CHECK (
        (decided_by IS NOT NULL) = (state <> 'registered') AND (decided_by IS NULL) = (decided_at IS NULL)
    ),
    CONSTRAINT ck_bank_slips_reason CHECK ((state = 'void') = (reason IS NOT NULL))
)
"""

# All lines of an invoice come with it, in one statement; later ones would make its sums wrong.
LINES_ADD_UP = """
CREATE FUNCTION invoice_lines_add_up() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM FROM invoices WHERE id IN (SELECT invoice_id FROM added) AND (net, tax) <> (
        SELECT sum(invoice_lines.net), sum(invoice_lines.tax) FROM invoice_lines WHERE invoice_id = invoices.id
    );
    IF FOUND THEN
        RAISE EXCEPTION 'the lines are not what the invoice comes to'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_invoice_lines_add_up';
    END IF;
    RETURN NULL;
END
$$
"""

STANDING = """
CREATE FUNCTION invoice_lines_standing() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM FROM altered JOIN former USING (invoice_id, number) JOIN invoices ON invoices.id = invoice_id
    WHERE altered.allocated > former.allocated AND state NOT IN ('registered', 'verified');
    IF FOUND THEN
        RAISE EXCEPTION 'nothing more is drawn from an invoice that was refused or voided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_invoice_lines_standing';
    END IF;
    RETURN NULL;
END
$$
"""

UNALLOCATED = """
CREATE FUNCTION invoices_unallocated() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    PERFORM FROM invoice_lines WHERE invoice_id = NEW.id AND allocated > 0;
    IF FOUND THEN
        RAISE EXCEPTION 'an invoice that claims draw from is not voided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_invoices_unallocated';
    END IF;
    RETURN NULL;
END
$$
"""

TRIGGERS = (
    """CREATE TRIGGER tg_invoice_lines_add_up AFTER INSERT ON invoice_lines REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION invoice_lines_add_up()""",
    """CREATE TRIGGER tg_invoice_lines_standing AFTER UPDATE ON invoice_lines
    REFERENCING OLD TABLE AS former NEW TABLE AS altered
    FOR EACH STATEMENT EXECUTE FUNCTION invoice_lines_standing()""",
    """CREATE TRIGGER tg_invoices_unallocated AFTER UPDATE OF state ON invoices
    FOR EACH ROW WHEN (NEW.state = 'void') EXECUTE FUNCTION invoices_unallocated()""",
)
FUNCTIONS = ("invoice_lines_add_up", "invoice_lines_standing", "invoices_unallocated")

STATEMENTS = (
    INVOICES,
    INVOICE_LINES,
    BANK_SLIPS,
    LINES_ADD_UP,
    STANDING,
    UNALLOCATED,
    *TRIGGERS,
    "CREATE UNIQUE INDEX uq_invoices_fapiao ON invoices (fapiao_key) WHERE state IN ('registered', 'verified')",
    "CREATE INDEX ix_invoices_listed ON invoices (registered_at, id)",
    "CREATE INDEX ix_invoices_seller_id ON invoices (seller_id, registered_at, id)",
    "CREATE INDEX ix_invoices_buyer_id ON invoices (buyer_id, registered_at, id)",
    "CREATE INDEX ix_invoices_document_id ON invoices (document_id) WHERE document_id IS NOT NULL",
    "CREATE UNIQUE INDEX uq_bank_slips_slip ON bank_slips (slip_key) WHERE state = 'registered'",
    "CREATE INDEX ix_bank_slips_listed ON bank_slips (registered_at, id)",
    "CREATE INDEX ix_bank_slips_payer_id ON bank_slips (payer_id, registered_at, id)",
    "CREATE INDEX ix_bank_slips_payee_id ON bank_slips (payee_id, registered_at, id)",
    "CREATE INDEX ix_bank_slips_document_id ON bank_slips (document_id)",
    "CREATE INDEX ix_directory_facts_uscc ON directory_facts ((document ->> 'uscc')) WHERE kind = 'organization'",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, decided_how, reason) ON invoices TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (allocated) ON invoice_lines TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, allocated, decided_by, decided_at, reason) ON bank_slips TO {ROLE}",
)


def upgrade() -> None:
    """Lay the tables of evidence."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was proven."""
    op.execute("DROP INDEX ix_directory_facts_uscc")
    for table in ("bank_slips", "invoice_lines", "invoices"):
        op.execute(f"DROP TABLE {table}")
    for function in FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}()")
