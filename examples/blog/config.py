"""The settings, from environment variables. Flask: `app.config.from_prefixed_env("BLOG")`."""

import os
import secrets


def settings_of_the_environment() -> dict[str, str]:
    """Where the posts are kept, by default `blog.db` in the folder the server is started in, and the secret key.

    Without `BLOG_SECRET_KEY` a form that was open when the server stopped must be opened again, and only one
    process may serve. Make one with `python -c "import secrets; print(secrets.token_hex())"`.
    """
    return {
        "DATABASE_URL": os.environ.get("BLOG_DATABASE_URL", "sqlite:///blog.db"),
        "SECRET_KEY": os.environ.get("BLOG_SECRET_KEY") or secrets.token_hex(),
    }
