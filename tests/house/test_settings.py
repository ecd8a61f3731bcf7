"""A setting is read once; what is unsafe or unclear is refused in a sentence that names the variable and no secret."""

from pathlib import Path

import pytest

from service.config import SECRET_FILES, Settings, secret_text
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
