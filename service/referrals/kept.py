"""What every column of the tables of referrals holds, by class. See `service/db/classes.py`."""

from service.db.classes import table

PURPOSE = "referrals"  # of the key that seals
TABLES = {
    "person": table(
        internal="id organisation_id added_by_user_id contact_rule language interpreter created_at changed_at version",
        personal="preferred_name contact contact_notes born",
        health="story needs care representative",
        sealed="preferred_name contact contact_notes born story needs care representative",
        hidden="name_hash contact_hash reference_hash",
        purpose=PURPOSE,
        kind="referrals",
    ),
    "consent": table(
        internal=(
            "id person_id group_id organisation_id items purpose words_version given_by method given_at expires_at "
            "withdrawn_at"
        ),
        personal="representative",
        sealed="representative",
        purpose=PURPOSE,
        kind="referrals",
    ),
    "referral": table(
        internal=(
            "id person_id organisation_id requested_by_user_id requested_by_key_id service_organisation_id "
            "owner_user_id source wants replaces_id state close_reason need need_rank due_on raised raised_on "
            "created_at changed_at closed_at version"
        ),
        personal="acting_for",
        health="reasons",
        sealed="reasons",
        purpose=PURPOSE,
        plain={"acting_for": "the professional whom a record system names, at work; it says nothing of who is helped"},
        kind="referrals",
    ),
    "introduction": table(
        internal=(
            "id referral_id group_id state reason first_date attended last_attended_on position full_until asks_on "
            "sent_at answered_at version"
        ),
        personal="host",
        health="note unvetted_reason own_words",
        sealed="note unvetted_reason own_words host",
        purpose=PURPOSE,
        kind="referrals",
    ),
    "leader_link": table(
        internal="id introduction_id purpose created_at expires_at used_at revoked_at",
        hidden="token_hash",
        kind="referrals",
    ),
    "person_link": table(
        internal=(
            "id person_id organisation_id by_user_id purpose subject_id created_at expires_at used_at revoked_at tries"
        ),
        hidden="token_hash",
        kind="referrals",
    ),
    "assessment": table(
        internal="id person_id organisation_id instrument version wording mode taken_on by_user_id created_at"
        " asked_again_at",
        health="answers scores",
        sealed="answers scores",
        purpose=PURPOSE,
        kind="referrals",
    ),
    "measure_licence": table(internal="id organisation_id instrument number by_user_id entered_at"),
    "group_question": table(
        internal="id introduction_id asked_at answered_at answered_by",
        health="words answer",
        sealed="words answer",
        purpose=PURPOSE,
        kind="referrals",
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
