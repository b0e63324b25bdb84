"""The voucher service's chassis tables, and the ledger: budget lines, changes, journals, entries, cap counters."""

from alembic import op

from migrations import chassis_0001

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

BUDGET_LINES = """
CREATE TABLE budget_lines (
    id uuid NOT NULL CONSTRAINT pk_budget_lines PRIMARY KEY,
    fiscal_year bigint NOT NULL,
    bureau text NOT NULL,
    treasury text NOT NULL,
    project text NOT NULL,
    function_class text NOT NULL,
    economic_class text NOT NULL,
    allotment_document text NOT NULL,
    funding_source text NOT NULL,
    currency char(3) NOT NULL,
    appropriation bigint NOT NULL DEFAULT 0,
    free bigint NOT NULL DEFAULT 0 CONSTRAINT ck_budget_lines_free_guarded CHECK (free >= 0),
    granted bigint NOT NULL DEFAULT 0 CONSTRAINT ck_budget_lines_granted_guarded CHECK (granted >= 0),
    funded bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    CONSTRAINT ck_budget_lines_appropriation_covers CHECK (appropriation >= free + granted),
    CONSTRAINT ck_budget_lines_funded_within CHECK (funded BETWEEN 0 AND appropriation),
    CONSTRAINT uq_budget_lines_classification UNIQUE (
        fiscal_year, bureau, treasury, project, function_class, economic_class, allotment_document, funding_source,
        currency
    )
)
"""

# A person is not an account: the two are compared as persons, here as in the domain.
BUDGET_CHANGES = """
CREATE TABLE budget_changes (
    id uuid NOT NULL CONSTRAINT pk_budget_changes PRIMARY KEY,
    kind text NOT NULL
        CONSTRAINT ck_budget_changes_kind CHECK (kind IN ('allot', 'cut', 'fund_round', 'return_from_round')),
    line_id uuid NOT NULL CONSTRAINT fk_budget_changes_line_id_budget_lines REFERENCES budget_lines (id),
    amount bigint NOT NULL CONSTRAINT ck_budget_changes_amount_positive CHECK (amount > 0),
    currency char(3) NOT NULL,
    document text NOT NULL,
    round_id uuid,
    pool_class text,
    state text NOT NULL
        CONSTRAINT ck_budget_changes_state CHECK (state IN ('proposed', 'approved', 'rejected')),
    proposed_by text NOT NULL CONSTRAINT ck_budget_changes_proposed_by_a_person CHECK (proposed_by <> ''),
    proposed_at timestamptz NOT NULL,
    decided_by text,
    decided_at timestamptz,
    reason text,
    CONSTRAINT ck_budget_changes_four_eyes CHECK (decided_by <> '' AND decided_by <> proposed_by),
    CONSTRAINT ck_budget_changes_decided_names_its_decider
        CHECK ((state = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)),
    CONSTRAINT ck_budget_changes_rejected_has_a_reason CHECK ((state = 'rejected') = (reason IS NOT NULL)),
    CONSTRAINT ck_budget_changes_of_round_names_its_pool CHECK (
        (kind IN ('fund_round', 'return_from_round')) = (round_id IS NOT NULL)
        AND (round_id IS NULL) = (pool_class IS NULL)
    )
)
"""

# xact remembers the transaction that booked a journal; the trigger below lets no later one add to it.
JOURNALS = """
CREATE TABLE journals (
    id uuid NOT NULL CONSTRAINT pk_journals PRIMARY KEY,
    sequence bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    "row" smallint NOT NULL CONSTRAINT ck_journals_row_of_the_table CHECK ("row" BETWEEN 1 AND 47),
    event text NOT NULL,
    booked_at timestamptz NOT NULL,
    value_on date NOT NULL,
    actor text NOT NULL,
    request_id text,
    document_id uuid,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    xact xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT ck_journals_document_or_request CHECK (request_id IS NOT NULL OR document_id IS NOT NULL)
)
"""

