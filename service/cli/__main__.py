"""`python -m service.cli` is `kith`."""

from service.cli import main

main()
