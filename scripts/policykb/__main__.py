"""`python -m policykb`."""

from .cli import main

raise SystemExit(main())
