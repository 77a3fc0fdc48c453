"""Parameter types: a value is accepted exactly if the JSON Schema allows it."""

import jsonschema_rs
from hypothesis import given
from hypothesis import strategies as st

from zhsearch.search.api import parameters as params
from zhsearch.search.api.parameter_types import DateParam, EnumParam, IntParam, Param, StrParam
from zhsearch.search.errors import ParameterError

PARAMS: tuple[IntParam | StrParam | EnumParam | DateParam, ...] = tuple(
    param for param in vars(params).values() if isinstance(param, IntParam | StrParam | EnumParam | DateParam)
)


def is_read(param: IntParam | StrParam | EnumParam | DateParam, text: str) -> bool:
    try:
        param.read(text)
    except ParameterError as problem:
        assert problem.name == param.name
        return False
    return True


def is_allowed(param: Param, text: str) -> bool:
    value = int(text) if isinstance(param, IntParam) and text.isascii() and text.isdigit() else text
    return bool(jsonschema_rs.is_valid(param.schema, value))


@given(
    st.sampled_from(PARAMS),
    st.one_of(
        st.text(min_size=1, alphabet=st.characters(exclude_categories=["Cs"])),
        st.integers(-2, 2_000_000).map(str),
        st.from_regex(r"[0-9]{4}(-[01][0-9](-[0-3][0-9])?)?", fullmatch=True),
        st.sampled_from(["newest", "1", "0"]),
        st.integers(250, 2_100).map(lambda size: "算" * size),
    ),
)
def test_a_value_is_accepted_exactly_if_the_schema_allows_it(
    param: IntParam | StrParam | EnumParam | DateParam, text: str
) -> None:
    if isinstance(param, DateParam) and text[-2:] in ("29", "30", "31"):
        return  # not in every month; the schema leaves these out
    assert is_read(param, text) == is_allowed(param, text)
