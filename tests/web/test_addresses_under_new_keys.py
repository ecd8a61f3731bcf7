"""An address that holds a search works on under a new key, and ends in the usual words when its own key is gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient

from service.app import create_app
from service.config import Settings
from service.db import keyring
from tests import stores
from tests.pages import CLIENT
from tests.web.seeking import address, said

OTHER = "another secret than the first one was"


@contextmanager
def browser(settings: Settings) -> Iterator[FlaskClient]:
    made = create_app(settings)
    made.test_client_class = CLIENT
    yield made.test_client()
    stores.close(made)


def test_a_search_and_a_list_survive_a_new_key_and_end_in_words_with_theirs(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "keys"
    with browser(settings) as client:
        before = address(client)
        assert client.get(before).status_code == 200
    keyring.add(file)
    with browser(replace(settings, keys_file=file)) as client:
        assert client.get(before).status_code == 200, "the old key reads"
        after = address(client)
        assert client.get(after).status_code == 200
    with browser(replace(settings, secret=OTHER, keys_file=file)) as client:
        assert client.get(after).status_code == 200, "sealed under the key of the file"
        gone = client.get(before)
        assert gone.status_code == 410
        assert "kept for one day only" in said(gone)
