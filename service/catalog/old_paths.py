"""The address that a page had on another site, made plain so that it can be looked up. Pure."""

from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

LONGEST = 500  # characters


def plain(path: str, query: str = "") -> str | None:
    """Return a path, with its query in order if it has one; None for what is no path of a site.

    Examples
    --------
    >>> plain("/groups/Tea%20club/"), plain("/show.php", "b=2&a=1"), plain("//elsewhere.example.org/x")
    ('/groups/Tea club', '/show.php?a=1&b=2', None)
    """
    if not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    try:
        said = unquote(path, errors="strict").rstrip("/") or "/"
        asked = urlencode(sorted(parse_qsl(query, keep_blank_values=True, max_num_fields=20)))
    except ValueError:
        return None
    made = f"{said}?{asked}" if asked else said
    return made if len(made) <= LONGEST and made.isprintable() and "\\" not in made else None


def of_address(text: str) -> str | None:
    """Return the plain path of an address as somebody wrote it down, with or without the site in front.

    Examples
    --------
    >>> of_address("https://old.example.org/show.php?id=7"), of_address("groups/7"), of_address("javascript:alert(1)")
    ('/show.php?id=7', '/groups/7', None)
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https") or bool(parts.scheme) != bool(parts.netloc):
        return None
    path = parts.path if parts.scheme or parts.path.startswith("/") else f"/{parts.path}"
    return plain(path or "/", parts.query)
