import os

from qaf.celery import app as celery_app

# Spreadsheets are read through defusedxml. Where lxml is installed, and for documents it is, openpyxl would read
# them through that, which lets entities by; it looks here once, when it is first imported.
os.environ["OPENPYXL_LXML"] = "False"

__all__ = ["celery_app"]
