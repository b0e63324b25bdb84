"""A holder's consent: which codes were used, secrets and PINs as digests, wrong tries, and the codes of providers."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROLE = "innovoucher_voucher"

# A nonce is written once, with the redemption it let through: the key is what makes a code pass once, be it the nonce
# of a QR code or the id of a secret.
CODE_USES = """
CREATE TABLE code_uses (
    nonce uuid NOT NULL CONSTRAINT pk_code_uses PRIMARY KEY,
    voucher_id uuid NOT NULL CONSTRAINT fk_code_uses_voucher_id_vouchers REFERENCES vouchers (id),
    redemption_id uuid NOT NULL CONSTRAINT fk_code_uses_redemption_id_redemptions REFERENCES redemptions (id),
    used_at timestamptz NOT NULL
)
"""

# One living secret a voucher: minting another takes the row over under another id, and the old one opens nothing.
VOUCHER_SECRETS = """
CREATE TABLE voucher_secrets (
    voucher_id uuid NOT NULL CONSTRAINT pk_voucher_secrets PRIMARY KEY
        CONSTRAINT fk_voucher_secrets_voucher_id_vouchers REFERENCES vouchers (id),
    id uuid NOT NULL CONSTRAINT uq_voucher_secrets_id UNIQUE,
    digest bytea NOT NULL CONSTRAINT uq_voucher_secrets_digest UNIQUE,
    last_four text NOT NULL,
    minted_at timestamptz NOT NULL,
    minted_by text NOT NULL,
    CONSTRAINT ck_voucher_secrets_digest CHECK (length(digest) = 32),
    CONSTRAINT ck_voucher_secrets_last_four CHECK (length(last_four) = 4)
)
"""

WALLET_PINS = """
CREATE TABLE wallet_pins (
    holder_id uuid NOT NULL CONSTRAINT pk_wallet_pins PRIMARY KEY,
    digest bytea NOT NULL,
    set_at timestamptz NOT NULL,
    set_by text NOT NULL,
    counts_from timestamptz NOT NULL,
    CONSTRAINT ck_wallet_pins_digest CHECK (length(digest) = 32)
)
"""

# Times here are real: a lock is against whoever guesses, whatever day it is for business. An id is nil where the count
# is over all of them.
CONSENT_TRIES = """
CREATE TABLE consent_tries (
    kind text NOT NULL,
    wallet_id uuid NOT NULL,
    caller_id uuid NOT NULL,
    wrong bigint NOT NULL,
    since timestamptz NOT NULL,
    locked_until timestamptz,
    CONSTRAINT pk_consent_tries PRIMARY KEY (kind, wallet_id, caller_id),
    CONSTRAINT ck_consent_tries_kind CHECK (kind IN ('caller', 'at_wallet', 'wallet')),
    CONSTRAINT ck_consent_tries_wrong CHECK (wrong >= 0)
)
"""

PROVIDER_CODES = """
CREATE TABLE provider_codes (
    id uuid NOT NULL CONSTRAINT pk_provider_codes PRIMARY KEY,
    code text NOT NULL CONSTRAINT uq_provider_codes_code UNIQUE,
    provider_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    created_by text NOT NULL,
    retired_at timestamptz,
    retired_by text,
    CONSTRAINT ck_provider_codes_retired CHECK ((retired_at IS NULL) = (retired_by IS NULL))
)
"""

STATEMENTS = (
    CODE_USES,
    VOUCHER_SECRETS,
    WALLET_PINS,
    CONSENT_TRIES,
    PROVIDER_CODES,
    "CREATE INDEX ix_provider_codes_of_organization ON provider_codes (organization_id, created_at, id)",
    f"GRANT SELECT, INSERT ON code_uses TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (id, digest, last_four, minted_at, minted_by) ON voucher_secrets TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (digest, set_at, set_by, counts_from) ON wallet_pins TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (wrong, since, locked_until) ON consent_tries TO {ROLE}",
    f"GRANT SELECT, INSERT, UPDATE (retired_at, retired_by) ON provider_codes TO {ROLE}",
)


def upgrade() -> None:
    """Lay the tables of consent."""
    for statement in STATEMENTS:
        op.execute(statement)


def downgrade() -> None:
    """The way back: secrets and PINs are made anew, and no code of a minute ago may pass again."""
    for table in ("provider_codes", "consent_tries", "wallet_pins", "voucher_secrets", "code_uses"):
        op.execute(f"DROP TABLE {table}")
