"""What the guide for whoever takes the data shows is what is answered."""

import json

from flask import Flask

from tests.house.test_docs import ROOT, blocks, within


def test_the_guide_is_as_it_is_told(town: Flask) -> None:
    client = town.test_client()
    parts = list(blocks(ROOT / "docs/guides/open-data.md", "json"))
    assert len(parts) >= 8
    for (asked, sent), (status, shown) in zip(parts[::2], parts[1::2], strict=True):
        method, _, address = asked.partition(" ")
        told = client.open(address, method=method, json=json.loads(sent) if sent.strip() else None)
        assert told.status_code == int(status), told.text
        within(json.loads(shown), told.get_json(), asked)
