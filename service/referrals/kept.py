"""What every column of the tables of referrals holds, by class. See `service/db/classes.py`."""

from service.db.classes import table

PURPOSE = "referrals"  # of the key that seals
TABLES = {
    "person": table(
        internal="id organisation_id contact_rule created_at version",
        personal="preferred_name contact",
        health="needs care",
        sealed="preferred_name contact needs care",
        purpose=PURPOSE,
        kind="referrals",
    ),
    "consent": table(
        internal=("id person_id group_id items purpose words_version given_by method given_at expires_at withdrawn_at"),
        personal="representative",
        sealed="representative",
        purpose=PURPOSE,
        kind="referrals",
    ),
    "referral": table(
        internal=(
            "id person_id organisation_id requested_by_user_id requested_by_key_id state created_at changed_at version"
        ),
        personal="acting_for",
        plain={"acting_for": "the professional whom a record system names, at work; it says nothing of who is helped"},
        kind="referrals",
    ),
    "introduction": table(
        internal="id referral_id group_id state reason sent_at answered_at version",
        health="note unvetted_reason",
        sealed="note unvetted_reason",
        purpose=PURPOSE,
        kind="referrals",
    ),
    "leader_link": table(
        internal="id introduction_id created_at expires_at used_at revoked_at", hidden="token_hash", kind="referrals"
    ),
    "move": table(internal="id entity entity_id number from_state to_state part by_role at", kind="moves"),
    "ring_request": table(
        internal="id suits language may_leave_message state tries asked_at tried_at closed_at",
        personal="name number",
        health="about",
        sealed="name number about",
        purpose=PURPOSE,
        kind="ring_requests",
    ),
}
