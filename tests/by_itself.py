"""A way to draw random histories each for itself: `settings(backend=EACH_BY_ITSELF)`.

Of hypothesis' usual way five of six repeat the beginning of the one before, and it takes fright where what the earlier
one made changes the path of the next.
"""

from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider


class EachByItself(HypothesisProvider):
    """Draws each history for itself."""

    def _maybe_draw_constant(self, *_args: object, **_values: object) -> None:
        """Draw no number that stands somewhere in the code: to look for them takes seconds."""


EACH_BY_ITSELF = "each-by-itself"
AVAILABLE_PROVIDERS[EACH_BY_ITSELF] = f"{__name__}.EachByItself"
