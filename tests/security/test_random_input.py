"""Random bytes sent to every route: whatever comes, it is never an error of ours."""

from __future__ import annotations

import re
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.clients import Browser, sign_in_new
from tests.conftest import MakeApp
from tests.factories import make_memo

ARGUMENT = re.compile(r"<int:\w+>")
FIELDS = ["title", "body", "color", "kind", "revision", "before", "after", "confirm", "next", "cursor", "username"]
FIELDS += ["password", "password_confirm", "current_password", "language", "theme", "layout", "csrf_token"]
FIELDS += ["carried_action", "carried:title", "carried:", ""]
HEADERS = ["ACCEPT_LANGUAGE", "IF_NONE_MATCH", "COOKIE", "ORIGIN", "SEC_FETCH_SITE", "X_FRAGMENT", "X_CSRF_TOKEN"]
HEADERS += [
    "HOST",
    "ACCEPT_ENCODING",
    "RANGE",
    "IF_MODIFIED_SINCE",
    "AUTHORIZATION",
    "X_FORWARDED_HOST",
    "REFERER",
]
TYPES = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "text/plain",
]
TYPES += ["application/json", "application/x-www-form-urlencoded; charset=utf-16", "a", ""]

#: PEP 3333: bytes in the guise of latin-1 text. Line ends in a header are the server's to refuse.
latin = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=30)
#: What numbers, choices and addresses of the application look like, and what looks nearly so.
numbers = ["1", "-1", "0", "9" * 30, "yes", "red", "text", "ko", "dark"]
paths_and_hosts = ["/", "//e", "/archive", "/메모\x85", "http://[::1", "null", "http://localhost"]
others = ['"x"', "W/", "*", "ko;q=nan", "q=;,", "%00", "é", "메모", "\x85", "\0", "\ud800"]
likely = st.sampled_from([*numbers, *paths_and_hosts, *others])
values = st.one_of(likely, st.text(max_size=30))
bodies = st.one_of(
    st.binary(max_size=200),
    st.lists(st.tuples(st.sampled_from(FIELDS), values), max_size=6),
)


def quoted(text: str) -> bytes:
    """As a form sends it, lone surrogates included."""
    return b"".join(b"%%%02x" % byte for byte in text.encode("utf-8", "surrogatepass"))


def test_nothing_sent_to_any_route_is_an_error_of_ours(make_app: MakeApp) -> None:
    app = make_app(registration="open")
    reader, stranger = sign_in_new(app, "minji"), Browser(app)
    stranger.get("/login")
    make_memo(reader.database, reader.user)
    rules = sorted({rule.rule for rule in app.routes.map.iter_rules() if not rule.build_only})
    paths = st.one_of(
        st.sampled_from([ARGUMENT.sub("1", rule) for rule in rules]),
        st.sampled_from(rules).flatmap(lambda rule: latin.map(lambda text: ARGUMENT.sub(lambda _: text, rule))),
        latin.map("/{}".format),
    )

    @settings(
        max_examples=2500,
        deadline=timedelta(seconds=5),
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        who=st.sampled_from([reader, stranger]),
        method=st.sampled_from(["GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE"]),
        path=paths,
        query=latin,
        body=bodies,
        content_type=st.one_of(st.sampled_from(TYPES[:2]), st.sampled_from(TYPES), latin),
        headers=st.dictionaries(
            st.sampled_from(HEADERS),
            st.one_of(latin, likely.map(lambda text: quoted(text).decode()), likely),
            max_size=3,
        ),
        mount=st.sampled_from(["", "", "/keep", "/\xff"]),
        with_token=st.booleans(),
    )
    def send(
        who: Browser,
        method: str,
        path: str,
        query: str,
        body: bytes | list[tuple[str, str]],
        content_type: str,
        headers: dict[str, str],
        mount: str,
        with_token: bool,
    ) -> None:
        sent = encoded(body, content_type)
        environ = {f"HTTP_{name}": wire(value) for name, value in headers.items()}
        environ |= {"PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": mount, "CONTENT_TYPE": content_type}
        if with_token:
            environ["HTTP_X_CSRF_TOKEN"] = who.token
        response = who.client.open("/", method=method, data=sent, environ_overrides=environ)
        assert response.status_code < 500
        assert (response.location or "/").startswith("/")
        assert not (response.location or "/").startswith("//")
        assert "Content-Security-Policy" in response.headers
        if method == "POST" and response.status_code == 303 and path in ("/logout", "/settings/sessions/end"):
            if who is reader:
                who.signed_in_as(who.user)
            else:
                who.get("/login")

    send()


def encoded(body: bytes | list[tuple[str, str]], content_type: str) -> bytes:
    """The body as its type has it."""
    if isinstance(body, bytes):
        return body
    if not content_type.startswith("multipart"):
        return b"&".join(quoted(name) + b"=" + quoted(value) for name, value in body)
    disposition = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
    parts = [disposition % (name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in body]
    return b"".join(parts) + b"--b--\r\n"


def wire(text: str) -> str:
    """Text as a server hands it over (PEP 3333): its bytes read as latin-1, without line ends."""
    return text.encode("utf-8", "surrogatepass").decode("latin-1").replace("\n", "").replace("\r", "")
