"""What the blog keeps: posts. Flask-SQLAlchemy: `class Post(db.Model)`."""

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

MAX_TITLE = 80
MAX_CONTENT = 20_000


class Base(DeclarativeBase):
    """What all tables have in common."""


class Post(Base):
    """A post; the newest has the highest id."""

    __tablename__ = "posts"
    # No id is given twice: the address of a deleted post never becomes another one's.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(MAX_TITLE))
    content: Mapped[str] = mapped_column(Text)
