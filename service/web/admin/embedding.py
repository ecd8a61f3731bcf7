"""What to paste into another site to show the search or a list of groups there. Reads settings only."""

from urllib.parse import quote_plus

from flask import Response
from markupsafe import escape

from service.accounts.permissions import Permission
from service.web.access import allow
from service.web.admin import rooms
from service.web.languages import current_language
from service.web.rendering import services, site_name

NEAR = "Sale"  # in the demonstration; elsewhere the area that is served
BOX_HEIGHT, LIST_HEIGHT = 460, 640  # pixels at 320 px wide, so that nothing scrolls in a box on a phone


@allow(Permission.EDIT_CATALOG)
def show() -> Response:
    """Show both snippets, and who may use them."""
    settings = services().settings
    base = f"{settings.public_url}/embed/{current_language()}"
    near = quote_plus(settings.area or NEAR)
    term = next((family.code for family in services().matching.taxonomy.families()), "")
    return rooms.page(
        "embed.html",
        ".admin_embed",
        sites=settings.embed_sites,
        box=_frame(f"{base}/search", BOX_HEIGHT),
        groups=_frame(f"{base}/list?near={near}&amp;interest={term}&amp;show=6", LIST_HEIGHT),
    )


def _frame(address: str, height: int) -> str:
    return (
        f'<iframe src="{address}" title="{escape(site_name())}" width="100%" height="{height}" loading="lazy"></iframe>'
    )