# A bank line belongs to no round or budget line until somebody knows whose it is.
ENTRIES = """
CREATE TABLE entries (
    journal_id uuid NOT NULL CONSTRAINT fk_entries_journal_id_journals REFERENCES journals (id),
    position smallint NOT NULL,
    book text NOT NULL,
    place text NOT NULL,
    owner uuid NOT NULL,
    part text NOT NULL,
    amount bigint NOT NULL CONSTRAINT ck_entries_amount_moves CHECK (amount <> 0),
    currency char(3) NOT NULL,
    funding_source text NOT NULL,
    round_id uuid,
    budget_line_id uuid CONSTRAINT fk_entries_budget_line_id_budget_lines REFERENCES budget_lines (id),
    CONSTRAINT pk_entries PRIMARY KEY (journal_id, position),
    CONSTRAINT ck_entries_funding_named CHECK (
        round_id IS NOT NULL OR budget_line_id IS NOT NULL OR place IN ('bank', 'suspense', 'not_ours', 'charges')
    ),
    CONSTRAINT ck_entries_place_of_the_chart CHECK (
        book = CASE
            WHEN place IN ('appropriation', 'over_issue', 'line_free', 'line_granted', 'round_pool', 'available',
                'held', 'captured') THEN 'quota'
            WHEN place IN ('cost', 'recoveries', 'payable', 'in_transit', 'bank', 'treasury_drawn',
                'treasury_surrendered', 'due_to_treasury', 'clawback_due', 'deposit', 'suspense', 'not_ours',
                'charges', 'opening') THEN 'money'
            ELSE 'none'
        END
    ),
    CONSTRAINT ck_entries_part_of_the_chart CHECK ((part <> '') = (place IN ('round_pool', 'cost', 'payable')))
)
"""

CAP_COUNTERS = """
CREATE TABLE cap_counters (
    cap text NOT NULL,
    subject text NOT NULL,
    period text NOT NULL,
    used bigint NOT NULL CONSTRAINT ck_cap_counters_used_guarded CHECK (used >= 0),
    CONSTRAINT pk_cap_counters PRIMARY KEY (cap, subject, period)
)
"""

# Every statement must itself be at zero per journal, book and currency; so a journal stays at zero however many
# statements add to it, and only the rows of this statement need to be read.
ENTRIES_BALANCE = """
CREATE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql AS
$$
DECLARE
    off record;
BEGIN
    SELECT journal_id, book, currency, sum(amount) AS amount INTO off FROM added
    GROUP BY journal_id, book, currency HAVING sum(amount) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'journal % is off by % in % %', off.journal_id, off.amount, off.book, off.currency
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_entries_balance';
    END IF;
    PERFORM FROM added JOIN journals ON journals.id = added.journal_id WHERE journals.xact <> pg_current_xact_id();
    IF FOUND THEN
        RAISE EXCEPTION 'a booked journal takes no more entries'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tg_entries_closed';
    END IF;
    RETURN NULL;
END
$$
"""

TRIGGER = """
CREATE TRIGGER tg_entries_balance AFTER INSERT ON entries REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION entries_balance()
"""

INDEXES = (
    "CREATE INDEX ix_budget_lines_treasury ON budget_lines (treasury)",
    "CREATE INDEX ix_budget_changes_line_id ON budget_changes (line_id)",
    "CREATE INDEX ix_budget_changes_round_id ON budget_changes (round_id)",
    "CREATE UNIQUE INDEX uq_journals_sequence ON journals (sequence)",
    "CREATE INDEX ix_journals_subject_id ON journals (subject_id)",
    "CREATE INDEX ix_journals_booked_at ON journals (booked_at)",
    # One approved change has one effect, whoever books it.
    "CREATE UNIQUE INDEX uq_journals_budget_change ON journals (subject_id) WHERE subject_kind = 'budget_change'",
    # Nor is a claim line decided, a payout sent or settled, or a bank line booked twice.
    "CREATE UNIQUE INDEX uq_journals_once ON journals (subject_id, event)"
    " WHERE subject_kind IN ('claim_line', 'payout', 'statement_line')",
    "CREATE INDEX ix_entries_owner ON entries (owner)",
    "CREATE INDEX ix_entries_round_id ON entries (round_id)",
    "CREATE INDEX ix_entries_budget_line_id ON entries (budget_line_id) WHERE budget_line_id IS NOT NULL",
)

# The service books journals without saying in which order or transaction, and never changes what it booked.
GRANTS = (
    f"GRANT SELECT, INSERT, UPDATE (appropriation, free, granted, funded) ON budget_lines TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (state, decided_by, decided_at, reason) ON budget_changes TO {ROLE}",
    f'GRANT SELECT, INSERT (id, "row", event, booked_at, value_on, actor, request_id, document_id, subject_kind,'
    f" subject_id) ON journals TO {ROLE}",
    f"GRANT SELECT, INSERT ON entries TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (used) ON cap_counters TO {ROLE}",
)

TABLES = ("entries", "journals", "budget_changes", "budget_lines", "cap_counters")


def upgrade() -> None:
    """Lay the chassis's tables and the ledger's."""
    chassis_0001.upgrade(ROLE)
    for statement in (BUDGET_LINES, BUDGET_CHANGES, JOURNALS, ENTRIES, CAP_COUNTERS, ENTRIES_BALANCE, TRIGGER):
        op.execute(statement)
    for statement in (*INDEXES, *GRANTS):
        op.execute(statement)


def downgrade() -> None:
    """The way back, as long as nobody needs what was booked."""
    for table in TABLES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION entries_balance()")
    chassis_0001.downgrade()
