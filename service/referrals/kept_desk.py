"""What every column of the tables of a link worker's desk and of plans holds, by class. See `service/db/classes.py`."""

from service.db.classes import table
from service.referrals.kept import PURPOSE

KIND = "referrals"
DESK = {
    "case_note": table(
        internal="id referral_id by_user_id at", health="words", sealed="words", purpose=PURPOSE, kind=KIND
    ),
    "contact_attempt": table(internal="id referral_id by_user_id at on_day channel reached", kind=KIND),
    "case_task": table(
        internal="id referral_id by_user_id who due_on at done_at done_by",
        health="what",
        sealed="what",
        purpose=PURPOSE,
        kind=KIND,
    ),
    "case_reading": table(internal="id referral_id user_id why at", kind=KIND),
    "hand_over": table(
        internal="id referral_id from_user_id to_user_id at", health="words", sealed="words", purpose=PURPOSE, kind=KIND
    ),
    "desk_cover": table(internal="id organisation_id for_user_id by_user_id until at ended_at", kind="accounts"),
    "desk_view": table(internal="id user_id name query made_at", kind="accounts"),
    "incident": table(
        internal="id organisation_id referral_id group_id by_user_id kind at seen_at closed_at closed_by",
        health="words done_now outcome",
        sealed="words done_now outcome",
        purpose=PURPOSE,
        kind=KIND,
    ),
    "safeguarding_lead": table(internal="id organisation_id user_id by_user_id at ended_at", kind="accounts"),
}
PLAN = {
    "case_plan": table(
        internal="id referral_id by_user_id changed_at version",
        health="wishes",
        sealed="wishes",
        purpose=PURPOSE,
        kind=KIND,
    ),
    "plan_goal": table(
        internal="id referral_id by_user_id at reached_at proposal_id",
        health="words",
        sealed="words",
        purpose=PURPOSE,
        kind=KIND,
    ),
    "plan_group": table(internal="id referral_id group_id by_user_id at", kind=KIND),
}
