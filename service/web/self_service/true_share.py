"""How true the list is, in words: what ringing groups drawn by chance has found. It counts nothing itself."""

from flask_babel import gettext as _
from flask_babel import ngettext

from service.catalog.fresh.sample import Truth
from service.web.figures import Figures


def told(truth: Truth | None, figures: Figures) -> dict[str, str] | None:
    """Return the sentences; None while too few have answered."""
    if truth is None:
        return None
    share = figures.share(truth.right / truth.asked)
    low, high = figures.share(truth.low), figures.share(truth.high)
    missed = truth.not_reached
    silent = ngettext("%(num)s more did not answer.", "%(num)s more did not answer.", missed)
    return {
        "found": str(
            _(
                "We rang %(asked)s groups. With %(right)s of them all was right: %(share)s.",
                asked=truth.asked,
                right=truth.right,
                share=share,
            )
        ),
        "sure": str(_("For the whole list we are 95%% sure that it is from %(low)s to %(high)s.", low=low, high=high)),
        "silent": str(silent) if missed else "",
    }
