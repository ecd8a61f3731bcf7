"""What every column of the tables of accounts holds, by class. See `service/db/classes.py`."""

from service.db.classes import table

ADDRESSED = "signing in and sending find an account by it"
SHOWN = "shown to colleagues beside what somebody did"
TABLES = {
    "user_account": table(
        internal="id created_at password_changed_at disabled_at second_factor_off_at version",
        personal="email name",
        hidden="password_hash",
        plain={"email": ADDRESSED, "name": SHOWN},
        kind="accounts",
    ),
    "authenticator": table(
        internal="id user_id created_at confirmed_at last_step",
        hidden="secret",
        sealed="secret",
        purpose="second_factor",
        kind="accounts",
    ),
    "passkey": table(
        internal="id user_id sign_count created_at last_used_at",
        personal="name",
        hidden="credential_id public_key",
        plain={"name": "what its owner calls it, to tell two keys apart"},
        kind="accounts",
    ),
    "recovery_code": table(internal="id user_id created_at used_at", hidden="code_hash", kind="accounts"),
    "organisation_login": table(
        internal="id organisation_id name issuer client_id role vouches created_at disabled_at",
        hidden="client_secret",
        sealed="client_secret",
        purpose="organisation_login",
        kind="programs",
    ),
    "external_identity": table(
        internal="id user_id issuer created_at",
        personal="subject",
        plain={"subject": "an account is found by it when an organisation's own service signs somebody in"},
        kind="accounts",
    ),
    "invitation": table(
        internal="id organisation_id role invited_by created_at expires_at accepted_at revoked_at",
        personal="email name",
        hidden="token_hash",
        plain={"email": ADDRESSED, "name": SHOWN},
        kind="invitations",
    ),
    "membership": table(internal="id user_id organisation_id role valid_from valid_until", kind="accounts"),
    "signed_in_session": table(
        internal="id user_id membership_id created_at last_seen_at confirmed_at way strength ends_at ended_at",
        personal="device network",
        hidden="token_hash",
        plain={
            "device": "a browser's kind alone, so that somebody knows their own sessions",
            "network": "an address cut to its network, for the same",
        },
        kind="sessions",
    ),
    "sign_in_link": table(
        internal="id user_id purpose created_at expires_at used_at", hidden="token_hash browser_hash", kind="sessions"
    ),
    "email_change": table(
        internal="id user_id created_at expires_at used_at",
        personal="email",
        hidden="token_hash",
        sealed="email",
        purpose="email_change",
        kind="sessions",
    ),
    "known_browser": table(internal="id user_id created_at until", hidden="token_hash", kind="browsers"),
    "ended_list": table(internal="until", hidden="id_hash", kind="links"),
    "api_key": table(
        internal="id prefix name organisation_id scopes created_at expires_at last_used_on replaced_by revoked_at",
        hidden="key_hash public_keys",
        kind="programs",
    ),
    "access_token": table(internal="id key_id scopes created_at expires_at", hidden="token_hash", kind="tokens"),
    "used_assertion": table(internal="until", hidden="jti_hash", kind="tokens"),
    "audit_entry": table(
        internal=(
            "sequence at user_id role organisation_id key_id action purpose subject subject_id columns outcome "
            "request_id chain_key link"
        ),
        personal="acting_for network",
        plain={
            "acting_for": "the professional whom a record system names; who did something is what the record is for",
            "network": "an address cut to its network; the record must be readable when keys are lost",
        },
        kind="audit",
    ),
    "audit_head": table(internal="id sequence link first_sequence", kind="audit"),
    "erasure": table(internal="id subject subject_id at", kind="erasures"),
    "job_run": table(
        internal="name started_at finished_at claimed_until asked_at outcome done succeeded_at failures node",
        kind="runs",
    ),
    "idempotency": table(internal="id actor route resource_id created_at", hidden="key_hash body_hash", kind="repeats"),
    "counter": table(internal="scope window_start n", hidden="key_hmac", kind="tries"),
}
