"""How much may be posted from one address: a flood must not keep others out.

Twilio is never slowed: it does not come back after a 429, so the text would be lost. Loopback is our own house: a proxy on
this host says whom it speaks for, and uvicorn takes its word.
"""

from __future__ import annotations

import ipaddress

from litestar import Request
from litestar.middleware.base import DefineMiddleware
from litestar.middleware.rate_limit import RateLimitConfig

POSTS_A_MINUTE = 60  # a whole house of residents behind one address writes more slowly


def throttle() -> DefineMiddleware:
    return RateLimitConfig(
        rate_limit=("minute", POSTS_A_MINUTE), identifier_for_request=address, check_throttle_handler=counts
    ).middleware


def address(request: Request) -> str:
    """Who posts: an IPv6 household by its /56. Forwarding headers are not read here."""
    try:
        at = ipaddress.ip_address(request.client.host if request.client else "")
    except ValueError:
        return "unknown"
    return str(at) if at.version == 4 else str(ipaddress.ip_network(f"{at}/56", strict=False))


def counts(request: Request) -> bool:
    if request.method != "POST" or request.scope["path"].startswith("/sms/"):
        return False
    try:
        return not ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
