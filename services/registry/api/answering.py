"""Decides what an answer says beside its body: the entity tag that an edit must name."""

from fastapi import Response

from services.chassis.http import etag
from services.registry.domain.dossier import Document


def tagged(response: Response, document: Document) -> Document:
    """The document, with its version as the response's ETag (RFC 9110 section 8.8.3)."""
    response.headers["ETag"] = etag(document["version"])
    return document
