"""Where a request comes from, as far as somebody trustworthy says."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# Whoever has one address of the sixth version has all of these.
OF_ONE_CLIENT = 64


def client_address(request: HttpRequest) -> str | None:
    """The address that the outermost trusted proxy saw, None where nobody knows.

    Each proxy adds at the end of X-Forwarded-For who asked it; what stands before was written by
    the client itself. Without proxies the header says nothing.
    """
    sent = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(sent) and (seen := _address(sent[-proxies])):
        return seen
    return _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), OF_ONE_CLIENT), strict=False).network_address)
    return str(address)
