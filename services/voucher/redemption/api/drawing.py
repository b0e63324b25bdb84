"""Decides how a code is drawn: a QR code (ISO/IEC 18004) as an SVG picture that scales to any screen or print."""

from io import BytesIO

import segno

SCALE = 4


def svg_of(text: str) -> str:
    """The picture of a text of capitals and digits, which take the least room; as much correction as fits for free."""
    picture = BytesIO()
    segno.make_qr(text, error="l").save(picture, kind="svg", scale=SCALE, xmldecl=False, nl=False)
    return picture.getvalue().decode()
