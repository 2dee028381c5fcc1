import csv
import io
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.labelling import encoders

CELLS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.text(alphabet="\",\r\n; a\t'é"))


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4)))
def test_cells_are_written_as_the_csv_module_does(rows: list[list[Any]]) -> None:
    expected = io.StringIO(newline="")
    csv.writer(expected).writerows(rows)
    assert encoders._sheet(rows) == expected.getvalue().encode()
