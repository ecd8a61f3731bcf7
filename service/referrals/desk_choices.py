"""What may be chosen at a link worker's desk, as codes. Pure."""

CHANNELS = ("phone", "text", "email", "letter", "visit")
WHO = ("worker", "person", "other")  # who does a task
WHY = ("cover", "asked", "supervision", "safety")  # one reads a case that another holds
INCIDENTS = ("person", "group", "other")  # what one is worried about
MAX_NOTE = 4000  # characters, here and below
MAX_TASK = 300
MAX_HAND_OVER = 1000
MAX_INCIDENT = 4000
MAX_DONE_NOW = 1000
MAX_GOAL = 500
MOST_GROUPS = 3  # on one plan: more is no help to anybody
