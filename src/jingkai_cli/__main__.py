"""`python -m jingkai_cli` is `jk`."""

from .cli.app import main

main()
