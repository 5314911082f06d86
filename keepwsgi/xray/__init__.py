"""The x-ray: a request's journey through the layers, on a page; `middleware.py` is the place to start reading."""

from keepwsgi.xray.middleware import XRay

__all__ = ["XRay"]
