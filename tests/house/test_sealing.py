"""What is kept so that it can be known again cannot be read, and means nothing under another secret or purpose."""

from service.db.sealing import Sealer

ONE, OTHER = "only-for-tests-0123456789-0123456789", "another-secret-0123456789-0123456789"


def test_a_fingerprint_is_the_same_each_time_and_different_for_each_text_purpose_and_secret() -> None:
    first = Sealer(ONE, "outbox").fingerprint("zqax@example.org")
    assert first == Sealer(ONE, "outbox").fingerprint("zqax@example.org")
    others = [
        Sealer(ONE, "outbox").fingerprint("zqay@example.org"),
        Sealer(ONE, "reports").fingerprint("zqax@example.org"),
        Sealer(OTHER, "outbox").fingerprint("zqax@example.org"),
    ]
    assert len({first, *others}) == 4
    assert len(first) == 32
    assert b"zqax" not in first
