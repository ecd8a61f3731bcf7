"""Words sent to people: an outbox row written with its cause, and the channels that carry it."""
