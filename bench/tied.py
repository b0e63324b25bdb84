"""Becomes another program that ends when its parent does: ``python -m bench.tied wrk …`` under INNOVOUCHER_PARENT."""

import os
import sys

from services.standalone import parent

if __name__ == "__main__":
    parent.follow()
    os.execvp(sys.argv[1], sys.argv[1:])
