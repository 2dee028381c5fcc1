import pytest

from model.errors import ForbiddenError
from service.access.origin import check_origin

HERE = "desk.example:8000"


@pytest.mark.parametrize(
    ("site", "origin"),
    [("same-origin", None), ("none", None), (None, "http://desk.example:8000"), (None, None)],
)
def test_the_desks_own_forms_pass(site: str | None, origin: str | None) -> None:
    check_origin(site, origin, HERE)


@pytest.mark.parametrize(
    ("site", "origin"),
    [
        ("cross-site", None),
        ("same-site", None),
        (None, "http://evil.example"),
        (None, "null"),
        ("cross-site", "http://desk.example:8000"),
    ],
)
def test_another_sites_form_is_refused(site: str | None, origin: str | None) -> None:
    with pytest.raises(ForbiddenError):
        check_origin(site, origin, HERE)
