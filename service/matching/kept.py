"""What every column of the counts of searches holds, by class. See `service/db/classes.py`."""

from service.db.classes import table

TABLES = {"asked_count": table(internal="day area term outcome n", kind="counts")}
