import pytest
from starlette.datastructures import Headers

from model.errors import ForbiddenError
from service.access.origin import check_origin


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "http://desk.example:8000", "host": "desk.example:8000"},
        {},
    ],
)
def test_the_desks_own_forms_pass(headers: dict[str, str]) -> None:
    check_origin("POST", Headers(headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "http://evil.example", "host": "desk.example:8000"},
        {"origin": "null", "host": "desk.example:8000"},
        {"sec-fetch-site": "cross-site", "origin": "http://desk.example", "host": "desk.example"},
    ],
)
def test_another_sites_form_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ForbiddenError):
        check_origin("POST", Headers(headers))
    check_origin("GET", Headers(headers))
