"""The two words everything else is said in.

A *handler* takes a `Request` and returns a `Response`. A *layer* takes the next handler and returns a
handler. WSGI has the same two: an application, and middleware around it; these are one storey up, where
`environ` has become a request and `start_response` a response that is not sent yet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from keepwsgi.layers.response import Response

#: The request is `Any` because an application may have its own `Request` class, and a function that takes
#: the subclass is not a function that takes the base class.
Handler: TypeAlias = Callable[[Any], "Response"]
Layer: TypeAlias = Callable[[Handler], Handler]


def compose(layers: Sequence[Layer], handler: Handler) -> Handler:
    """Wrap `handler` in `layers`, the first one outermost."""
    for layer in reversed(layers):
        handler = layer(handler)
    return handler


def offers(**loaders: Callable[[Any], Any]) -> Callable[[Layer], Layer]:
    """Decorate a layer that offers attributes of the request: by name, a function that makes the value.

    The application collects them once, so a request pays for an attribute only when it reads it.
    """

    def decorate(layer: Layer) -> Layer:
        layer.offers = loaders  # type: ignore[attr-defined]
        return layer

    return decorate


def offered(layers: Sequence[Layer]) -> dict[str, Callable[[Any], Any]]:
    """Every attribute that `layers` offer, with the function that makes it."""
    return {name: load for layer in layers for name, load in getattr(layer, "offers", {}).items()}
