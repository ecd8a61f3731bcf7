"""Signs what an address is told, so that its owner knows it is from us and was not sent again later. Pure.

The scheme is that of Standard Webhooks 1.0 (https://www.standardwebhooks.com, MIT licence): HMAC-SHA-256 over
`id.timestamp.body`, in Base64, with the version before it; a secret begins with `whsec_`.
"""

import base64
import hmac

PREFIX = "whsec_"
SECRET_BYTES = 32  # the scheme asks for 24 to 64


def written(secret: bytes) -> str:
    """Return a secret as its owner keeps it."""
    return PREFIX + base64.b64encode(secret).decode()


def signature(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header `webhook-signature`; `timestamp` is in seconds since 1970.

    Examples
    --------
    The example of the scheme's own libraries:

    >>> secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    >>> body = b'{"test": 2432232314}'
    >>> signature(secret, message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp=1614265330, body=body)
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()


def headers(secret: bytes, *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the three headers of the scheme."""
    signed = signature(secret, message_id=message_id, timestamp=timestamp, body=body)
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signed}
