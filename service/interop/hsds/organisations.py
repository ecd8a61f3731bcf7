"""Who runs groups, as organizations of HSDS: a body and its public numbers, never somebody in it. Pure."""

from service.catalog.shared_views import SharedOrganisation
from service.interop.hsds.shape import Thing, Writer, role_address, told, web_address


def organization(found: SharedOrganisation, writer: Writer, *, full: bool = False) -> Thing:
    """Return an organisation, with the numbers that registers know it by if `full`."""
    return told(
        {
            "id": str(found.id),
            "name": found.name,
            "description": found.summary or found.name,
            "email": role_address(found.email, found.name),
            "website": web_address(found.website),
            "logo": web_address(found.logo_url),
            "legal_status": found.legal_form,
            "organization_identifiers": _identifiers(found) if full else None,
        }
    )


def _identifiers(found: SharedOrganisation) -> list[Thing]:
    return [
        {
            "id": str(one.id),
            "organization_id": str(found.id),
            "identifier_scheme": one.scheme,
            "identifier_type": one.scheme,
            "identifier": one.identifier,
        }
        for one in found.identifiers
    ]
