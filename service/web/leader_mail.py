"""How a group's leader is written to from a page, and what their answers are kept with."""

from zoneinfo import ZoneInfo

from service.accounts.credentials import new_token
from service.catalog import reports
from service.config import LANGUAGES
from service.notifications import outbox
from service.referrals import operations
from service.referrals.answering.means import Means
from service.referrals.operations import Mail
from service.web.rendering import country_pack, services


def mail() -> Mail:
    """Return how a leader's link is made and sent."""
    address = f"{services().settings.public_url}/{LANGUAGES[0]}/answer"
    return Mail(
        sealer=services().sealer(outbox.PURPOSE),
        new_token=new_token,
        link=lambda token: f"{address}/{token}",
        channel=services().mail_channel,
        zone=ZoneInfo(country_pack().time_zone),
    )


def means() -> Means:
    """Return what answers are kept and sent with."""
    sealer = services().sealer
    return Means(sealer=sealer(operations.PURPOSE), reports=sealer(reports.PURPOSE), mail=mail())
