"""A setting is read once; what is unsafe or unclear is refused in a sentence that names the variable and no secret."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from service.config import SECRET_FILES, Settings, secret_text
from service.db.safe import check_line
from service.errors import Invalid

SECRET = "zqaxsecretk7-0123456789-0123456789-0123456789"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A file with a secret, readable by its owner only."""
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    return path


def test_a_secret_may_stand_in_a_file(kept: Path) -> None:
    assert Settings.from_env({"KITH_MODE": "demo", "KITH_SECRET_FILE": str(kept)}).secret == SECRET


@pytest.mark.asvs("V13.3.1")
@pytest.mark.parametrize("name", SECRET_FILES)
@pytest.mark.parametrize("mode", [0o604, 0o644, 0o602, 0o601])
def test_a_secret_that_everybody_here_may_open_is_refused(kept: Path, name: str, mode: int) -> None:
    kept.chmod(mode)
    with pytest.raises(Invalid) as refused:
        secret_text({SECRET_FILES[name]: str(kept)}, name)
    assert refused.value.params["variable"] == SECRET_FILES[name]
    assert SECRET not in str(refused.value.params)


@pytest.mark.parametrize("inside", [b"", b"\n \n", b"\xff\xfe\x00", b"x" * 70_000])
def test_a_file_without_a_secret_is_refused(kept: Path, inside: bytes) -> None:
    kept.write_bytes(inside)
    with pytest.raises(Invalid):
        secret_text({"KITH_SECRET_FILE": str(kept)}, "KITH_SECRET")


def test_a_file_that_is_not_there_and_a_secret_in_two_places_are_refused(kept: Path) -> None:
    with pytest.raises(Invalid):
        secret_text({"KITH_SECRET_FILE": str(kept.with_name("none"))}, "KITH_SECRET")
    with pytest.raises(Invalid) as refused:
        secret_text({"KITH_SECRET_FILE": str(kept), "KITH_SECRET": SECRET}, "KITH_SECRET")
    assert SECRET not in str(refused.value.params)


MAIL = {
    "KITH_MODE": "demo",
    "KITH_SECRET": SECRET,
    "KITH_SMTP_HOST": "mail.example.org",
    "KITH_SMTP_FROM": "k@example.org",
}


def test_a_mail_server_is_read_and_its_password_stands_in_nothing_that_is_printed(kept: Path) -> None:
    read = Settings.from_env(MAIL | {"KITH_SMTP_USER": "kith", "KITH_SMTP_PASSWORD_FILE": str(kept)})
    assert read.mail is not None
    assert (read.mail.host, read.mail.port, read.mail.tls, read.mail.password) == (
        "mail.example.org",
        587,
        "starttls",
        SECRET,
    )
    assert (read.mail_channel, read.sends_mail) == ("email", True)
    assert SECRET not in repr(read)
    assert Settings.from_env(MAIL | {"KITH_SMTP_TLS": "implicit"}).mail.port == 465  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "changed",
    [
        {"KITH_SMTP_HOST": "mail.example.org\r\nX: y"},
        {"KITH_SMTP_HOST": "", "KITH_MAIL": "smtp"},
        {"KITH_SMTP_FROM": ""},
        {"KITH_SMTP_FROM": "Kith <kith@example.org>"},
        {"KITH_SMTP_FROM": "kith@example.org\nBcc: eve@example.org"},
        {"KITH_SMTP_TLS": "none"},
        {"KITH_SMTP_TLS": "maybe"},
        {"KITH_SMTP_PORT": "0"},
        {"KITH_SMTP_PORT": "99999"},
        {"KITH_SMTP_PORT": "²5"},
        {"KITH_SMTP_USER": "kith"},
        {"KITH_SMTP_PASSWORD": "zqax"},
        {"KITH_SMTP_CA_FILE": "/nowhere/at/all.pem"},
        {"KITH_MAIL": "perhaps"},
    ],
)
def test_a_mail_server_that_is_unclear_or_unsafe_is_refused(changed: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_env(MAIL | changed)
    assert str(refused.value.params["variable"]).startswith(("KITH_SMTP_", "KITH_MAIL"))
    assert "zqax" not in str(refused.value.params)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_an_open_line_is_allowed_on_this_machine_alone(host: str) -> None:
    assert Settings.from_env(MAIL | {"KITH_SMTP_HOST": host, "KITH_SMTP_TLS": "none"}).mail is not None


def test_where_no_mail_is_sent_it_is_said_aloud() -> None:
    off = Settings.from_env(MAIL | {"KITH_MAIL": "off"})
    assert (off.mail, off.mail_channel) == (None, "console")


ON_POSTGRESQL = {"KITH_MODE": "demo", "KITH_SECRET": SECRET, "KITH_DATABASE_URL": "postgresql+psycopg://kith@/kith"}


def test_copies_of_the_database_are_read_and_their_password_stands_in_nothing_that_is_printed() -> None:
    urls = "postgresql+psycopg://kith@a/kith?sslmode=verify-full postgresql+psycopg://kith:own@b/kith"
    base = ON_POSTGRESQL | {"KITH_DATABASE_PASSWORD": "zqax/1"}
    read = Settings.from_env(base | {"KITH_REPLICA_URL": urls})
    assert read.replica_urls == (
        "postgresql+psycopg://kith:zqax%2F1@a/kith?sslmode=verify-full",
        "postgresql+psycopg://kith:own@b/kith",
    )
    assert (read.replica_late_s, "zqax" in repr(read), "own@b" in repr(read)) == (10, False, False)
    assert Settings.from_env(base).replica_urls == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"KITH_REPLICA_URL": "sqlite:////tmp/zqax"},
        {"KITH_REPLICA_URL": "postgresql://a/b zqax"},
        {"KITH_REPLICA_URL": "postgresql://a/b", "KITH_DATABASE_URL": "sqlite:////tmp/zqax"},
        {"KITH_REPLICA_LATE": "0"},
        {"KITH_REPLICA_LATE": "301"},
        {"KITH_REPLICA_LATE": "soon"},
        {"KITH_SHARED_INDEX": "/srv/zqax", "KITH_DATABASE_URL": ""},
    ],
)
def test_copies_that_are_unclear_are_refused(changed: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        Settings.from_env(ON_POSTGRESQL | changed)
    assert refused.value.params["variable"] == next(iter(changed))
    assert "zqax" not in str(refused.value.params)


@pytest.mark.parametrize(
    ("line", "safe"),
    [
        ("?host=/var/run/postgresql", True),
        ("?host=127.0.0.1:5432&host=localhost", True),
        ("?host=a.example.org,b.example.org", False),
        ("?host=/var/run/postgresql&host=b.example.org:5432", False),
        ("?host=a.example.org&host=b.example.org&sslmode=verify-full&target_session_attrs=read-write", True),
    ],
)
def test_an_open_line_to_any_of_several_machines_is_refused(line: str, safe: bool) -> None:  # noqa: FBT001
    url = make_url(f"postgresql+psycopg://kith@/kith{line}")
    if safe:
        check_line(url, "KITH_DATABASE_URL")
    else:
        with pytest.raises(Invalid, match="settings"):
            check_line(url, "KITH_DATABASE_URL")
