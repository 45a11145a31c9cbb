"""No test and no notebook reaches the network."""

import socket
from pathlib import Path

import nbformat
import pytest
import pytest_socket
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

# Never a host of anybody's: an address kept for documentation (RFC 5737).
ELSEWHERE = ("192.0.2.1", 80)


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
def test_a_test_cannot_connect_elsewhere() -> None:
    with socket.socket() as probe, pytest.raises(pytest_socket.SocketConnectBlockedError):
        probe.connect(ELSEWHERE)


def test_a_test_can_connect_to_itself() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_a_notebook_cannot_connect_elsewhere(tmp_path: Path) -> None:
    cell = new_code_cell(
        "import socket\n"
        "try:\n"
        f"    socket.socket().connect({ELSEWHERE!r})\n"
        "except Exception as error:\n"
        "    print(type(error).__name__)\n"
    )
    notebook = new_notebook(cells=[cell])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert nbformat.validator.isvalid(notebook)
    assert notebook.cells[0].outputs[0].text.strip() == "SocketConnectBlockedError"
