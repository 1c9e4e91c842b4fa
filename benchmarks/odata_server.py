"""The OData service alone, on a socket that is open already: the process that `odata.py` measures.

What belongs here: starting uvicorn over the routes. What does not: the public server of the data centre.
"""

import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from pipelines.datacenter.odata import routes


def main() -> None:
    """`python -m benchmarks.odata_server OPENBAAR FILE_DESCRIPTOR`."""
    app = Starlette(routes=routes(Path(sys.argv[1])))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    server.run(sockets=[socket.socket(fileno=int(sys.argv[2]))])


if __name__ == "__main__":
    main()
