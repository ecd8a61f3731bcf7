"""What every column of the outbox holds, by class. See `service/db/classes.py`."""

from service.db.classes import table

TABLES = {
    "outbox_message": table(
        internal=(
            "id message_id key channel template language state created_at due_at claimed_at sent_at attempts failure"
        ),
        personal="to_sealed params_sealed",
        sealed="to_sealed=to params_sealed=params",
        purpose="outbox",
        kind="messages",
    ),
    "do_not_contact": table(internal="since", hidden="address_hmac", kind="no_messages"),
}
