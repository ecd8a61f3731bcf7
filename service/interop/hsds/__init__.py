"""The catalogue as HSDS 3.1 and Open Referral UK 3.0 have it. Told of no person: no leader, no host, no own number."""

from service.interop.hsds.groups import at_location, briefly, service
from service.interop.hsds.organisations import organization
from service.interop.hsds.shape import Writer, at_location_id, virtual_id
from service.interop.hsds.terms import Vocabulary, vocabulary

__all__ = [
    "Vocabulary",
    "Writer",
    "at_location",
    "at_location_id",
    "briefly",
    "organization",
    "service",
    "virtual_id",
    "vocabulary",
]
