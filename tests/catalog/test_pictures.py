"""A picture is drawn anew before it is kept, needs words, and is seen only with its group."""

from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.accounts.permissions import GRANTS, VISITOR, Actor, Role
from service.catalog import models as m
from service.catalog.pictures import SIDE, drawn_anew, picture_file, pictures_of, remove_picture, set_picture
from service.errors import Forbidden, Invalid, NotFound
from tests.catalog import making
from tests.catalog.making import NOW

ADA = Actor(role=Role.EDITOR, user_id=uuid4(), permissions=GRANTS[Role.EDITOR])


def photograph(width: int = 3000, height: int = 2000, kind: str = "JPEG") -> bytes:
    """Return a picture as a telephone makes it: on its side, with the place written into it."""
    made = Image.new("RGB", (width, height), (107, 42, 87))
    exif = made.getexif()
    exif[0x0112] = 6  # to be turned by a quarter
    exif[0x010F] = "Cai's telephone"
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    made.save(out, kind, exif=exif)
    return out.getvalue()


def put(store: Session, group: m.Group, *, shows: str = "door", words: str = "A green door", data: bytes = b"") -> None:
    set_picture(store, group_id=group.id, shows=shows, alternative=words, data=data, actor=ADA, now=NOW)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_small_upright_and_tells_nothing_of_who_took_it(kind: str) -> None:
    data, width, height = drawn_anew(photograph(kind=kind))
    assert (width, height) == (SIDE * 2 // 3, SIDE)
    assert b"telephone" not in data
    with Image.open(BytesIO(data)) as kept:
        assert (kept.format, kept.size) == ("WEBP", (width, height))
        assert dict(kept.getexif()) == {}


@pytest.mark.asvs("V5.2.2")
@pytest.mark.parametrize("data", [b"<svg xmlns='x'/>", b"GIF89a nothing", photograph()[:300], b"\x00" * 50])
def test_what_is_no_picture_is_refused(store: Session, data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        put(store, making.group(store), data=data)
    assert refused.value.fields["file"].code == "not_a_picture"


def test_words_and_a_file_are_needed(store: Session) -> None:
    with pytest.raises(Invalid) as refused:
        put(store, making.group(store), words=" ", shows="roof")
    assert set(refused.value.fields) == {"shows", "alternative", "file"}


def test_there_is_one_picture_of_each_and_a_new_one_has_a_new_address(store: Session) -> None:
    group = making.group(store)
    put(store, group, data=photograph())
    first = pictures_of(store, group.id)["door"]
    put(store, group, words="A blue door")
    assert pictures_of(store, group.id)["door"].id == first.id
    assert pictures_of(store, group.id)["door"].alternative == "A blue door"
    put(store, group, data=photograph(90, 60))
    second = pictures_of(store, group.id)["door"]
    assert second.id != first.id
    with pytest.raises(NotFound):
        picture_file(store, first.id)
    remove_picture(store, group_id=group.id, shows="door", actor=ADA, now=NOW)
    assert store.scalar(select(func.count()).select_from(m.Picture)) == 0


def test_a_picture_is_seen_only_while_its_group_is(store: Session) -> None:
    group = making.group(store)
    put(store, group, data=photograph(90, 60))
    picture = pictures_of(store, group.id)["door"]
    assert picture_file(store, picture.id)[0] == "image/webp"
    group.status = "held"
    store.flush()
    with pytest.raises(NotFound):
        picture_file(store, picture.id)


def test_a_visitor_sends_no_picture(store: Session) -> None:
    group = making.group(store)
    with pytest.raises(Forbidden):
        set_picture(
            store, group_id=group.id, shows="door", alternative="x", data=photograph(9, 9), actor=VISITOR, now=NOW
        )
    with pytest.raises(Forbidden):
        remove_picture(store, group_id=group.id, shows="door", actor=VISITOR, now=NOW)
