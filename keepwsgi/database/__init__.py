"""Floor 1: the database without HTTP. Reading, writing, column types and migrations; it knows no feature."""

from keepwsgi.database.database import Database, Write
from keepwsgi.database.errors import DatabaseOutdated, DatabaseUnavailable, UserGone
from keepwsgi.database.models import Base

__all__ = ["Base", "Database", "DatabaseOutdated", "DatabaseUnavailable", "UserGone", "Write"]
