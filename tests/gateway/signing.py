"""Signs access tokens with the gateway's own key, changed as wished."""

import time
from typing import Any

from services.gateway.keys import Signer


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a holder; one changed to None is left out."""
    now = int(time.time())
    said = {
        "iss": "innovoucher",
        "aud": "innovoucher",
        "sub": "per_" + "1" * 32,
        "per": "per_" + "1" * 32,
        "client_id": "innovoucher",
        "org": "org_" + "0" * 32,
        "roles": ["holder"],
        "mode": "test",
        "scope": "holder",
        "sid": "ses_" + "1" * 32,
        "jti": "tok_" + "1" * 32,
        "iat": now,
        "exp": now + 600,
        **changes,
    }
    return {name: value for name, value in said.items() if value is not None}


def bearer(signer: Signer, **changes: Any) -> dict[str, str]:
    """The Authorization header of a token with these claims."""
    return {"Authorization": f"Bearer {signer.sign(claims(**changes))}"}
