"""Looks at an installation as people meet it: by its public address, through the proxy."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from service import observability
from service.cli.doctor.findings import Finding, Patient, mend, ok, unknown
from service.outgoing import Answer, OutsideError, Ways, ask, certified_until

FORGED = "203.0.113.77"  # of an example network: nobody comes from there (RFC 5737)
LEAST_DAYS = timedelta(days=14)
NOBODYS = (
    "/.env",
    "/.git/config",
    "/instance/kith.sqlite",
    "/kith.sqlite",
    "/audit-heads.jsonl",
    "/static/..%2f..%2fwsgi.py",
)
WAIT = 10.0  # seconds
WHY = {
    "SSLCertVerificationError": (
        "Nobody vouches for the certificate, it has run out, or it is for another name.",
        "Put the whole chain into /etc/kith/tls/certificate.pem, then systemctl reload kith-proxy",
    ),
    "gaierror": ("The public address leads nowhere.", "Look at KITH_PUBLIC_URL and at the name's entry (DNS)."),
    "ConnectionRefusedError": ("Nothing answers at the public address.", "systemctl status kith-proxy"),
    "too_slow": (
        "The public address does not answer in time.",
        "systemctl status kith-proxy kith; look at the firewall.",
    ),
    "TimeoutError": (
        "The public address does not answer in time.",
        "systemctl status kith-proxy kith; look at the firewall.",
    ),
}


def _asked(patient: Patient, path: str, headers: Mapping[str, str] | None = None) -> Answer:
    return ask(patient.settings.public_url + path, ways=_ways(patient), headers=headers, wait_seconds=WAIT)


def _ways(patient: Patient) -> Ways:
    """Return the way to ourselves, wherever our own name leads."""
    url = patient.settings.public_url
    return Ways.to(url, own=(urlsplit(url).hostname or "",))


def _no_answer(error: OutsideError) -> Finding:
    why = str(error.params["why"])
    saw, do = WHY.get(why, (f"The public address could not be asked ({why}).", "systemctl status kith-proxy kith"))
    return mend(saw, do)


def answers(patient: Patient) -> Finding:
    """The public address answers, and Kith behind it is ready."""
    try:
        alive, ready = _asked(patient, "/healthz"), _asked(patient, "/readyz")
    except OutsideError as error:
        return _no_answer(error)
    if alive.status in (502, 503, 504):
        return mend("The proxy answers, and Kith behind it does not.", "systemctl status kith; journalctl -u kith")
    if alive.status != 200:
        return mend(f"Something else answers at the public address ({alive.status}).", "Look at KITH_PUBLIC_URL.")
    if ready.status != 200:
        failed = ", ".join(_read(ready).get("failed", [])) or str(ready.status)
        return mend(f"Kith lives, and is not ready: {failed}.", "journalctl -u kith")
    return ok("The public address answers, and Kith is ready.")


def certificate(patient: Patient) -> Finding:
    """The certificate is vouched for, and good for some weeks."""
    if urlsplit(patient.settings.public_url).scheme != "https":
        return unknown("The public address has no https, so there is no certificate to look at.")
    try:
        left = certified_until(patient.settings.public_url, ways=_ways(patient), wait_seconds=WAIT) - patient.now
    except OutsideError as error:
        return _no_answer(error)
    if left < LEAST_DAYS:
        return mend(f"The certificate ends in {left.days} days.", "Have it renewed, then systemctl reload kith-proxy")
    return ok(f"The certificate is trusted, and good for {left.days} days.")


def headers(patient: Patient) -> Finding:
    """What the proxy must add is on an answer, and what it must hide is not."""
    try:
        found = _asked(patient, "/healthz").headers
    except OutsideError as error:
        return unknown(_no_answer(error).saw)
    if "max-age" not in found.get("strict-transport-security", ""):
        return mend("Browsers are not told to come by https only (HSTS).", "Use deploy/nginx.conf, or add the header.")
    if found.get("x-content-type-options") != "nosniff":
        return mend("X-Content-Type-Options is missing.", "Use deploy/nginx.conf, or add the header.")
    if any(sign.isdigit() for sign in found.get("server", "")):
        return mend("Answers tell the version of the proxy.", "server_tokens off; in the proxy's configuration.")
    return ok("Answers carry what browsers must be told, and no version.")


def hops(patient: Patient) -> Finding:
    """Kith takes the asker for whoever the proxies say, and for nobody they say of themselves."""
    asked = {"X-Forwarded-For": FORGED, observability.ASKED_BY_US: observability.asked_by_us(patient.settings.secret)}
    try:
        said = _read(_asked(patient, "/healthz", asked))
    except OutsideError as error:
        return unknown(_no_answer(error).saw)
    url = urlsplit(patient.settings.public_url)
    if "seen_from" not in said:
        return unknown("Whoever answers is not this installation, or has another secret.", "systemctl reload kith")
    if said["seen_from"] == FORGED:
        return mend(
            "People can lie about where they come from: limits count for nothing.",
            "KITH_PROXY_HOPS is too large, or the proxy adds to X-Forwarded-For and does not set it.",
        )
    if not said["seen_from"]:
        return mend(
            "Kith does not learn where people come from.", "Let the proxy set X-Forwarded-For: deploy/nginx.conf."
        )
    if (said["scheme"], said["host"]) != (url.scheme, url.netloc):
        return mend(
            f"Kith takes its own address for {said['scheme']}://{said['host']}.",
            "Let the proxy set X-Forwarded-Proto and X-Forwarded-Host; look at KITH_PROXY_HOPS.",
        )
    return ok("Kith knows where people come from, and nobody can lie about it.")


def closed(patient: Patient) -> Finding:
    """No file of the installation is handed out."""
    for path in NOBODYS:
        try:
            status = _asked(patient, path).status
        except OutsideError as error:
            if error.params["why"] == "redirect":
                continue
            return unknown(_no_answer(error).saw)
        if status == 200:
            return mend(f"Anybody can fetch {path}.", "Let the proxy hand everything to Kith: deploy/nginx.conf.")
    return ok("No file of the installation can be fetched.")


def _read(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
