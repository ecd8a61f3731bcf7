"""A logo: a small picture that somebody sends, drawn anew before it is kept. Never commits."""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from service.errors import Invalid, Problem

LARGEST = 200_000  # bytes of what is sent
SIDE = 2000  # pixels of the longer side of what is sent
KEPT = (640, 200)  # pixels of what is kept, at most: twice what a header shows
FORMATS = ("JPEG", "PNG")
QUALITY = 90  # of WebP
FEW_COLOURS = 4096  # so many: drawn, not photographed, and smaller when nothing is lost


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A logo as it is kept: WebP, without anything that was written into the picture."""

    data: bytes
    width: int
    height: int


def drawn(data: bytes) -> Drawn:
    """Draw a logo anew, with what can be seen through.

    Raises
    ------
    Invalid
        `logo`, with a problem for `logo`: `needed`, `logo_large` (with `limit`), `logo_svg`, `logo_kind`, `logo_wide`
        (with `limit`).
    """
    if not data:
        raise _refused("needed")
    if len(data) > LARGEST:
        raise _refused("logo_large", limit=LARGEST // 1000)
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as found:
            if max(found.size) > SIDE:
                raise _refused("logo_wide", limit=SIDE)
            upright = ImageOps.exif_transpose(found).convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refused("logo_svg" if b"<svg" in data[:4096].lower() else "logo_kind") from error
    upright.thumbnail(KEPT)
    out = BytesIO()
    plain = upright.getcolors(FEW_COLOURS) is not None
    upright.save(out, "WEBP", lossless=plain, quality=100 if plain else QUALITY)
    return Drawn(data=out.getvalue(), width=upright.width, height=upright.height)


def _refused(code: str, **params: object) -> Invalid:
    return Invalid("logo", fields={"logo": Problem(code, params)})
