"""How the faces put a message into the outbox: by which channel, sealed, with our public address in it."""

from service.accounts.record.telling import Post
from service.notifications import outbox
from service.web.languages import current_language
from service.web.rendering import services


def post_office() -> Post:
    """Return what a message of this request needs."""
    made = services()
    return Post(
        channel=made.mail_channel,
        sealer=made.sealer(outbox.PURPOSE),
        public_url=made.settings.public_url,
        language=current_language(),
    )
