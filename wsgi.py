"""gunicorn's door: `gunicorn wsgi:app`."""

import sys

from service.app import create_app
from service.config import refusal
from service.db import engine
from service.errors import Invalid

engine.answer_soon()
try:
    app = create_app()
except Invalid as error:
    if error.code != "settings":
        raise
    sys.exit(refusal(error))
