"""Kinds of parameters: what is read is what the schema allows, and the other way round."""

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.api import parameters as params
from zhsearch.search.api.parameter_types import DateParam, EnumParam, IntParam, Param, StrParam
from zhsearch.search.errors import ParameterError

KINDS: tuple[IntParam | StrParam | EnumParam | DateParam, ...] = tuple(
    kind for kind in vars(params).values() if isinstance(kind, IntParam | StrParam | EnumParam | DateParam)
)


def is_read(kind: IntParam | StrParam | EnumParam | DateParam, text: str) -> bool:
    try:
        kind.read(text)
    except ParameterError as problem:
        assert problem.name == kind.name
        return False
    return True


def is_allowed(kind: Param, text: str) -> bool:
    value = int(text) if isinstance(kind, IntParam) and text.isascii() and text.isdigit() else text
    return bool(jsonschema_rs.is_valid(kind.schema, value))


@given(
    st.sampled_from(KINDS),
    st.one_of(
        st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])),
        st.integers(-2, 2_000_000).map(str),
        st.from_regex(r"[0-9]{4}(-[01][0-9](-[0-3][0-9])?)?", fullmatch=True),
        st.sampled_from(["newest", "1", "0"]),
        st.integers(250, 2_100).map(lambda size: "算" * size),
    ),
)
def test_what_the_schema_allows_is_read_and_nothing_else(
    kind: IntParam | StrParam | EnumParam | DateParam, text: str
) -> None:
    if isinstance(kind, DateParam) and text[-2:] in ("29", "30", "31"):
        return  # not in every month; the schema leaves these out
    assert is_read(kind, text) == is_allowed(kind, text)
