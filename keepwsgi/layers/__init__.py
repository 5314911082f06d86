"""What Flask layers on WSGI, one file a layer; `application.py` is the place to start reading."""

from keepwsgi.layers.application import Application
from keepwsgi.layers.context import (
    contexts,
    current_app,
    g,
    has_app_context,
    has_request_context,
    stream_with_context,
    url_for,
)
from keepwsgi.layers.csrf import CSRFError, csrf, csrf_token
from keepwsgi.layers.errors import ErrorHandlers, errors, last_resort
from keepwsgi.layers.flash import flash, get_flashed_messages
from keepwsgi.layers.handler import Handler, Layer, compose, offers
from keepwsgi.layers.headers import SECURITY_HEADERS, default_headers
from keepwsgi.layers.hooks import after, before, once, teardown
from keepwsgi.layers.locale import install_gettext, locale
from keepwsgi.layers.logging import access_log, request_id
from keepwsgi.layers.mounting import behind_proxies, under_prefix
from keepwsgi.layers.request import Request, body_limits
from keepwsgi.layers.response import (
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    secure_filename,
    send_file,
    send_from_directory,
)
from keepwsgi.layers.routing import Blueprint, Routes, Rule
from keepwsgi.layers.session import CookieSessions, Session, sessions
from keepwsgi.layers.static import StaticFolder
from keepwsgi.layers.templating import Templates, render_template, render_template_string

__all__ = [
    "SECURITY_HEADERS",
    "Application",
    "Blueprint",
    "CSRFError",
    "CookieSessions",
    "ErrorHandlers",
    "Handler",
    "Layer",
    "Request",
    "Response",
    "Routes",
    "Rule",
    "Session",
    "StaticFolder",
    "Templates",
    "abort",
    "access_log",
    "after",
    "before",
    "behind_proxies",
    "body_limits",
    "compose",
    "contexts",
    "csrf",
    "csrf_token",
    "current_app",
    "default_headers",
    "errors",
    "flash",
    "g",
    "get_flashed_messages",
    "has_app_context",
    "has_request_context",
    "install_gettext",
    "jsonify",
    "last_resort",
    "locale",
    "make_response",
    "offers",
    "once",
    "redirect",
    "render_template",
    "render_template_string",
    "request_id",
    "secure_filename",
    "send_file",
    "send_from_directory",
    "sessions",
    "stream_with_context",
    "teardown",
    "under_prefix",
    "url_for",
]
